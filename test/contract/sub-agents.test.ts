// Sub-agents on the real Codex: what they ask is a question of the turn that started them; and how their sessions are listed.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { searchSessions } from "../../src/chat/session-search.ts";
import type { ServerRequest } from "../../src/codex/thread-feed.ts";
import { formatScript, type Step } from "../../src/demo/script.ts";
import { type ScriptedModel, startScriptedModel } from "../../src/demo/scripted-model.ts";
import { OurTurn } from "../rigs/our-turn.ts";
import { TestPlace, type TransportName } from "../rigs/place.ts";
import { until } from "../rigs/until.ts";

let model: ScriptedModel;
beforeAll(async () => {
  model = await startScriptedModel();
});
afterAll(() => model.close());

const escalate = (command: string): Step => ({
  shell: command,
  extra: { sandbox_permissions: "require_escalated", justification: "to see" },
});

const spawn = (...steps: Step[]): Step => ({
  call: "spawn_agent",
  namespace: "multi_agent_v1",
  args: { message: formatScript(...steps), task_name: "kid" },
});

describe.each<TransportName>(["stdio", "private"])("over %s", (transport) => {
  let place: TestPlace;
  beforeEach(async () => {
    place = await TestPlace.open(model, transport);
  });
  afterEach(() => place.close());
  const isThere = (file: string) => existsSync(join(place.home.workFolder, file));

  test("asks while the turn that started it runs: a question of that turn [TURN-11j SHOW-1b]", async () => {
    const hold = await place.startThread();
    const gate = `parent ${transport}`;
    const turn = await OurTurn.start(hold, place.clock, [
      spawn(escalate("touch kid"), { text: "kid done" }),
      { text: "parent done", hold: gate },
    ]);
    const request = await turn.choose("yes");
    expect(request.params).toMatchObject({ turnId: turn.id, reason: "to see" });
    expect(request.params.threadId).not.toBe(hold.threadId);
    await until(() => isThere("kid"));
    model.release(gate);
    expect(await turn.outcome).toMatchObject({ status: "answered", text: "parent done" });
    expect(hold.feed.openRequests).toEqual([]);
  });

  test("asks after that turn has ended: still a question of it, and the thread is kept until it is over [TURN-11j]", async () => {
    const hold = await place.startThread();
    const gate = `kid ${transport}`;
    const turn = await OurTurn.start(hold, place.clock, [
      spawn({ ...escalate("touch late"), hold: gate }, { text: "kid done" }),
      { text: "parent done" },
    ]);
    await model.held(gate);
    expect(await turn.outcome).toMatchObject({ status: "answered", text: "parent done" });
    await until(() => hold.feed.activity === "idle");
    await until(() => hold.feed.hasSubAgent);
    expect(hold.feed.isQuiet).toBe(false);
    const asked = Promise.withResolvers<ServerRequest>();
    hold.feed.onRequest(asked.resolve);
    const over = Promise.withResolvers<void>();
    hold.feed.onQuiet(over.resolve);
    model.release(gate);
    const request = await asked.promise;
    expect(request.params).toMatchObject({ turnId: turn.id });
    turn.answer(request, { decision: "accept" });
    await over.promise;
    expect([isThere("late"), hold.feed.hasSubAgent]).toEqual([true, false]);
  });
});

test("sessions of sub-agents are left out of the list, and counted [CONV-15d]", async () => {
  const place = await TestPlace.open(model, "private");
  try {
    const hold = await place.startThread();
    const turn = await OurTurn.start(hold, place.clock, [spawn({ text: "kid done" }), { text: "done" }]);
    await turn.outcome;
    await until(() => !hold.feed.hasSubAgent);
    const { found, hidden } = await searchSessions(
      place,
      { matches: () => true },
      AbortSignal.timeout(60_000),
    );
    expect(found.map(({ id }) => id)).toEqual([hold.threadId]);
    expect(hidden).toEqual({ subAgents: 1, ephemeral: 0 });
  } finally {
    await place.close();
  }
});
