import { PassThrough } from "node:stream";
import { expect, it, test } from "vitest";
import type { TurnEvent, TurnEventBody } from "../../../src/codex/turn-events.ts";
import { TurnReport } from "../../../src/hosts/terminal/turn-report.ts";
import { line, says } from "../../../src/kit/blocks.ts";
import { Redactor } from "../../../src/kit/redactor.ts";
import { fillIn } from "../../rigs/secret-corpus/read-corpus.ts";

const token = fillIn("ghp_{w36}", "report");

function openReport({ json }: { json: boolean }) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const report = new TurnReport({ stdout, stderr, json, redactor: new Redactor() });
  const hear = (...bodies: TurnEventBody[]) => {
    for (const body of bodies) report.hear({ ...body, seq: 1, turnId: "t" } as TurnEvent);
  };
  const read = (stream: PassThrough) => (stream.read() as Buffer | null)?.toString("utf8") ?? "";
  return { report, hear, out: () => read(stdout), err: () => read(stderr) };
}

const output = (text: string, itemId = "i"): TurnEventBody => ({ type: "tool-output", itemId, text });
const done = (item: Record<string, unknown>): TurnEventBody =>
  ({
    type: "tool-completed",
    itemId: "i",
    tool: "command",
    title: "",
    status: "completed",
    item,
  }) as TurnEventBody;
const ended = {
  type: "turn-ended",
  turn: { id: "t", status: "completed", items: [] },
} as unknown as TurnEventBody;

function readTexts(printed: string): string[] {
  const lines = printed
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  return lines.filter(({ type }) => type === "command_output").map(({ payload }) => payload.text);
}

it.each([1, 5, 20, 39])("a token that two pieces of output share is redacted, cut at %i [SHOW-3h]", (at) => {
  const { hear, out } = openReport({ json: true });
  hear(output(`a\nkey=${token.slice(0, at)}`), output(`${token.slice(at)} b\nc`), ended);
  expect(readTexts(out()).join("")).toBe("a\nkey=[redacted] b\nc");
});

test("outputs of two commands are not mixed, and each comes before its command is told as done [SHOW-3h]", () => {
  const { hear, out } = openReport({ json: true });
  hear(output("one, "), output("other", "j"), output("two"), done({ id: "i" }));
  const lines = out()
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(lines.map(({ type, payload }) => [type, payload.text])).toEqual([
    ["command_output", "one, two"],
    ["tool_call", undefined],
  ]);
  hear(ended);
  expect(readTexts(out())).toEqual(["other"]);
});

test("what is left when the turn is left is printed before the end [SHOW-3h]", () => {
  const { report, hear, out } = openReport({ json: true });
  hear(output(`rest ${token}`));
  report.print({ type: "terminal_status", payload: { status: "cancelled" } });
  expect(readTexts(out())).toEqual(["rest [redacted]"]);
});

test("a token is redacted before the text around it is cut [SHOW-3h]", () => {
  for (const before of [15_970, 15_990, 16_010]) {
    const { hear, out } = openReport({ json: true });
    hear(done({ id: "i", aggregatedOutput: `${"x ".repeat(before / 2)}${token} ${"y".repeat(500)}` }));
    expect(out()).not.toContain(token.slice(0, 12));
  }
  const { report, hear, err } = openReport({ json: false });
  const item = { id: "i", type: "commandExecution", command: "c" };
  hear({
    type: "tool-started",
    itemId: "i",
    tool: "command",
    title: `${"x ".repeat(85)}${token}`,
    item,
  } as TurnEventBody);
  expect(err()).not.toContain(token.slice(0, 12));
  report.say(says(line`${`${token.slice(0, 10)}\u001b[0m${token.slice(10)}`}`));
  expect(err()).toBe("[redacted]\n");
});
