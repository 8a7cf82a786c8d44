// Turns on a node over a channel, with the real Codex behind it: the same code above as for this machine.
import {
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findFate } from "../../src/codex/history.ts";
import { PlaceServers } from "../../src/codex/place-servers.ts";
import { buildServerOpeners } from "../../src/codex/server-openers.ts";
import type { Threads } from "../../src/codex/threads.ts";
import { steerTurn } from "../../src/codex/turns.ts";
import { formatScript, type Step } from "../../src/demo/script.ts";
import { type ScriptedModel, startScriptedModel } from "../../src/demo/scripted-model.ts";
import { systemClock } from "../../src/kit/clock.ts";
import {
  carryFileToNode,
  checkFolderOnNode,
  type NodePlace,
  readFileOnNode,
} from "../../src/nodes/node-places.ts";
import { NodeRig } from "../rigs/node-rig.ts";
import { OurTurn, type TurnOptions } from "../rigs/our-turn.ts";
import { TestPlace } from "../rigs/place.ts";
import { until } from "../rigs/until.ts";

const ok: Step = { text: "ok" };
const escalate = (command: string): Step => ({
  shell: command,
  extra: { sandbox_permissions: "require_escalated", justification: "to see" },
});
/** One red pixel. */
const png = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==",
  "base64",
);

let model: ScriptedModel;
let place: TestPlace;
let rig: NodeRig;
let node: NodePlace;
let threads: Threads;

beforeAll(async () => {
  model = await startScriptedModel();
});
afterAll(() => model.close());

