// Runs on a node: over the node's own end, with the real Codex behind it, started and followed by a chat of the gateway.
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { PlaceServers } from "../../src/codex/place-servers.ts";
import { buildServerOpeners } from "../../src/codex/server-openers.ts";
import { formatScript } from "../../src/demo/script.ts";
import { type ScriptedModel, startScriptedModel } from "../../src/demo/scripted-model.ts";
import { systemClock } from "../../src/kit/clock.ts";
import type { NodeRules } from "../../src/nodes/node-rules.ts";
import { GatewayRig } from "../rigs/gateway-rig.ts";
import { NodeRig } from "../rigs/node-rig.ts";
import { TestPlace } from "../rigs/place.ts";
import { RunDriver } from "../rigs/run-driver.ts";
import { until } from "../rigs/until.ts";

let model: ScriptedModel;
let place: TestPlace;
let node: NodeRig;
let gateway: GatewayRig;

beforeEach(async () => {
  model = await startScriptedModel();
  place = await TestPlace.open(model, "private");
});
afterEach(async () => {
  await gateway.close();
  await node.close();
  await place.close();
  await model.close();
});

function open(rules: Partial<NodeRules> = { approvalPolicy: "never" }): void {
  const { workFolder, codexHome, home } = place.home;
  node = new NodeRig({
    clock: systemClock,
    buildServers: () => new PlaceServers("test", place.servers.mode, buildServerOpeners(place.context)),
    rules: { roots: [workFolder], forbidden: [codexHome], ...rules },
  });
  gateway = new GatewayRig(node, join(home, "gateway"));
  gateway.start();
}

/** Seconds that no other process of this machine sleeps. */
const sleeping = `sleep ${200_000 + process.pid}`;
const isSleeping = () =>
  execFileSync("ps", ["-eo", "args="], { encoding: "utf8" }).split("\n").includes(sleeping);
const run = (script: string, options = "--name errand") =>
  gateway.say(`/cx run ${options} --host box --cwd ${place.home.workFolder} ${script}`);
const countTold = (text: RegExp) => gateway.told.filter((each) => text.test(each)).length;

test("a run on a node is started, listed with its host, read, bound and forgotten; its thread stays there [RUN-7e]", async () => {
  open();
  const started = await run(formatScript({ text: "done there", hold: "a" }));
  expect(started).toContain(`Run errand has started in ${place.home.workFolder} on box`);
  expect(started).toContain("it asks nobody");
  expect(await gateway.say("/cx runs")).toMatch(/^1\. errand \(exec, running, [^)]*, on box\)/);
  model.release("a");
  expect(await gateway.hears(/^Run errand: /)).toBe("Run errand: completed\ndone there");
  expect(await gateway.say("/cx logs errand 1")).toBe("errand: completed\ndone there");
  // The person is asked, because the thread asks nobody.
  const [, token] = /`\/cx yes (\w+)`/.exec(await gateway.say("/cx resume errand")) ?? [];
  expect(await gateway.say(`/cx yes ${token}`)).toMatch(/^Bound here: thread (\S+) "errand"/);
  await gateway.say(formatScript({ text: "went on there" }));
  await gateway.hears(/went on there/);
  await gateway.say("/cx detach");
  expect(await gateway.say("/cx delete errand")).toContain("Its thread stays on box");
  const deleted = await gateway.say("/cx delete errand yes");
  const [, threadId = ""] =
    /A gateway deletes no threads on a node: thread `(\S+)` stays on box/.exec(deleted) ?? [];
  expect((await place.threads.read(threadId)).name).toBe("errand");
  expect(await gateway.say("/cx runs")).toContain("There are no runs");
});

test("a run on a node is stopped by its name, with the command that it runs [RUN-7e]", async () => {
  open();
  await run(formatScript({ shell: sleeping }, { text: "never" }));
  await until(isSleeping);
  expect(await gateway.say("/cx stop errand")).toBe("Stopped errand.");
  expect(await gateway.hears(/^Run errand: /)).toBe("Run errand: stopped\nThe turn was stopped.");
  await until(() => !isSleeping());
});

