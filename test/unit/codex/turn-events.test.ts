import fc from "fast-check";
import { expect, test } from "vitest";
import { readTurnEvent } from "../../../src/codex/turn-events.ts";

const body = (method: string, params: Record<string, unknown>) =>
  readTurnEvent(method, { turnId: "u", ...params }).body;
const started = (item: Record<string, unknown>) => body("item/started", { item: { id: "i", ...item } });
const completed = (item: Record<string, unknown>) => body("item/completed", { item: { id: "i", ...item } });

test("turn ids come from the params or from the turn in them", () => {
  expect(readTurnEvent("turn/started", { turn: { id: "u1" } })).toEqual({
    turnId: "u1",
    body: { type: "turn-started" },
  });
  expect(readTurnEvent("warning", { message: "w" })).toEqual({ body: { type: "warning", message: "w" } });
  expect(readTurnEvent("x", { turnId: "" }).turnId).toBeUndefined();
});

test("only completed items are messages; their start says nothing", () => {
  expect(started({ type: "agentMessage", text: "" })).toEqual({ type: "other", method: "item/started" });
  expect(completed({ type: "agentMessage", text: "hi", phase: "commentary" })).toEqual({
    type: "message",
    itemId: "i",
    text: "hi",
    phase: "commentary",
  });
  expect(completed({ type: "agentMessage", text: "hi", phase: null })).toEqual({
    type: "message",
    itemId: "i",
    text: "hi",
  });
  expect(completed({ type: "plan", text: "1. x" })).toEqual({ type: "plan", itemId: "i", text: "1. x" });
});

test("a user's message with the id of its sender", () => {
  const content = [
    { type: "text", text: "a" },
    { type: "localImage", path: "/p" },
    { type: "text", text: "b" },
  ];
  expect(completed({ type: "userMessage", clientId: "c", content })).toMatchObject({
    clientId: "c",
    text: "ab",
  });
  expect(completed({ type: "userMessage", clientId: null, content: [] })).not.toHaveProperty("clientId");
});

test.each([
  [{ type: "commandExecution", command: "/bin/bash -lc 'npm test && ls'" }, "command", "npm test && ls"],
  [{ type: "commandExecution", command: 'bash -c "echo hi"' }, "command", "echo hi"],
  [{ type: "commandExecution", command: "ls -la" }, "command", "ls -la"],
  [{ type: "fileChange", changes: [{ path: "/a" }, { path: "/b" }] }, "patch", "/a, /b"],
  [{ type: "mcpToolCall", server: "s", tool: "t" }, "mcp", "s.t"],
  [{ type: "webSearch", query: "q" }, "search", "q"],
  [{ type: "contextCompaction" }, "other", "contextCompaction"],
])("a tool and its one line: %j", (item, tool, title) => {
  expect(started(item)).toMatchObject({ type: "tool-started", tool, title });
  expect(completed({ ...item, status: "declined" })).toMatchObject({
    type: "tool-completed",
    title,
    status: "declined",
  });
});

test("an error that will be retried is not the end [TURN-9e]", () => {
  const error = { message: "stream disconnected", codexErrorInfo: null };
  expect(body("error", { error, willRetry: true })).toEqual({
    type: "retrying",
    message: "stream disconnected",
  });
  expect(body("error", { error, willRetry: false })).toMatchObject({ type: "failing" });
  expect(body("error", { error })).toMatchObject({ type: "failing" });
});

test("usage of one model call and of the thread", () => {
  const count = (totalTokens: number) => ({
    totalTokens,
    inputTokens: 1,
    cachedInputTokens: 0,
    outputTokens: 2,
  });
  const tokenUsage = { last: count(3), total: count(30), modelContextWindow: 1000 };
  expect(body("thread/tokenUsage/updated", { tokenUsage })).toMatchObject({
    type: "usage",
    last: { totalTokens: 3, reasoningOutputTokens: 0 },
    total: { totalTokens: 30 },
    contextWindow: 1000,
  });
});

test("SX-09 whatever comes, nothing is thrown: what cannot be read is `other` [SRV-5g]", () => {
  const methods = [
    "turn/started",
    "turn/completed",
    "item/started",
    "item/completed",
    "item/agentMessage/delta",
    "item/commandExecution/outputDelta",
    "thread/tokenUsage/updated",
    "error",
    "warning",
    "serverRequest/resolved",
  ];
  const types = [
    "userMessage",
    "agentMessage",
    "plan",
    "reasoning",
    "commandExecution",
    "fileChange",
    "mcpToolCall",
  ];
  const item = fc.record(
    {
      type: fc.constantFrom(...types),
      id: fc.string(),
      text: fc.anything(),
      changes: fc.anything(),
      content: fc.anything(),
      command: fc.anything(),
      summary: fc.anything(),
    },
    { requiredKeys: [] },
  );
  const params = fc.record(
    {
      turn: fc.anything(),
      item: fc.oneof(item, fc.anything()),
      error: fc.anything(),
      tokenUsage: fc.anything(),
      requestId: fc.anything(),
      turnId: fc.anything(),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(fc.oneof(fc.constantFrom(...methods), fc.string()), params, (method, given) => {
      expect(readTurnEvent(method, given).body).toHaveProperty("type");
    }),
  );
});
