// A good neighbour on the real Codex: other people's turns are followed and never touched, and a thread that we do not
// use is free for them.
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { formatScript, type Step } from "../../src/demo/script.ts";
import { type ScriptedModel, startScriptedModel } from "../../src/demo/scripted-model.ts";
import { BareClient } from "../rigs/bare-client.ts";
import { OurTurn } from "../rigs/our-turn.ts";
import { ask, sharedTransports, TestPlace } from "../rigs/place.ts";
import { until } from "../rigs/until.ts";

let model: ScriptedModel;
beforeAll(async () => {
  model = await startScriptedModel();
});
afterAll(() => model.close());

const ok: Step = { text: "ok" };
const escalate = (command: string): Step => ({
  shell: command,
  extra: { sandbox_permissions: "require_escalated", justification: "to see" },
});

describe.each(sharedTransports)("a second client on the same server, %s", (transport) => {
  let place: TestPlace;
  let terminal: BareClient;
  beforeAll(async () => {
    place = await TestPlace.open(model, transport);
    terminal = await place.joinServer();
  });
  afterAll(() => place.close());

  /** A thread with one turn of ours, which the terminal has opened too. */
  const openShared = async () => {
    const hold = await place.startThread();
    await (await OurTurn.start(hold, place.clock, [ok])).outcome;
    await terminal.request("thread/resume", { threadId: hold.threadId, excludeTurns: true });
    return hold;
  };
  /** Whatever our side has sent until now has been read by the server, and what came of it by the terminal. */
  const settle = async () => {
    await ask(await place.servers.pick(), "server/diagnostics", {});
    await terminal.request("server/diagnostics");
  };

  test("it sees our turns [SHOW-1g]", async () => {
    const hold = await openShared();
    const from = terminal.messages.length;
    const turn = await OurTurn.start(hold, place.clock, "hello there");
    const seen = await terminal.endOfTurn(hold.threadId, turn.id, from);
    expect(seen.status).toBe("completed");
    expect(JSON.stringify(seen.messages)).toContain(turn.clientId);
  });

  test("its own turn asks, and only its own answer counts: we send nothing [SHOW-1g TURN-10d TURN-11i]", async () => {
    const hold = await openShared();
    const ours = new OurTurn(hold, place.clock);
    const file = `foreign-${transport}`;
    const turnId = await terminal.startTurn(hold.threadId, formatScript(escalate(`touch ${file}`), ok));
    const asked = await terminal.waitFor(
      (message) => message.params.turnId === turnId && message.id !== undefined,
    );
    await until(() => hold.feed.openRequests.length === 1);
    await settle();
    expect(terminal.messages.filter((message) => message.method === "serverRequest/resolved")).toEqual([]);
    expect([ours.requests, ours.events]).toEqual([[], []]);
    terminal.answer(asked, { decision: "accept" });
    expect((await terminal.endOfTurn(hold.threadId, turnId)).status).toBe("completed");
    expect(existsSync(join(place.home.workFolder, file))).toBe(true);
    expect(hold.feed.openRequests).toEqual([]);
  });

  test("a request of its turn that we do not know gets no answer from us either [TURN-11i]", async () => {
    const inputSchema = { type: "object", properties: {} };
    const dynamicTools = [{ type: "function", name: "lookup", description: "Looks up", inputSchema }];
    const threadId = await terminal.startThread({ cwd: place.home.workFolder, dynamicTools });
    await terminal.runTurn(threadId, formatScript(ok));
    const hold = await place.threads.hold(threadId);
    const turnId = await terminal.startTurn(threadId, formatScript({ call: "lookup" }, ok));
    const asked = await terminal.waitFor(
      (message) => message.params.turnId === turnId && message.id !== undefined,
    );
    await until(() => hold.feed.openRequests.length === 1);
    await settle();
    terminal.answer(asked, { contentItems: [{ type: "inputText", text: "found it" }], success: true });
    expect((await terminal.endOfTurn(threadId, turnId)).status).toBe("completed");
    expect(JSON.stringify(model.requests.at(-1)?.body.input)).toContain("found it");
  });

  test.each(["before it began", "while it runs"])(
    "our message lands in its turn, joined %s: the turn stays foreign [TURN-10e]",
    async (when) => {
      const hold = await openShared();
      const gate = `${transport} ${when}`;
      const theirs = await terminal.startTurn(hold.threadId, formatScript({ text: "early", hold: gate }));
      await model.held(gate);
      const later = when === "while it runs" && (await place.openSide().threads.hold(hold.threadId));
      const again = later || hold;
      await until(() => again.feed.activeTurnId === theirs);
      const ours = await OurTurn.start(again, place.clock, [escalate("touch never"), { text: "for both" }]);
      model.release(gate);
      expect([ours.id, await ours.inbox.origin]).toEqual([theirs, "foreign"]);
      const asked = await terminal.waitFor(
        (message) => message.params.turnId === theirs && message.id !== undefined,
      );
      await until(() => again.feed.openRequests.length === 1);
      terminal.answer(asked, { decision: "decline" });
      expect(await ours.outcome).toMatchObject({ status: "answered", text: "for both" });
      expect(ours.requests).toEqual([]);
    },
  );
});

