// Our own detached server on the real Codex: killed, adopted, replaced, stopped; and what the history then says of a message.

import { once } from "node:events";
import { existsSync, mkdirSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { type Fate, type FateQuery, findFate } from "../../src/codex/history.ts";
import { buildPersonSocketPath } from "../../src/codex/person-server.ts";
import { stopPrivateServer } from "../../src/codex/private-server.ts";
import { threadOpened } from "../../src/codex/schemas.ts";
import { writeServerRecord } from "../../src/codex/server-record.ts";
import type { ThreadHold, Threads } from "../../src/codex/threads.ts";
import type { Step } from "../../src/demo/script.ts";
import { type ScriptedModel, startScriptedModel } from "../../src/demo/scripted-model.ts";
import { isSameProcess, readProcessIdentity } from "../../src/process/identity.ts";
import { writeOwnerFile } from "../../src/process/keeper.ts";
import { FakeClock } from "../rigs/fake-clock.ts";
import { OurTurn } from "../rigs/our-turn.ts";
import { codexVersion, type OurSide, TestPlace } from "../rigs/place.ts";
import { passing } from "../rigs/settle.ts";
import { until } from "../rigs/until.ts";

let model: ScriptedModel;
let place: TestPlace;
beforeAll(async () => {
  model = await startScriptedModel();
});
afterAll(() => model.close());
beforeEach(async () => {
  place = await TestPlace.open(model, "private");
});
afterEach(() => place.close());

const ok: Step = { text: "ok" };

/** A thread of ours that has had one turn. */
async function openThread(): Promise<ThreadHold> {
  const hold = await place.startThread();
  await (await OurTurn.start(hold, place.clock, [ok])).outcome;
  return hold;
}

/** Looks up a message as recovery does, without waiting for the pause between its two looks. */
async function look(
  turn: Pick<OurTurn, "clientId"> & { id?: string },
  hold: ThreadHold,
  threads: Threads = place.threads,
  more: Partial<FateQuery> = {},
): Promise<Fate> {
  const clock = new FakeClock();
  const query = { hold, threads, clock, clientId: turn.clientId, historyExpected: true };
  return passing(clock, 500, findFate({ ...query, ...(turn.id ? { turnId: turn.id } : {}), ...more }));
}

test("killed right after it took turn/start: the turn is lost to us, and the message absent or cut off, never 'ended'", async () => {
  const hold = await openThread();
  const turn = await OurTurn.start(hold, place.clock, [{ text: "never", hold: "dying" }]);
  await place.killServer();
  expect(await turn.outcome).toMatchObject({ status: "lost", error: { code: "connection-lost" } });
  const again = await place.threads.hold(hold.threadId);
  const fate = await look(turn, again);
  expect(fate.kind).toBeOneOf(["absent", "cut-off"]);
  expect(fate.kind === "absent" && wasAsked("dying")).toBe(false);
  expect(await (await OurTurn.start(again, place.clock, [ok])).outcome).toMatchObject({ text: "ok" });
});

test("killed in mid-stream: the message is there and its turn cut off", async () => {
  const hold = await openThread();
  const turn = await OurTurn.start(hold, place.clock, [{ deltas: 9, hold: "mid", after: 4 }]);
  await model.held("mid");
  await turn.event("text-delta");
  await place.killServer();
  expect(await turn.outcome).toMatchObject({ status: "lost" });
  const again = await place.threads.hold(hold.threadId);
  expect(await look(turn, again)).toMatchObject({ kind: "cut-off", turn: { id: turn.id } });
  expect(again.client.instance).not.toBe(hold.client.instance);
});

test("killed after completion: the message has ended, and its reply is read from the history", async () => {
  const hold = await openThread();
  const turn = await OurTurn.start(hold, place.clock, [
    { items: [{ say: "hm", phase: "commentary" }, { say: "done" }] },
  ]);
  await turn.outcome;
  await place.killServer();
  const again = await place.threads.hold(hold.threadId);
  const fate = await look(turn, again);
  expect(fate).toMatchObject({ kind: "ended", origin: "ours", turn: { id: turn.id, status: "completed" } });
  const late = new OurTurn(again, place.clock, turn.clientId);
  late.inbox.adopt(turn.id);
  if (fate.kind === "ended") late.inbox.takeHistory(fate.turn);
  expect(await late.outcome).toMatchObject({ status: "answered", text: "done" });
});

test("a message that was never sent is absent, also on a thread with many turns", async () => {
  const hold = await openThread();
  for (let turn = 0; turn < 22; turn++) await (await OurTurn.start(hold, place.clock, [ok])).outcome;
  const never = { clientId: "never sent" };
  expect(await look(never, hold)).toEqual({ kind: "absent" });
});

test("absence is not said of a thread whose history should not be empty, nor while a turn runs on it", async () => {
  const empty = await place.startThread();
  const fresh = { clientId: "fresh" };
  const none: Threads = Object.assign(Object.create(place.threads), {
    readTurns: async () => ({ turns: [] }),
  });
  expect(await look(fresh, empty, none)).toMatchObject({ kind: "unknown" });
  expect(await look(fresh, empty, none, { historyExpected: false })).toEqual({ kind: "absent" });
  const hold = await openThread();
  const busy = await OurTurn.start(hold, place.clock, [{ text: "busy", hold: "busy" }]);
  await model.held("busy");
  let fate: Fate | undefined;
  const looking = look(fresh, hold).then((found) => {
    fate = found;
  });
  await place.threads.readTurns(hold.threadId, undefined, 1);
  await busy.event("user-message");
  expect(fate).toBeUndefined();
  model.release("busy");
  await looking;
  expect(fate).toEqual({ kind: "absent" });
});

test("after our process is gone without a word, the next one adopts the server, follows the turn and gets its question", async () => {
  const hold = await openThread();
  const shell: Step = { shell: "echo adopted", extra: { sandbox_permissions: "require_escalated" } };
  const turn = await OurTurn.start(hold, place.clock, [shell, { text: "for the next", hold: "adopt" }]);
  const { request } = await turn.question();
  const before = place.record();
  await hold.client.close();

  const { threads, servers } = place.openSide();
  const again = await threads.hold(hold.threadId);
  expect(servers.status().connected?.instance).toBe(hold.client.instance);
  expect(place.record()).toEqual(before);
  const followed = new OurTurn(again, place.clock, turn.clientId);
  const fate = await look(turn, again, threads);
  expect(fate).toMatchObject({ kind: "running", origin: "ours", turn: { id: turn.id } });
  followed.inbox.adopt(turn.id);
  if (fate.kind === "running") followed.inbox.takeHistory(fate.turn);
  const replayed = await followed.choose("yes");
  expect(replayed.id).toBe(request.id);
  model.release("adopt");
  expect(await followed.outcome).toMatchObject({ status: "answered", text: "for the next" });
});

const wasAsked = (gate: string) => model.requests.some((request) => request.step.hold === gate);

test("a connection cut once the turn has begun does not end it, however long we stay away", async () => {
  const first = await openThread();
  let side: OurSide = place;
  for (const gate of ["away 1", "away 2", "away 3", "away 4"]) {
    const hold = await side.threads.hold(first.threadId);
    const turn = await OurTurn.start(hold, place.clock, [{ text: "ok", hold: gate }]);
    await turn.event("turn-started");
    await hold.client.close();
    await model.held(gate);
    side = place.openSide();
    const again = await passing(place.clock, 50, side.threads.hold(first.threadId));
    expect(again.feed.activeTurnId).toBe(turn.id);
    model.release(gate);
    await until(() => again.feed.activity === "idle");
    again.release();
  }
});

/** What holds on any machine after a cut right after turn/start: it runs to its end, or it never began, and is told so. */
async function expectWholeOrCutOff(turn: OurTurn, gate: string): Promise<"whole" | "cut off"> {
  const { threads } = place.openSide();
  // The thread may just be closing: it is asked for again after a pause.
  const again = await passing(place.clock, 50, threads.hold(turn.hold.threadId));
  const fate = await look(turn, again, threads);
  if (fate.kind === "cut-off") {
    expect([fate.turn.id, wasAsked(gate)]).toEqual([turn.id, false]);
    const next = await OurTurn.start(again, place.clock, [ok]);
    expect(await next.outcome).toMatchObject({ status: "answered" });
    expect(wasAsked(gate)).toBe(false);
    return "cut off";
  }
  expect(fate).toMatchObject({ kind: "running", origin: "ours", turn: { id: turn.id } });
  await model.held(gate);
  model.release(gate);
  await until(() => again.feed.activity === "idle");
  expect(await look(turn, again, threads)).toMatchObject({ kind: "ended", turn: { status: "completed" } });
  return "whole";
}

test("a connection cut right after turn/start loses nothing: the turn runs on, or its message is told as cut off [SRV-6a]", async () => {
  const hold = await openThread();
  const turn = await OurTurn.start(hold, place.clock, [{ text: "ok", hold: "fresh" }]);
  await hold.client.close();
  await expectWholeOrCutOff(turn, "fresh");
});

test("a turn that Codex ends before it has begun, as nobody follows it, is told as cut off, and is not 'ended' [SRV-6a]", async () => {
  const client = await place.servers.pick();
  // With a delay of 0 it happens in most tries; with our own only where a machine stalls for a second.
  const params = { cwd: place.home.workFolder, config: { thread_unload_delay_secs: 0 } };
  const { thread } = await client.request("thread/start", params, threadOpened);
  const hold = { threadId: thread.id, client, feed: client.feed(thread.id), release: () => {} };
  await (await OurTurn.start(hold, place.clock, [ok])).outcome;
  const turn = await OurTurn.start(hold, place.clock, [{ text: "ok", hold: "unborn" }]);
  await client.close();
  await expectWholeOrCutOff(turn, "unborn");
});

test("a server of another version is used while a turn runs on it, and replaced when it is idle", async () => {
  const hold = await openThread();
  const old = { ...place.record(), version: "0.149.0" };
  writeServerRecord(place.context.directory, old);
  const turn = await OurTurn.start(hold, place.clock, [{ text: "ok", hold: "old" }]);
  await model.held("old");
  const during = place.openSide().servers;
  expect((await during.pick()).instance).toBe(old.instance);
  model.release("old");
  await turn.outcome;
  // What one of us has loaded is used.
  expect((await place.openSide().servers.pick()).instance).toBe(old.instance);
  await place.threads.letGo(hold.threadId);
  hold.release();
  await place.threads.letGo(hold.threadId);
  const after = place.openSide().servers;
  expect((await after.pick()).instance).not.toBe(old.instance);
  expect(await isSameProcess(old)).toBe(false);
  expect(place.record()).toMatchObject({ version: codexVersion });
});

test("it is not stopped while a turn runs, another process uses it or somebody else has a thread on it, and leaves nothing when it is", async () => {
  const hold = await openThread();
  const { socketPath, ...server } = place.record();
  const turn = await OurTurn.start(hold, place.clock, [{ text: "ok", hold: "stop" }]);
  await model.held("stop");
  const isStopped = await stopPrivateServer(place.context, hold.client, 1);
  expect([isStopped, await place.isIdle()]).toEqual([false, false]);
  model.release("stop");
  expect(await turn.outcome).toMatchObject({ status: "answered" });
  expect(await place.isIdle()).toBe(true);
  const otherOwner = join(place.context.directory, "server-owner.other");
  await writeOwnerFile(otherOwner, (await readProcessIdentity(process.ppid)) ?? server);
  expect(await stopPrivateServer(place.context, hold.client, 1)).toBe(false);
  rmSync(otherOwner);
  const joined = await place.joinServer();
  await joined.startThread({ cwd: place.home.workFolder });
  expect(await stopPrivateServer(place.context, hold.client, 1)).toBe(false);
  expect(await stopPrivateServer(place.context, hold.client, 2)).toBe(true);
  expect(await isSameProcess(server)).toBe(false);
  expect(existsSync(dirname(dirname(socketPath)))).toBe(false);
  expect(hold.client.isOpen).toBe(false);
});

test("a record of a server that is long gone is no hindrance", async () => {
  const first = await place.servers.pick();
  await place.killServer();
  const second = await place.servers.pick();
  expect([second.isOpen, second.instance === first.instance]).toEqual([true, false]);
});

test("many callers get one server [SRV-6b]", async () => {
  const clients = await Promise.all(Array.from({ length: 20 }, () => place.servers.pick()));
  expect(new Set(clients).size).toBe(1);
});

test("a socket that others could have made is not joined: auto uses our own and says why, attach refuses [SRV-4d]", async () => {
  const path = buildPersonSocketPath(place.home.codexHome);
  mkdirSync(dirname(path), { mode: 0o755 });
  const stranger = createServer();
  stranger.listen(path);
  await once(stranger, "listening");
  try {
    await expect(place.openSide("attach").servers.pick()).rejects.toMatchObject({
      code: "socket-untrusted",
      details: { reason: "open-to-others" },
    });
    const { servers } = place.openSide("auto");
    expect((await servers.pick()).kind).toBe("private");
    expect(servers.status()).toMatchObject({ mode: "auto", note: expect.stringContaining("open-to-others") });
  } finally {
    stranger.close();
  }
});

test("attach without a server of the person says so", async () => {
  await expect(place.openSide("attach").servers.pick()).rejects.toMatchObject({ code: "mode-unavailable" });
});