test("a start that the connection breaks off is an error, and its end is told all the same, once [RUN-7f]", async () => {
  open();
  await run(formatScript({ text: "connects" }), "--name first");
  await gateway.hears(/^Run first: completed/);
  const [pair] = node.pairs;
  const send = pair?.gateway.send.bind(pair.gateway);
  if (!pair || !send) throw new Error("not connected");
  pair.gateway.send = async (message) => {
    // The node gets it, and nothing of the node gets here any more.
    if (Buffer.from(message).includes("turn/start")) pair.hold("node");
    await send(message);
  };
  const asked = model.requests.length;
  const starting = run(formatScript({ text: "came through" }), "--name second");
  await until(() => model.requests.length > asked);
  node.cut();
  expect(await starting).not.toContain("has started");
  await gateway.hears(/^Run second: completed\ncame through$/);
  expect(countTold(/^Run second/)).toBe(1);
});

test("its end is told once: after a lost connection, after a restart, and to a gateway that waits for the node [RUN-7f]", async () => {
  open();
  await run(formatScript({ text: "over the cut", hold: "b" }), "--name first");
  node.cut();
  model.release("b");
  await gateway.hears(/^Run first: completed\nover the cut$/);
  await run(formatScript({ text: "over the restart", hold: "c" }), "--name second");
  await gateway.close();
  node.cut();
  model.release("c");
  gateway.isNodeConnected = false;
  gateway.start();
  expect(await gateway.say("/cx runs")).toMatch(
    /^1\. first \(exec, completed, .*\n2\. second \(exec, unknown, /,
  );
  gateway.isNodeConnected = true;
  await gateway.hears(/^Run second: completed\nover the restart$/);
  await gateway.close();
  gateway.start();
  expect(await gateway.say("/cx runs")).toMatch(/2\. second \(exec, completed, /);
  await gateway.close();
  expect(countTold(/^Run first/)).toBe(1);
  expect(countTold(/^Run second/)).toBe(1);
});

test("a node that lets nothing run unasked gets a run that asks; the chat hears of it, binds it and answers [RUN-7e]", async () => {
  open({ approvalPolicy: "on-request" });
  const asking = { shell: "touch asked", extra: { sandbox_permissions: "require_escalated" } };
  expect(await run(formatScript(asking, { text: "went on" }))).toContain("it asks (on-request), because box");
  await gateway.hears(/^Run errand waits for an answer/);
  expect(await gateway.say("/cx runs")).toContain("asking");
  await gateway.say("/cx resume errand");
  await gateway.hears(/touch asked/);
  await gateway.say("/cx no");
  await gateway.hears(/^Run errand: completed\nwent on/);
});

test("folders and rights are the node's to give: what it refuses leaves no run; one that is away can be forgotten [RUN-7e]", async () => {
  open({ approvalPolicy: "never", sandbox: "read-only" });
  expect(await gateway.say("/cx run --host box do it")).toContain("which folder");
  expect(await gateway.say("/cx run --host box --cwd / do it")).toContain("does not let a gateway work in /");
  expect(await gateway.say("/cx run --host bix --cwd / do it")).toContain("There is no host bix");
  expect(await run("do it")).toContain("more than the node allows");
  expect(await gateway.say("/cx runs")).toContain("There are no runs");
});

test("a run on a node that is away is unknown elsewhere, and can be forgotten [RUN-7e]", async () => {
  open();
  await run(formatScript({ text: "late", hold: "d" }));
  const terminal = new RunDriver({
    home: place.home,
    env: { XDG_STATE_HOME: join(place.home.home, "gateway/.local/state") },
  });
  expect(await terminal.list()).toMatchObject([
    { name: "errand", status: "unknown", host: "box", pid: null },
  ]);
  expect((await terminal.run("logs", "errand")).stderr).toContain("on box, which is not reached from here");
  gateway.isNodeConnected = false;
  node.cut();
  await until(async () => (await gateway.say("/cx runs")).includes("unknown"));
  expect(await gateway.say("/cx delete errand yes")).toContain("what runs in it goes on");
  expect(await gateway.say("/cx runs")).toContain("There are no runs");
  model.release("d");
});
