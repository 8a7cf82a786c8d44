// `codex.cli.session.resume` on a node with the real Codex behind it: by the node's server, and by `codex exec` where the
// node's setting allows it and no server can be had.
import { renameSync, rmSync, symlinkSync } from "node:fs";
import { dirname } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PlaceServers } from "../../src/codex/place-servers.ts";
import { buildServerOpeners } from "../../src/codex/server-openers.ts";
import type { Threads } from "../../src/codex/threads.ts";
import { formatScript, type Step } from "../../src/demo/script.ts";
import { type ScriptedModel, startScriptedModel } from "../../src/demo/scripted-model.ts";
import { BridgeError } from "../../src/errors.ts";
import { buildNodeExec } from "../../src/hosts/openclaw/node-exec.ts";
import { systemClock } from "../../src/kit/clock.ts";
import { handleResumeSession, type SessionExec } from "../../src/nodes/resume-session-command.ts";
import { runExec } from "../rigs/exec-rig.ts";
import { FakePlace } from "../rigs/fake-place.ts";
import { NodeRig } from "../rigs/node-rig.ts";
import { OurTurn } from "../rigs/our-turn.ts";
import { TestPlace } from "../rigs/place.ts";
import { until } from "../rigs/until.ts";

const ok: Step = { text: "ok" };

let model: ScriptedModel;
let place: TestPlace;
let rig: NodeRig;
let threads: Threads;

beforeAll(async () => {
  model = await startScriptedModel();
});
afterAll(() => model.close());

const call = (
  params: Record<string, unknown>,
  signal = new AbortController().signal,
  isConnected = true,
  more: { exec?: SessionExec } = {},
) =>
  handleResumeSession(
    JSON.stringify(params),
    { ...rig.context, isConnected: () => isConnected, ...more },
    signal,
  );

describe("by the node's server", () => {
  /** A thread with one message, at rest. */
  const makeSession = async () => {
    const turn = await OurTurn.start(await startThread(), place.clock, "hello");
    await turn.outcome;
    turn.hold.release();
    await threads.letGo(turn.hold.threadId);
    return turn.hold.threadId;
  };
  beforeAll(async () => {
    place = await TestPlace.open(model, "private");
    rig = openRig();
    threads = rig.openSide().threads;
  });
  afterAll(async () => {
    await rig.close();
    await place.close();
  });

  test("runs a turn and answers with its text, also while another client has the thread [NODE-1a NODE-1c]", async () => {
    const sessionId = await makeSession();
    const held = await threads.hold(sessionId);
    const text = await call({
      sessionId: sessionId.toUpperCase(),
      prompt: formatScript({ text: "resumed" }),
    });
    expect(JSON.parse(text)).toEqual({ ok: true, sessionId, text: "resumed" });
    held.release();
  });

  test("refuses a busy thread, an unknown one and a folder outside the node's roots [NODE-1c]", async () => {
    const gate = "busy";
    const turn = await OurTurn.start(await startThread(), place.clock, [{ text: "x", hold: gate }]);
    await turn.event("turn-started");
    const { threadId } = turn.hold;
    await expect(call({ sessionId: threadId, prompt: "go" })).rejects.toMatchObject({
      code: "node-thread-busy",
    });
    model.release(gate);
    await turn.outcome;
    turn.hold.release();
    const unknown = "00000000-0000-7000-8000-000000000000";
    await expect(call({ sessionId: unknown, prompt: "go" })).rejects.toMatchObject({ code: "thread-gone" });
    const outside = { sessionId: threadId, prompt: "go", cwd: "/" };
    await expect(call(outside)).rejects.toMatchObject({ code: "node-folder-outside" });
  });

  test("a session's own folder that a link has replaced, or that is never given, is refused [BORD-1a BORD-1b]", async () => {
    const sessionId = await makeSession();
    const { workFolder } = place.home;
    const { rules } = rig.context;
    rig.context.rules = { ...rules, forbidden: [dirname(workFolder)] };
    await expect(call({ sessionId, prompt: "go" })).rejects.toMatchObject({ code: "node-folder-outside" });
    rig.context.rules = rules;
    renameSync(workFolder, `${workFolder}-moved`);
    symlinkSync(`${workFolder}-moved`, workFolder);
    await expect(call({ sessionId, prompt: "go" })).rejects.toMatchObject({ code: "folder-replaced" });
    rmSync(workFolder);
    renameSync(`${workFolder}-moved`, workFolder);
    expect(await call({ sessionId, prompt: formatScript(ok) })).toContain('"ok":true');
  });

  test("a timeout interrupts its turn [NODE-1d]", async () => {
    const sessionId = await makeSession();
    const prompt = formatScript({ shell: "sleep 600" }, ok);
    await expect(call({ sessionId, prompt, timeoutMs: 1 })).rejects.toMatchObject({
      code: "backend-timeout",
    });
    const { turns } = await threads.readTurns(sessionId, undefined, 1);
    expect(turns).toMatchObject([{ status: "interrupted" }]);
  });

  test.each([
    [true, "interrupted", "an explicit abort interrupts it"],
    [false, "completed", "a lost connection does not"],
  ])("connected %s: %s, for %s [NODE-1d]", async (isConnected, status) => {
    const sessionId = await makeSession();
    const gate = `abort-${isConnected}`;
    const abort = new AbortController();
    const running = call(
      { sessionId, prompt: formatScript({ text: "x", hold: gate }) },
      abort.signal,
      isConnected,
    );
    const asked = () => model.requests.filter((each) => each.conversation === sessionId).length;
    await until(() => asked() > 1);
    abort.abort();
    await expect(running).rejects.toMatchObject({ code: "cancelled" });
    model.release(gate);
    await until(async () => {
      const { turns } = await threads.readTurns(sessionId, undefined, 1);
      return turns[0]?.status === status && turns[0].completedAt != null;
    });
  });
});