describe.each(["private", "attached"] as const)("a node whose server is %s", (transport) => {
  beforeAll(async () => {
    place = await TestPlace.open(model, transport);
    rig = openRig();
    node = rig.openSide();
    threads = node.threads;
  });
  afterAll(async () => {
    await rig.close();
    await place.close();
  });

  const start = async (said: string | Step[], options?: TurnOptions) =>
    OurTurn.start(await startThread(), place.clock, said, options);
  const isThere = (file: string) => existsSync(join(place.home.workFolder, file));

  test("a turn streams, runs a command and counts what it used [NODE-4a]", async () => {
    const turn = await start([{ shell: "echo one" }, { deltas: 30, usage: { input: 70, output: 7 } }]);
    const outcome = await turn.outcome;
    expect(outcome).toMatchObject({ status: "answered", usage: { inputTokens: expect.any(Number) } });
    expect(turn.all("text-delta").length).toBeGreaterThan(5);
    expect(turn.all("tool-completed")).toMatchObject([{ status: "completed", title: "echo one" }]);
    expect(await turn.inbox.origin).toBe("ours");
    expect(turn.hold.client.kind).toBe(transport);
  });

  test("a question is asked without its permanent choice, and a yes runs the command [NODE-4a NODE-2e]", async () => {
    const file = `yes-${transport}`;
    const turn = await start([escalate(`touch ${file}`), ok]);
    const { asked } = await turn.question();
    expect(asked.choices.map(({ name }) => name)).toEqual(["yes", "no", "cancel"]);
    await turn.choose("yes");
    expect(await turn.outcome).toMatchObject({ status: "answered", text: "ok" });
    expect(isThere(file)).toBe(true);
  });

  test("stop interrupts it and ends the command that it runs [NODE-4a]", async () => {
    const turn = await start([{ shell: "sleep 600" }, ok]);
    await turn.event("tool-started");
    await turn.stop();
    expect(await turn.outcome).toMatchObject({ status: "interrupted" });
  });

  test("steer puts words into it [NODE-4a]", async () => {
    const gate = `steer-${transport}`;
    const turn = await start([{ text: "first", hold: gate }]);
    await turn.event("turn-started");
    await steerTurn(turn.hold, turn.id, formatScript({ text: "steered" }), "steer-id");
    model.release(gate);
    expect(await turn.outcome).toMatchObject({ status: "answered" });
    await until(() => turn.all("user-message").length === 2);
  });

  test("an image of the gateway reaches the model [NODE-4a]", async () => {
    const path = join(rig.stateDirectory, "red.png");
    writeFileSync(path, png);
    const turn = await start("look", { images: [path] });
    expect(await turn.outcome).toMatchObject({ status: "answered" });
    const request = model.requests.findLast((each) => each.conversation === turn.hold.threadId);
    expect(JSON.stringify(request?.body.input)).toContain("data:image/png;base64,");
  });

  test("a file of the gateway lies there in a private folder, and Codex reads it [NODE-4d]", async () => {
    const path = join(place.home.home, `of-gateway-${transport}.csv`);
    const content = Buffer.alloc(3_000_000, "price\n");
    writeFileSync(path, content);
    const hold = await startThread();
    const there = await carryFileToNode(node, { threadId: hold.threadId, path });
    expect(there).toMatch(/\.csv$/);
    expect(there).not.toContain("of-gateway");
    expect(there.startsWith(place.home.workFolder)).toBe(false);
    expect(content.equals(readFileSync(there))).toBe(true);
    expect([there, dirname(there)].map((each) => statSync(each).mode & 0o777)).toEqual([0o600, 0o700]);
    const turn = await OurTurn.start(hold, place.clock, [{ shell: `wc -c < ${there}` }, ok]);
    expect(await turn.outcome).toMatchObject({ status: "answered" });
    const request = model.requests.findLast((each) => each.conversation === hold.threadId);
    expect(JSON.stringify(request?.body.input)).toContain("3000000");
  });

  test("a patch within the sandbox is written, as the turn's policies say [NODE-4a]", async () => {
    const patch = `*** Begin Patch\n*** Add File: patched-${transport}\n+hello\n*** End Patch`;
    const settings = { sandbox: "workspace-write", approvalPolicy: "on-request" } as const;
    const turn = await start([{ patch }, ok], { settings });
    expect(await turn.outcome).toMatchObject({ status: "answered" });
    expect(readFileSync(join(place.home.workFolder, `patched-${transport}`), "utf8")).toBe("hello\n");
  });

  test("folders are checked and files are read there [NODE-2c]", async () => {
    const { workFolder } = place.home;
    expect(await checkFolderOnNode(node, `${workFolder}/../work`)).toBe(workFolder);
    await expect(checkFolderOnNode(node, "/")).rejects.toMatchObject({ code: "node-folder-outside" });
    await expect(checkFolderOnNode(node, `${workFolder}/no`)).rejects.toMatchObject({
      code: "folder-missing",
    });
    const { threadId } = await startThread();
    const content = Buffer.alloc(2_500_000, "x");
    writeFileSync(join(workFolder, "large.txt"), content);
    const request = { threadId, path: "large.txt", maxBytes: 3_000_000 };
    expect(content.equals(await readFileOnNode(node, request))).toBe(true);
    const tooLarge = readFileOnNode(node, { ...request, maxBytes: 1_000 });
    await expect(tooLarge).rejects.toMatchObject({ code: "input-too-large" });
  });

  test("more than the node allows does not run, and the error is the node's [NODE-2d]", async () => {
    const hold = await startThread();
    const run = (sandbox: "danger-full-access") =>
      OurTurn.start(hold, place.clock, [ok], { settings: { sandbox } });
    await expect(run("danger-full-access")).rejects.toMatchObject({ code: "node-ceiling" });
    await expect(startThread(dirname(place.home.workFolder))).rejects.toMatchObject({
      code: "node-folder-outside",
    });
    hold.release();
  });

  test("a folder that a link has replaced is used neither by the next turn nor over a new channel [BORD-1b]", async () => {
    const { workFolder } = place.home;
    const folder = join(workFolder, `swapped-${transport}`);
    mkdirSync(folder);
    const hold = await startThread(folder);
    const turn = () => OurTurn.start(hold, place.clock, [{ shell: "pwd" }, ok]);
    expect(await (await turn()).outcome).toMatchObject({ status: "answered" });
    renameSync(folder, `${folder}-old`);
    symlinkSync(dirname(workFolder), folder);
    await expect(turn()).rejects.toMatchObject({ code: "node-folder-outside" });
    rmSync(folder);
    symlinkSync(`${folder}-old`, folder);
    await expect(turn()).rejects.toMatchObject({ code: "folder-replaced" });
    hold.release();
    rig.cut();
    await until(() => !hold.client.isOpen);
    await expect(threads.hold(hold.threadId)).rejects.toMatchObject({ code: "folder-replaced" });
    rmSync(folder);
    renameSync(`${folder}-old`, folder);
    (await threads.hold(hold.threadId)).release();
  });

  test("cut in mid-turn, it goes on there; after reconnection it is followed to its end [NODE-4b]", async () => {
    const gate = `cut-${transport}`;
    const turn = await start([{ text: "late", hold: gate }]);
    await turn.event("turn-started");
    rig.cut();
    expect(await turn.outcome).toMatchObject({ status: "lost" });
    const hold = await threads.hold(turn.hold.threadId);
    const again = new OurTurn(hold, place.clock, turn.clientId);
    const fate = await findFate({
      ...{ hold, threads, clock: systemClock, clientId: turn.clientId, turnId: turn.id },
      historyExpected: true,
    });
    if (fate.kind !== "running") throw new Error(`the turn is ${fate.kind}`);
    again.inbox.adopt(fate.turn.id);
    again.inbox.takeHistory(fate.turn);
    model.release(gate);
    expect(await again.outcome).toMatchObject({ status: "answered", text: "late" });
  });

  test("a question that was open when the channel was cut is answered over the next [NODE-4b]", async () => {
    const file = `later-${transport}`;
    const turn = await start([escalate(`touch ${file}`), ok]);
    await turn.question();
    rig.restart();
    await turn.outcome;
    const again = new OurTurn(await threads.hold(turn.hold.threadId), place.clock, turn.clientId);
    again.inbox.adopt(turn.id);
    await until(() => again.hold.feed.openRequests.length > 0);
    const [request] = again.hold.feed.openRequests;
    if (request) again.answer(request, { decision: "accept" });
    expect(await again.outcome).toMatchObject({ status: "answered" });
    expect(isThere(file)).toBe(true);
  });
});

