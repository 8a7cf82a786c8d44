// What the host's errors mean, in the shapes that OpenClaw 2026.9.6 was seen to give.
import { expect, test } from "vitest";
import { readRefusal } from "../../../src/hosts/openclaw/send-refusal.ts";

/** As the host wraps whatever its channel threw. */
function wrap(cause: unknown, queueCustody = "held", sentBeforeError = true): Error {
  return Object.assign(new Error("outbound delivery failed", { cause }), {
    name: "OutboundDeliveryError",
    sentBeforeError,
    queueCustody,
  });
}

const grammy = (error_code: number, description: string, parameters: object = {}) =>
  Object.assign(new Error(`GrammyError: ${description}`), { error_code, description, parameters });

const http = (code: string) =>
  Object.assign(new Error("Network request failed"), {
    name: "HttpError",
    error: Object.assign(new Error("fetch failed"), { cause: { code } }),
  });

test.each([
  ["400 entities, also when plain", wrap(grammy(400, "Bad Request: can't parse entities")), "refused"],
  ["400 too long", wrap(grammy(400, "Bad Request: message is too long")), "refused"],
  ["a code two causes down", wrap(new Error("x", { cause: grammy(400, "too long") })), "refused"],
  ["401", wrap(grammy(401, "Unauthorized")), "passing"],
  ["403", wrap(grammy(403, "Forbidden: bot was blocked by the user")), "passing"],
  [
    "403 in the host's words",
    wrap(new Error("bot is not a member of the chat, was blocked, or was kicked (403: Forbidden)")),
    "passing",
  ],
  ["400 chat not found", wrap(grammy(400, "Bad Request: chat not found")), "passing"],
  ["chat not found in the host's words", wrap(new Error("Telegram send failed: chat not found")), "passing"],
  ["500", wrap(grammy(500, "Internal Server Error")), "unknown"],
  ["502", wrap(grammy(502, "Bad Gateway")), "unknown"],
  ["connection refused", wrap(http("ECONNREFUSED"), "released", false), "passing"],
  ["connection cut", wrap(http("UND_ERR_SOCKET")), "unknown"],
  ["begun and given back", wrap(http("UND_ERR_SOCKET"), "released", true), "unknown"],
  ["held and nothing begun", wrap(new Error("?"), "held", false), "unknown"],
  ["no cause", wrap(undefined), "unknown"],
  ["a cause that is no error", wrap("odd"), "unknown"],
  [
    "a file that it may not read",
    new Error("LocalMediaAccessError: not under an allowed directory"),
    "refused",
  ],
  ["no error at all", undefined, "passing"],
  ["a channel that is not up yet", new Error("Telegram runtime not initialized"), "passing"],
])("%s: %s is %s", (_, error, notTaken) => {
  expect(readRefusal(error)).toEqual({ notTaken, reason: String(error) });
});

test("429 is waited for as long as the service says", () => {
  const asked = readRefusal(wrap(grammy(429, "Too Many Requests: retry after 40", { retry_after: 40 })));
  expect(asked).toMatchObject({ notTaken: "passing", retryAfterMs: 40_000 });
  for (const parameters of [{}, { retry_after: "soon" }, undefined]) {
    const error = Object.assign(new Error("429"), { error_code: 429, description: "x", parameters });
    const refusal = readRefusal(wrap(error));
    expect(refusal).toMatchObject({ notTaken: "passing" });
    expect(refusal).not.toHaveProperty("retryAfterMs");
  }
});

test("a chain of causes without an end is read", () => {
  const ring = new Error("ring");
  ring.cause = ring;
  expect(readRefusal(wrap(ring)).notTaken).toBe("unknown");
});