describe("by codex exec", () => {
  let exec: SessionExec;
  beforeAll(async () => {
    place = await TestPlace.open(model, "private");
    const noServer = new FakePlace({ clock: systemClock });
    noServer.refusal = new BridgeError("server-exited", "no app-server here");
    rig = openRig(() => noServer.servers);
    exec = buildNodeExec({ nodeSandbox: "workspace-write", nodeNetwork: false }, place.context);
  });
  afterAll(async () => {
    await rig.close();
    await place.close();
  });
  const makeSession = async (settings = {}) =>
    (await runExec(place.home, formatScript({ text: "one" }), { settings })).threadId;
  const never = new AbortController().signal;

  test("only where the setting says so; then it answers with the last words, in the session itself [NODE-1e]", async () => {
    const sessionId = await makeSession();
    const params = { sessionId, prompt: formatScript({ text: "by exec" }) };
    await expect(call(params)).rejects.toMatchObject({ code: "server-exited" });
    expect(JSON.parse(await call(params, never, true, { exec }))).toEqual({
      ...{ ok: true, sessionId, text: "by exec" },
    });
    const of = model.requests.filter((each) => each.conversation === sessionId);
    expect(of).toHaveLength(2);
  });

  test("never more than the session has, in no other folder, and no other session [NODE-1e]", async () => {
    const readOnly = await makeSession({ sandbox: "read-only" });
    const prompt = "go";
    await expect(call({ sessionId: readOnly, prompt }, never, true, { exec })).rejects.toMatchObject({
      code: "exec-settings-differ",
    });
    const sessionId = await makeSession();
    await expect(call({ sessionId, prompt, cwd: "/" }, never, true, { exec })).rejects.toMatchObject({
      code: "node-folder-outside",
    });
    const unknown = "00000000-0000-7000-8000-000000000000";
    await expect(call({ sessionId: unknown, prompt }, never, true, { exec })).rejects.toMatchObject({
      code: "thread-gone",
    });
  });

  test("deadline and cancel interrupt it, a lost connection does not [NODE-1d NODE-1e]", async () => {
    const sessionId = await makeSession();
    const slow = { sessionId, prompt: formatScript({ shell: "sleep 600" }, ok), timeoutMs: 1 };
    await expect(call(slow, never, true, { exec })).rejects.toMatchObject({ code: "backend-timeout" });
    for (const isConnected of [true, false]) {
      const gate = `exec-${isConnected}`;
      const abort = new AbortController();
      const outcome = Promise.withResolvers<unknown>();
      const heard: SessionExec = {
        ...exec,
        run: async (request, signal) => {
          const ended = exec.run(request, signal);
          outcome.resolve(ended.then(({ status }) => status));
          return ended;
        },
      };
      const running = call(
        { sessionId, prompt: formatScript({ text: "x", hold: gate }) },
        abort.signal,
        isConnected,
        { exec: heard },
      );
      await model.held(gate);
      abort.abort();
      await expect(running).rejects.toMatchObject({ code: "cancelled" });
      model.release(gate);
      expect(await outcome.promise).toBe(isConnected ? "interrupted" : "answered");
    }
  });
});

function openRig(
  buildServers = () => new PlaceServers("test", place.servers.mode, buildServerOpeners(place.context)),
): NodeRig {
  return new NodeRig({
    ...{ clock: systemClock, buildServers },
    rules: { roots: [place.home.workFolder], forbidden: [place.home.codexHome] },
  });
}

function startThread() {
  return threads.start({ cwd: place.home.workFolder, approvalPolicy: "on-request" });
}
