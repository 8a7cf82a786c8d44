// Turns of ours that fail, wait or are cut on the real Codex, over every transport.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Step } from "../../src/demo/script.ts";
import { type ScriptedModel, startScriptedModel } from "../../src/demo/scripted-model.ts";
import type { ErrorCode } from "../../src/errors.ts";
import { OurTurn } from "../rigs/our-turn.ts";
import { TestPlace, type TransportName } from "../rigs/place.ts";

/** Attached differs from private only in who started the server. */
const transports: TransportName[] = ["stdio", "private"];
let model: ScriptedModel;
beforeAll(async () => {
  model = await startScriptedModel();
});
afterAll(() => model.close());

const provider = "request_max_retries = 1\nstream_max_retries = 1";
const rawBody = {
  error: { message: "The wish is not granted.", type: "invalid_request_error", code: null },
};
const usageLimit = { error: { type: "usage_limit_reached", message: "limit", resets_in_seconds: 3600 } };

describe.each(transports)("over %s", (transport) => {
  let place: TestPlace;
  beforeAll(async () => {
    place = await TestPlace.open(model, transport, { provider });
  });
  afterAll(() => place.close());
  const start = async (steps: Step[]) => OurTurn.start(await place.startThread(), place.clock, steps);

  test.each([
    [{ status: 400, body: rawBody }, "turn-failed", /^The wish is not granted\.$/],
    [{ status: 401 }, "provider-auth-failed", /401/],
    [{ status: 429 }, "provider-rate-limited", /429/],
    [{ status: 429, body: usageLimit }, "usage-limit", /limit/],
    [{ status: 500 }, "provider-overloaded", /./],
    [{ failed: { code: "rate_limit_exceeded", message: "slow down" } }, "provider-rate-limited", /slow down/],
    [{ failed: { code: "context_length_exceeded", message: "too long" } }, "context-full", /context/],
    [{ failed: { code: "server_is_overloaded", message: "busy" } }, "provider-overloaded", /./],
  ] as [Step, ErrorCode, RegExp][])(
    "S2-D11 the model's %j fails the turn as %s [SHOW-1c]",
    async (step, code, words) => {
      const turn = await start([step]);
      expect(await turn.outcome).toMatchObject({
        status: "failed",
        error: { code, details: { message: expect.stringMatching(words) } },
      });
    },
  );

  test("retries are told and are not the end: the turn goes on to its reply, its text not doubled [SHOW-1c TURN-9b TURN-9e]", async () => {
    const turn = await start([{ attempts: [{ deltas: 9, drop: 3 }, { text: "whole" }] }]);
    expect(await turn.outcome).toMatchObject({ status: "answered", text: "whole" });
    expect(turn.all("retrying")).toHaveLength(1);
    expect(turn.all("failing")).toEqual([]);
    const streamed = Map.groupBy(turn.all("text-delta"), (event) => event.itemId);
    expect(streamed.size).toBe(2);
    expect(turn.all("message").map((event) => [event.text, streamed.get(event.itemId)?.length])).toEqual([
      ["whole", 1],
    ]);
  });

  test("retries that do not help end in the failure, told once as final", async () => {
    const turn = await start([{ deltas: 9, drop: 3 }]);
    expect(await turn.outcome).toMatchObject({ status: "failed" });
    expect(turn.all("retrying")).toHaveLength(1);
    expect(turn.all("failing")).toHaveLength(1);
  });

  test("words before a failure are kept, and the thread takes the next turn", async () => {
    const words: Step = { items: [{ say: "I begin", phase: "commentary" }, { shell: "true" }] };
    const hold = await place.startThread();
    const failed = await OurTurn.start(hold, place.clock, [words, { status: 400 }]);
    expect(await failed.outcome).toMatchObject({ status: "failed", text: "I begin" });
    const next = await OurTurn.start(hold, place.clock, [{ text: "again well" }]);
    expect(await next.outcome).toMatchObject({ status: "answered", text: "again well" });
  });

  test("a model that stalls is stopped; what it said until then stays, what it had begun does not [SHOW-1c]", async () => {
    const said: Step = { items: [{ say: "first", phase: "commentary" }, { shell: "true" }] };
    const turn = await start([said, { deltas: 9, hold: `stall-${transport}`, after: 4 }]);
    await model.held(`stall-${transport}`);
    await turn.stop();
    expect(await turn.outcome).toMatchObject({ status: "interrupted", text: "first" });
  });
});

test("a broken config.toml is said when a thread is to be started [SHOW-4c]", async () => {
  const place = await TestPlace.open(model, "stdio", { settings: "sandbox_mode = [" });
  try {
    await expect(place.startThread()).rejects.toMatchObject({ code: "codex-config-broken" });
  } finally {
    await place.close();
  }
});

test("while the model cannot be reached the turn retries without end, and can be stopped", async () => {
  const place = await TestPlace.open({ url: "http://127.0.0.1:9/v1" }, "stdio", { provider });
  try {
    const turn = await OurTurn.start(await place.startThread(), place.clock, "hello");
    expect((await turn.event("retrying")).message).toMatch(/reconnecting/i);
    await turn.stop();
    expect(await turn.outcome).toMatchObject({ status: "interrupted" });
  } finally {
    await place.close();
  }
});
