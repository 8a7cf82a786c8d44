import { expect, test } from "vitest";
import type { TurnInfo } from "../../../src/codex/schemas.ts";
import { readTurnEvent } from "../../../src/codex/turn-events.ts";
import { measureEntries, readEventEntries, readTurnEntries } from "../../../src/runs/run-log.ts";

const items = [
  { type: "userMessage", id: "u", content: [{ type: "text", text: "do it" }] },
  { type: "reasoning", id: "r", summary: [] },
  { type: "commandExecution", id: "c", command: "/bin/bash -lc ls", aggregatedOutput: "a\nb\n", exitCode: 0 },
  { type: "fileChange", id: "f", changes: [{ path: "/w/x" }] },
  { type: "agentMessage", id: "m", text: "done" },
];
const turn = (over: Partial<TurnInfo>): TurnInfo => ({ id: "t", status: "completed", items, ...over });

test("history and live events give the same entries with the same keys [RUN-6f]", () => {
  const live = items.flatMap((item) => readEventEntries(readTurnEvent("item/completed", { item }).body));
  expect(readTurnEntries(turn({}))).toEqual(live);
  expect(live.map(({ kind, key }) => [kind, key])).toEqual([
    ["said", "u"],
    ["command", "c"],
    ["output", "c"],
    ["tool", "f"],
    ["message", "m"],
  ]);
});

test("errors are apart: a failed turn, a stopped one, one that was cut off [RUN-6f]", () => {
  const end = (over: Partial<TurnInfo>) => readTurnEntries(turn({ items: [], ...over }));
  expect(end({ status: "failed", error: { message: "no quota" } })).toMatchObject([
    { stream: "err", kind: "error", text: expect.stringContaining("no quota") },
  ]);
  expect(end({ status: "interrupted", completedAt: 5 })).toMatchObject([{ stream: "err", kind: "stopped" }]);
  expect(end({ status: "interrupted", completedAt: null })).toMatchObject([
    { stream: "err", kind: "cut-off" },
  ]);
  expect(end({ status: "inProgress" })).toEqual([]);
});

test("S3-37 the sizes are bytes, not characters [RUN-5c]", () => {
  const entries = readTurnEntries(turn({ items: [{ type: "agentMessage", id: "m", text: "é" }] }));
  expect(measureEntries(entries)).toEqual({ outputBytes: 3, errorBytes: 0 });
});