describe("beside the person's own terminal", () => {
  beforeAll(async () => {
    place = await TestPlace.open(model, "auto");
    rig = openRig();
    node = rig.openSide();
    threads = node.threads;
  });
  afterAll(async () => {
    await rig.close();
    await place.close();
  });

  test("an idle thread is given up as the terminal opens, and the next turn joins its server [NODE-4a]", async () => {
    const turn = await OurTurn.start(await startThread(), place.clock, "hello");
    await turn.outcome;
    expect(turn.hold.client.kind).toBe("private");
    turn.hold.release();
    await place.startPersonServer();
    await turn.hold.client.closed;
    const terminal = await place.joinServer();
    await terminal.request("thread/resume", { threadId: turn.hold.threadId });
    const hold = await threads.hold(turn.hold.threadId);
    expect(hold.client.kind).toBe("attached");
    const next = await OurTurn.start(hold, place.clock, [ok]);
    expect(await next.outcome).toMatchObject({ status: "answered", text: "ok" });
  });
});

function openRig(): NodeRig {
  return new NodeRig({
    clock: systemClock,
    buildServers: () => new PlaceServers("test", place.servers.mode, buildServerOpeners(place.context)),
    rules: { roots: [place.home.workFolder], forbidden: [place.home.codexHome] },
  });
}

function startThread(cwd = place.home.workFolder) {
  return threads.start({ cwd, approvalPolicy: "on-request" });
}