describe("a thread that we do not use", () => {
  let place: TestPlace;
  let other: BareClient;
  beforeEach(async () => {
    place = await TestPlace.open(model, "auto");
    other = await place.startOtherProcess();
  });
  afterEach(() => place.close());

  const resume = (threadId: string) => other.request("thread/resume", { threadId, excludeTurns: true });
  const isLetGo = (threadId: string) => place.threads.findFeed(threadId) === undefined;
  /** Lets the look that was due happen: the next one is set then. */
  const lookAgain = async (ms: number) => {
    await place.clock.advance(ms);
    await until(() => place.clock.pending === 1);
  };

  test("is held by us for 30 s after its last turn, then free for another process [SHOW-1h]", async () => {
    const hold = await place.startThread();
    await (await OurTurn.start(hold, place.clock, [ok])).outcome;
    hold.release();
    await lookAgain(29_000);
    await expect(resume(hold.threadId)).rejects.toThrow("already has an active writer");
    await place.clock.advance(1_000);
    await until(() => isLetGo(hold.threadId));
    expect(await resume(hold.threadId)).toMatchObject({ thread: { id: hold.threadId } });
  });

  test("is free at once when it is let go, and ours again when the other is gone", async () => {
    const hold = await place.startThread();
    await (await OurTurn.start(hold, place.clock, [ok])).outcome;
    await place.threads.letGo(hold.threadId);
    await expect(resume(hold.threadId)).rejects.toThrow("already has an active writer");
    hold.release();
    await place.threads.letGo(hold.threadId);
    await resume(hold.threadId);
    await expect(place.threads.hold(hold.threadId)).rejects.toMatchObject({ code: "thread-held" });
    await other.close();
    const again = await place.threads.hold(hold.threadId);
    expect(await (await OurTurn.start(again, place.clock, [ok])).outcome).toMatchObject({ text: "ok" });
  });

  test("goes to the person's server at once when that appears, and we follow it there", async () => {
    const hold = await place.startThread();
    await (await OurTurn.start(hold, place.clock, [ok])).outcome;
    hold.release();
    const person = await place.startPersonServer();
    await place.clock.advance(1_000);
    await until(() => isLetGo(hold.threadId));
    const terminal = await BareClient.overSocket(person.socketPath);
    await terminal.request("thread/resume", { threadId: hold.threadId, excludeTurns: true });
    const again = await place.threads.hold(hold.threadId);
    expect(again.client.kind).toBe("attached");
    const turn = await OurTurn.start(again, place.clock, [ok]);
    expect((await terminal.endOfTurn(hold.threadId, turn.id)).status).toBe("completed");
    await terminal.close();
  });

  test("is free at once when a terminal is just opening: our server, which nobody uses, makes room [SHOW-1h]", async () => {
    const hold = await place.startThread();
    await (await OurTurn.start(hold, place.clock, [ok])).outcome;
    hold.release();
    mkdirSync(join(place.home.codexHome, "app-server-daemon"));
    writeFileSync(join(place.home.codexHome, "app-server-daemon", "daemon.pid"), "1");
    await place.clock.advance(200);
    // Our connection is closed first; the lock goes with the process.
    await until(() => isLetGo(hold.threadId) && !existsSync(place.context.directory));
    expect(await resume(hold.threadId)).toMatchObject({ thread: { id: hold.threadId } });
  });

  test("moves with its next message when the person's server has appeared in between", async () => {
    const hold = await place.startThread();
    await (await OurTurn.start(hold, place.clock, [ok])).outcome;
    hold.release();
    await place.startPersonServer();
    const again = await place.threads.hold(hold.threadId);
    expect(again.client.kind).toBe("attached");
    expect(await (await OurTurn.start(again, place.clock, [ok])).outcome).toMatchObject({ text: "ok" });
  });

  test("stays while a command of it runs, also one from before we joined; then it is let go [SHOW-1h]", async () => {
    const hold = await place.startThread();
    const command = `sleep 304.${process.pid}`;
    const background: Step = { shell: command, extra: { yield_time_ms: 250 } };
    await (await OurTurn.start(hold, place.clock, [background, ok])).outcome;
    // Our process goes without a word while a turn runs; another of ours takes over.
    await OurTurn.start(hold, place.clock, [{ text: "ok", hold: "take over" }]);
    await model.held("take over");
    await hold.client.close();
    const { threads } = place.openSide();
    const again = await threads.hold(hold.threadId);
    model.release("take over");
    await until(() => again.feed.isQuiet);
    again.release();
    await place.startPersonServer();
    await place.clock.advance(1_000);
    await until(() => again.feed.hasRunningCommand);
    await place.clock.advance(60_000);
    await threads.letGo(hold.threadId);
    expect(threads.findFeed(hold.threadId)).toBe(again.feed);
    await expect(resume(hold.threadId)).rejects.toThrow("already has an active writer");
    await ask(again.client, "thread/backgroundTerminals/clean", { threadId: hold.threadId });
    await until(() => !again.feed.hasRunningCommand);
    await place.clock.advance(1_000);
    await until(() => threads.findFeed(hold.threadId) === undefined);
    // Codex unloads it a second after it was let go, or its server is stopped.
    await until(async () => (await resume(hold.threadId).catch(() => undefined)) !== undefined);
  });
});
