// One private server for all processes of a user: chats with state of their own, and the commands for runs.
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type BenchApp, startBenchApp } from "../../bench/bench-app.ts";
import { formatScript, type Step } from "../../src/demo/script.ts";
import { type ScriptedModel, startScriptedModel } from "../../src/demo/scripted-model.ts";
import { type CodexHome, makeCodexHome } from "../rigs/codex-home.ts";
import { RunDriver } from "../rigs/run-driver.ts";
import { findLeftovers, killLeftovers, TerminalDriver } from "../rigs/terminal-driver.ts";
import { until } from "../rigs/until.ts";

let model: ScriptedModel;
let home: CodexHome;
let runs: RunDriver;
const chats: TerminalDriver[] = [];

beforeEach(async () => {
  model = await startScriptedModel();
  home = makeCodexHome({ modelUrl: model.url });
  runs = new RunDriver({ home });
});
afterEach(async () => {
  for (const chat of chats.splice(0)) {
    chat.signal("SIGKILL");
    await chat.exited;
  }
  killLeftovers(home);
  await model.close();
  home.remove();
});

/** As another host of the same person: its state is its own. */
function openChat(state: string): TerminalDriver {
  const chat = new TerminalDriver({ home, stateDirectory: join(home.home, state) });
  chats.push(chat);
  return chat;
}

function findServers(): number[] {
  const lines = execFileSync("ps", ["-eo", "pid=,args="], { encoding: "utf8" }).split("\n");
  const own = lines.filter((line) => line.includes(`app-server --listen unix://${home.home}`));
  return own.map((line) => Number.parseInt(line.trim(), 10));
}

const asking: Step = {
  shell: "touch asked",
  extra: { sandbox_permissions: "require_escalated", justification: "it has to be there" },
};

test("a run is shared by two clients and a chat at once, which answers its question and gets its reply [RUN-6b RUN-6j RUN-6k]", async () => {
  const name = await runs.create("--ask", "exec", formatScript(asking, { text: "went on", hold: "a" }));
  const chat = openChat("chat");
  chat.type(`/cx resume ${name}`);
  await chat.says(/Bound here/);
  await chat.says(/it has to be there/);
  const clients = [runs.start("attach", name), runs.start("attach", name)];
  for (const client of clients) await client.says("it has to be there");
  expect(findServers()).toHaveLength(1);
  chat.type("yes");
  await model.held("a");
  expect(existsSync(join(home.workFolder, "asked"))).toBe(true);
  model.release("a");
  await chat.reply(/went on/);
  for (const client of clients) expect((await client.ended).stdout).toMatch(/^went on$/m);
  expect(await runs.status(name)).toBe("completed");
});

test("a chat that was killed follows the run again at its next start, and its open question is still answered there [RUN-6k]", async () => {
  const name = await runs.create("--ask", "exec", formatScript(asking, { text: "went on" }));
  const first = openChat("chat");
  first.type(`/cx resume ${name}`);
  await first.says(/it has to be there/);
  first.signal("SIGKILL");
  await first.exited;
  const second = openChat("chat");
  // Until the server has told the question again, it is open but cannot be answered.
  await until(async () => {
    second.type("/cx yes");
    await second.says(/./);
    return existsSync(join(home.workFolder, "asked"));
  });
  await second.reply(/went on/);
});

test("hosts that start at once share one server, and who leaves takes nothing from the other [RUN-6j]", async () => {
  const apps = ["one", "two"].map((name) => startBenchApp(home, {}, name));
  const [one, two] = apps as [BenchApp, BenchApp];
  try {
    for (const each of apps) await each.send("chat", "/cx new");
    await Promise.all(apps.map((each) => each.send("chat", formatScript({ text: "hello" }))));
    expect(findServers()).toHaveLength(1);
    const reply = two.send("chat", formatScript({ text: "later", hold: "d" }));
    await model.held("d");
    await one.close();
    expect(findServers()).toHaveLength(1);
    model.release("d");
    expect(await reply).toBe("later");
  } finally {
    await Promise.all(apps.map((each) => each.close()));
  }
  await until(() => findServers().length === 0);
});

test("kill -9 of the host that started the server, in mid-turn: the others go on, and at the end nothing is left [RUN-6j]", async () => {
  const first = openChat("one");
  first.type("/cx new");
  first.type(formatScript({ text: "reply of one", hold: "b" }));
  await model.held("b");
  const [server] = findServers();
  const second = openChat("two");
  second.type("/cx new");
  second.type(formatScript({ text: "reply of two", hold: "c" }));
  await model.held("c");
  first.signal("SIGKILL");
  await first.exited;
  expect(findServers()).toEqual([server]);
  // A host that leaves while the turn of another runs leaves the server alone.
  const third = openChat("three");
  third.type("/cx new");
  third.type(formatScript({ text: "reply of three" }));
  await third.reply(/reply of three/);
  third.end();
  await third.exited;
  expect(findServers()).toEqual([server]);
  model.release("b");
  model.release("c");
  await second.reply(/reply of two/);
  const again = openChat("one");
  await again.reply(/reply of one/);
  second.end();
  await second.exited;
  expect(findServers()).toEqual([server]);
  again.end();
  await again.exited;
  await until(() => findLeftovers(home).length === 0);
  expect(existsSync(join(home.home, ".local/state/codex-threads/runs"))).toBe(false);
});
