import { describe, expect, test } from "vitest";
import { readListParams, readResumeParams } from "../../../src/nodes/command-params.ts";
import { handleListSessions } from "../../../src/nodes/list-sessions-command.ts";

const sessionId = "0199D2C0-1111-7abc-8def-0123456789ab";

describe("params of the unary commands [NODE-1b]", () => {
  test.each([undefined, null, "", "  ", "{}"])("%j is a list with defaults", (text) => {
    expect(readListParams(text)).toEqual({ limit: 10 });
  });

  test.each([
    ['{"limit":0.9}', 1],
    ['{"limit":-4}', 1],
    ['{"limit":7.8}', 7],
    ['{"limit":51}', 50],
  ])("%s asks for %i", (text, limit) => {
    expect(readListParams(text)).toEqual({ limit });
  });

  test.each(["{", "[]", '"x"', "7", "null", '{"limit":"5"}', '{"limit":null}', '{"filter":3}'])(
    "a list with %s is an error, not an empty request",
    (text) => {
      expect(() => readListParams(text)).toThrow(expect.objectContaining({ code: "bad-arguments" }));
    },
  );

  test("a resume, trimmed, its id in lower case, its time capped", () => {
    const text = JSON.stringify({ sessionId: ` ${sessionId} `, prompt: " go ", cwd: " ", timeoutMs: 9e9 });
    expect(readResumeParams(text)).toEqual({
      sessionId: sessionId.toLowerCase(),
      prompt: "go",
      timeoutMs: 3_600_000,
    });
    expect(readResumeParams(JSON.stringify({ sessionId, prompt: "x" })).timeoutMs).toBe(1_200_000);
  });

  test.each<[string, unknown]>([
    ["session id", { prompt: "x" }],
    ["session id", { sessionId: "--last", prompt: "x" }],
    ["session id", { sessionId: sessionId.slice(0, 8), prompt: "x" }],
    ["session id", { sessionId: 7, prompt: "x" }],
    ["prompt missing", { sessionId }],
    ["prompt missing", { sessionId, prompt: "  " }],
    ["session id", {}],
    ["timeoutMs", { sessionId, prompt: "x", timeoutMs: 0.5 }],
    ["timeoutMs", { sessionId, prompt: "x", timeoutMs: "60" }],
    ["cwd", { sessionId, prompt: "x", cwd: 3 }],
  ])("a resume without a proper %s says so", (words, params) => {
    expect(() => readResumeParams(JSON.stringify(params))).toThrow(words);
  });
});

test("a list answers in the shape that foreign callers know [NODE-1a]", async () => {
  const asked: unknown[] = [];
  const row = { sessionId: "s", messageCount: 0, lastMessage: "hi" };
  const options = {
    codexHome: "/h",
    listSessions: async (query: unknown) => {
      asked.push(query);
      return [row];
    },
  };
  const text = await handleListSessions('{"limit":3,"filter":" Hi "}', options, new AbortController().signal);
  expect(JSON.parse(text)).toEqual({ sessions: [row], codexHome: "/h" });
  expect(asked).toEqual([{ limit: 3, filter: "Hi" }]);
});
