import { expect, test } from "vitest";
import { requirements } from "../requirements.ts";
import { readSources } from "./source-files.ts";

const ids = new Set(requirements.map(({ id }) => id));

/** "[SRV-3a]", or several: "[SRV-3a SRV-3b]". */
const citation = /\[((?:[A-Z]{3,}-[\w-]+[, ]*)+)\]/g;

/** Id → the files that cite it in the title of a test. */
function findCitations(): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const { path, text } of readSources("test", [".test.ts"])) {
    for (const line of text.split("\n").filter(isTitle)) {
      for (const [, list = ""] of line.matchAll(citation)) {
        for (const id of list.split(/[, ]+/)) found.set(id, [...(found.get(id) ?? []), path]);
      }
    }
  }
  return found;
}

/** A title stands on the line of its call, or alone on the next. */
function isTitle(line: string): boolean {
  return /\b(test|it|describe)\b.*\(|^\s*["'`]|\)\(["'`]/.test(line);
}

test("ids of promises are unique, and every one has a sentence", () => {
  expect(ids.size).toBe(requirements.length);
  expect(
    requirements.filter(({ id, sentence }) => !/^[A-Z]+-\d+[a-z]?$/.test(id) || sentence === ""),
  ).toEqual([]);
});

test("tests cite only promises that exist", () => {
  const unknown = [...findCitations()].filter(([id]) => !ids.has(id));
  expect(unknown.map(([id, files]) => `${id} in ${files.join(", ")}`)).toEqual([]);
});

test("every promise is cited by a test", () => {
  const cited = findCitations();
  const uncited = requirements.filter(({ id }) => !cited.has(id));
  expect(uncited.map(({ id, sentence }) => `${id} ${sentence}`)).toEqual([]);
});
