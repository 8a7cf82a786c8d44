import { expect, test } from "vitest";
import { parseExecLine } from "../../../src/exec/exec-lines.ts";
import { noUsage, subtractUsage } from "../../../src/exec/subtract-usage.ts";

const read = (event: Record<string, unknown>) => parseExecLine(JSON.stringify(event));
const readItem = (item: Record<string, unknown>, type = "item.completed") =>
  read({ type, item: { id: "i", ...item } });

test("S4-24 S4-26 S4-28 thread, words and totals are read as the app-server's [EXEC-1a]", () => {
  expect(read({ type: "thread.started", thread_id: "t" })).toEqual({ type: "thread", threadId: "t" });
  expect(read({ type: "turn.started" })).toEqual({ type: "event", body: { type: "turn-started" } });
  expect(readItem({ type: "agent_message", text: "hi" })).toEqual({
    type: "event",
    body: { type: "message", itemId: "i", text: "hi" },
  });
  const usage = { input_tokens: 9, cached_input_tokens: 1, output_tokens: 3, reasoning_output_tokens: 2 };
  expect(read({ type: "turn.completed", usage })).toEqual({
    type: "completed",
    total: {
      ...noUsage,
      inputTokens: 9,
      cachedInputTokens: 1,
      outputTokens: 3,
      reasoningOutputTokens: 2,
      totalTokens: 12,
    },
  });
});

test.each([
  [
    { type: "command_execution", command: "/bin/bash -lc 'echo hi'", status: "completed" },
    "command",
    "echo hi",
  ],
  [{ type: "file_change", changes: [{ path: "/a", kind: "add" }], status: "completed" }, "patch", "/a"],
  [{ type: "mcp_tool_call", server: "s", tool: "t", status: "completed" }, "mcp", "s.t"],
  [{ type: "web_search", query: "q" }, "search", "q"],
])("a tool is a tool, with its title: %j [EXEC-1a]", (item, tool, title) => {
  expect(readItem(item, "item.started")).toMatchObject({ body: { type: "tool-started", tool, title } });
  expect(readItem(item)).toMatchObject({
    body: { type: "tool-completed", tool, title, status: "completed" },
  });
});

test("S4-27 S4-30 what this version does not know is named, never an error [EXEC-1d]", () => {
  expect(read({ type: "thread.exploded", more: [1] })).toEqual({ type: "unknown", name: "thread.exploded" });
  expect(readItem({ type: "todo_list", items: [] })).toEqual({
    type: "unknown",
    name: "item.completed todo_list",
  });
  expect(readItem({ type: "agent_message", text: 4 }, "item.updated")).toMatchObject({ type: "unknown" });
  expect(read({ type: "thread.started" })).toEqual({ type: "unknown", name: "thread.started" });
  expect(read({ type: "item.completed", item: null })).toMatchObject({ type: "unknown" });
});

test.each(["", "not json", "[1]", "null", "{}", '{"type":3}', '{"type":"turn.st'])(
  "S4-23 %j is no event [EXEC-1d]",
  (line) => {
    expect(parseExecLine(line)).toBeUndefined();
  },
);

test("S4-29 S4-D6 a retry is no failure; an error is readable; a warning is neither [EXEC-1c]", () => {
  expect(read({ type: "error", message: "Reconnecting... 1/5 (cut)" })).toMatchObject({
    body: { type: "retrying" },
  });
  expect(read({ type: "error", message: '{"error":{"message":"No."}}' })).toMatchObject({
    body: { type: "failing", error: { message: "No." } },
  });
  expect(
    read({ type: "turn.failed", error: { message: "unexpected status 401 Unauthorized" } }),
  ).toMatchObject({
    type: "failed",
    error: { code: "provider-auth-failed" },
  });
  expect(read({ type: "turn.failed" })).toMatchObject({ type: "failed", error: { message: "turn.failed" } });
  expect(readItem({ type: "error", message: "careful" })).toMatchObject({ body: { type: "warning" } });
});

test("S4-D2 a turn's own tokens are the difference of two totals, and none when that is below zero [EXEC-1b]", () => {
  const total = (inputTokens: number, cacheWriteInputTokens: number) => ({
    ...noUsage,
    ...{ inputTokens, cacheWriteInputTokens, totalTokens: inputTokens },
  });
  expect(subtractUsage(total(10, 4), total(7, 1))).toEqual(total(3, 3));
  expect(subtractUsage(total(7, 1), total(10, 1))).toBeUndefined();
});
