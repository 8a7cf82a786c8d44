import { describe, expect, test } from "vitest";
import {
  classifyText,
  readableMessage,
  readRpcError,
  readStartFailure,
  readTurnError,
} from "../../../src/codex/error-meanings.ts";

const id = "01999999-0000-7000-8000-000000000000";

describe("errors of requests", () => {
  test.each([
    [`thread ${id} already has an active writer`, "thread-held"],
    [`no rollout found for thread id ${id}`, "thread-gone"],
    [`thread not found: ${id}`, "thread-not-loaded"],
    [`thread not loaded: ${id}`, "thread-not-loaded"],
    [`session ${id} is archived. Run \`codex unarchive ${id}\` to restore it`, "thread-archived"],
    ["invalid thread id: invalid character", "thread-id-invalid"],
    ["no active turn to steer", "no-turn-running"],
    ["no active turn to interrupt", "no-turn-running"],
    ["expected active turn id a but found b", "turn-id-mismatch"],
    ["failed to load configuration: TOML parse error at line 1", "codex-config-broken"],
    ["thread/start.dynamicTools requires experimentalApi capability", "method-unsupported"],
    ["Invalid request: unknown variant `x/y`, expected one of `a`, `b`", "method-unsupported"],
    ["Server is draining", "server-draining"],
    ["timed out waiting for state db backfill", "server-backfilling"],
    ["a sentence nobody has seen", "backend-protocol-error"],
  ])("%s", (message, code) => {
    expect(readRpcError("x/y", { code: -32600, message }, { threadId: "t" })).toMatchObject({
      code,
      details: { threadId: "t", method: "x/y" },
    });
  });

  test("codes say it where texts do not", () => {
    expect(readRpcError("m", { code: -32001, message: "busy" }).code).toBe("server-overloaded");
    expect(readRpcError("m", { code: -32601, message: "no" }).code).toBe("method-unsupported");
    const data = { input_error_code: "input_too_large", max_chars: 1, actual_chars: 2 };
    expect(readRpcError("m", { code: -32602, message: "too large", data }).code).toBe("input-too-large");
  });

  test("S2-D25 a list of 4 KB is cut before anybody logs it", () => {
    const message = `unknown variant, expected one of ${"`thread/x`, ".repeat(400)}`;
    expect(String(readRpcError("m", { code: -32600, message }).details.message).length).toBeLessThanOrEqual(
      500,
    );
  });
});

describe("errors of turns", () => {
  test.each<[unknown, string]>([
    ["usageLimitExceeded", "usage-limit"],
    ["rateLimitExceeded", "provider-rate-limited"],
    ["serverOverloaded", "provider-overloaded"],
    ["internalServerError", "provider-overloaded"],
    ["contextWindowExceeded", "context-full"],
    ["unauthorized", "provider-auth-failed"],
    ["badRequest", "provider-failed"],
    [{ httpConnectionFailed: { httpStatusCode: 401 } }, "provider-auth-failed"],
    [{ httpConnectionFailed: { httpStatusCode: 403 } }, "provider-auth-failed"],
    [{ responseTooManyFailedAttempts: { httpStatusCode: 429 } }, "provider-rate-limited"],
    [{ responseStreamConnectionFailed: { httpStatusCode: 503 } }, "provider-overloaded"],
    [{ httpConnectionFailed: { httpStatusCode: null } }, "turn-failed"],
    ["aWordOfTomorrow", "turn-failed"],
    [null, "turn-failed"],
    [undefined, "turn-failed"],
  ])("codexErrorInfo %j", (codexErrorInfo, code) => {
    expect(readTurnError({ message: "went wrong", codexErrorInfo }).code).toBe(code);
  });

  test.each([
    ["badRequest", "the tool's timeout must be a number", "provider-failed"],
    ["contextWindowExceeded", "authentication code in the text is too long", "context-full"],
    ["usageLimitExceeded", "You've hit your usage limit. Too many requests.", "usage-limit"],
  ])("S2-D11 what Codex says counts, not the words of the text: %s, %s", (codexErrorInfo, message, code) => {
    expect(readTurnError({ message, codexErrorInfo }).code).toBe(code);
  });

  test("the http status is kept for the person", () => {
    const codexErrorInfo = { httpConnectionFailed: { httpStatusCode: 404 } };
    expect(readTurnError({ message: "x", codexErrorInfo }).details.status).toBe(404);
  });

  test.each([
    ['{"error":{"message":"bad thing","type":"invalid_request_error"}}', "bad thing"],
    ['{"error":"short"}', "short"],
    ['{"detail":"Not supported"}', "Not supported"],
    ['unexpected status 400: {"error":{"message":"inner"}}', "inner"],
    ["plain words", "plain words"],
    ["{ not json", "{ not json"],
    ['{"code":5}', '{"code":5}'],
    ['{"error":{"message":{"deep":1}}}', '{"error":{"message":{"deep":1}}}'],
  ])("the sentence inside is what a person reads: %s [TURN-9d]", (message, sentence) => {
    expect(readableMessage(message)).toBe(sentence);
    expect(readTurnError({ message }).details.message).toBe(sentence);
  });
});

describe("S2-71 the text as the last resort, first match wins", () => {
  test.each([
    ["Rate limit reached", "provider-rate-limited"],
    ["rate-limit and timeout", "provider-rate-limited"],
    ["Too Many Requests", "provider-rate-limited"],
    ["status 429", "provider-rate-limited"],
    ["error 401: unauthorized", "provider-auth-failed"],
    ["Forbidden", "provider-auth-failed"],
    ["unauthorised", "provider-auth-failed"],
    ["invalid api key", "provider-auth-failed"],
    ["the access token timed out", "provider-auth-failed"],
    ["request timed out", "backend-timeout"],
    ["Timeout", "backend-timeout"],
    ["invalid JSON", "backend-json-parse-error"],
    ["json parse error", "backend-json-parse-error"],
    ["order 14290 of 4011 failed", undefined],
  ])("%s", (text, code) => {
    expect(classifyText(text)).toBe(code);
  });
});

test("the dying words of a server are read and their end is kept", () => {
  const stderr =
    "WARN something\nline two\nError: state db backfill is running in another process; waiting up to 30s\n";
  expect(readStartFailure(stderr, "exit 1")).toMatchObject({ code: "server-backfilling" });
  expect(readStartFailure("a\nb\nc\nd\n", "exit 9")).toMatchObject({
    code: "server-exited",
    details: { exit: "exit 9", stderr: "b\nc\nd" },
  });
});
