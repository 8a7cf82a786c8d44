import { describe, expect, test } from "vitest";
import {
  buildFieldsAnswer,
  type Field,
  readFormFields,
  readInputFields,
} from "../../../src/codex/question-fields.ts";
import { errorOf } from "../store/store-rig.ts";

const form = (properties: Record<string, unknown>, required: string[] = Object.keys(properties)) =>
  readFormFields({ type: "object", properties, required });
const fill = (fields: Field[], words: string) => {
  const { content } = buildFieldsAnswer("elicitation", fields, words) as { content: unknown };
  return content;
};

describe("a form's fields by their types", () => {
  test.each<[Record<string, unknown>, string, unknown]>([
    [{ type: "string" }, " some words ", "some words"],
    [{ type: "integer" }, "7", 7],
    [{ type: "number" }, "-1.5", -1.5],
    [{ type: "boolean" }, "Yes", true],
    [{ type: "boolean" }, "off", false],
    [{ type: "string", enum: ["low", "high"] }, "2", "high"],
    [{ type: "string", enum: ["low", "high"] }, "LOW", "low"],
    [{ type: "string", enum: ["l", "h"], enumNames: ["Low", "High"] }, "high", "h"],
    [{ type: "string", oneOf: [{ const: "a", title: "First" }] }, "first", "a"],
    [{ type: "array", items: { type: "string", enum: ["beta", "stable"] } }, "stable, 1", ["stable", "beta"]],
  ])("%j: %s", (property, words, value) => {
    expect(fill(form({ f: property }), words)).toEqual({ f: value });
  });

  test.each<[Record<string, unknown>, string]>([
    [{ type: "integer" }, "1.5"],
    [{ type: "number" }, "many"],
    [{ type: "number" }, "Infinity"],
    [{ type: "boolean" }, "perhaps"],
    [{ type: "string", enum: ["low", "high"] }, "middle"],
    [{ type: "string", enum: ["low", "high"] }, "3"],
    [{ type: "array", items: { enum: ["a"] } }, "a, b"],
    [{ type: "string" }, " "],
  ])("%j does not take %s, and says what it wants", (property, words) => {
    const error = errorOf(() => fill(form({ Level: property }), words));
    expect(error).toMatchObject({ code: "bad-arguments" });
    expect(error.details.expected).toContain("Level");
  });
});

describe("several fields", () => {
  const fields = form({ branch: { type: "string" }, count: { type: "integer" } }, ["branch"]);

  test("one per line, or between bars", () => {
    expect(fill(fields, "main\n3")).toEqual({ branch: "main", count: 3 });
    expect(fill(fields, "main | 3")).toEqual({ branch: "main", count: 3 });
  });

  test("a dash leaves an optional one out, and is a word for a required one", () => {
    expect(fill(fields, "main | -")).toEqual({ branch: "main" });
    expect(fill(fields, "- | 3")).toEqual({ branch: "-", count: 3 });
  });

  test("another number of answers is refused, naming the fields", () => {
    expect(errorOf(() => fill(fields, "main")).details.expected).toContain("branch | count");
    expect(errorOf(() => fill(fields, "a|1|b")).code).toBe("bad-arguments");
  });

  test("one field takes all words, bars and lines too", () => {
    expect(fill(form({ f: { type: "string" } }), "a | b\nc")).toEqual({ f: "a | b\nc" });
  });
});

describe("questions of the model", () => {
  const options = [{ label: "Red", description: "warm" }, { label: "Blue" }];
  const questions = [
    { id: "colour", header: "Colour", question: "Which?", isOther: true, isSecret: false, options },
    { id: "key", header: "Key", question: "Your key?", isOther: true, isSecret: true, options: null },
  ];

  test("are read with their options and whether they are secret", () => {
    expect(readInputFields({ questions })).toMatchObject([
      { id: "colour", title: "Colour", type: "choice", open: true, required: true, secret: false },
      { id: "key", type: "text", open: true, secret: true },
    ]);
  });

  test("are answered by number, by label or in own words, as lists of text", () => {
    const fields = readInputFields({ questions });
    expect(buildFieldsAnswer("user-input", fields, "2 | s3cret")).toEqual({
      answers: { colour: { answers: ["Blue"] }, key: { answers: ["s3cret"] } },
    });
    expect(buildFieldsAnswer("user-input", fields.slice(0, 1), "rather green")).toEqual({
      answers: { colour: { answers: ["rather green"] } },
    });
  });

  test("with closed options take nothing else", () => {
    const fields = readInputFields({ questions: [{ ...questions[0], isOther: false }] });
    expect(errorOf(() => buildFieldsAnswer("user-input", fields, "green")).code).toBe("bad-arguments");
  });
});
