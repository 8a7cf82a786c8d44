// Runs and conversations on the real Codex: started from a chat, told there once, and one thread in a chat and two clients.
import { afterEach, beforeEach, expect, test } from "vitest";
import { formatScript } from "../../src/demo/script.ts";
import { type ScriptedModel, startScriptedModel } from "../../src/demo/scripted-model.ts";
import type { CodexHome } from "../rigs/codex-home.ts";
import { TestPlace } from "../rigs/place.ts";
import { RunDriver } from "../rigs/run-driver.ts";
import { killLeftovers, TerminalDriver } from "../rigs/terminal-driver.ts";
import { until } from "../rigs/until.ts";

let model: ScriptedModel;
let place: TestPlace;
let home: CodexHome;
let runs: RunDriver;
const chats: TerminalDriver[] = [];

beforeEach(async () => {
  model = await startScriptedModel();
});
afterEach(async () => {
  for (const chat of chats.splice(0)) {
    chat.signal("SIGKILL");
    await chat.exited;
  }
  killLeftovers(home);
  await place.close();
  await model.close();
});

async function open(transport: "auto" | "attached"): Promise<void> {
  place = await TestPlace.open(model, transport);
  home = place.home;
  runs = new RunDriver({ home });
}

function openChat(): TerminalDriver {
  const chat = new TerminalDriver({ home });
  chats.push(chat);
  return chat;
}

test("a chat starts, lists, reads and deletes runs, and is told of their end [RUN-7a RUN-7b RUN-7c]", async () => {
  await open("auto");
  const chat = openChat();
  chat.type(
    `/cx run --name errand --cwd ${home.workFolder} ${formatScript({ text: "it is done", hold: "a" })}`,
  );
  await chat.says(/Run errand has started/);
  expect(await runs.status("errand")).toBe("running");
  chat.type("/cx runs");
  await chat.says(/1\. errand \(exec, running/);
  model.release("a");
  await chat.reply(/Run errand: completed\nit is done/);
  chat.type("/cx logs errand 1");
  await chat.says(/errand: completed\nit is done/);
  chat.type("/cx delete errand");
  await chat.says(/Delete run errand/);
  expect(await runs.status("errand")).toBe("completed");
  chat.type("/cx delete errand yes");
  await chat.says(/Deleted errand/);
  expect(await runs.list()).toEqual([]);
});

test("the end that came while the chat was closed is told at its next start, once [RUN-7c]", async () => {
  await open("auto");
  const first = openChat();
  first.type(
    `/cx run --name errand --cwd ${home.workFolder} ${formatScript({ text: "late news", hold: "b" })}`,
  );
  await first.says(/has started/);
  first.signal("SIGKILL");
  await first.exited;
  model.release("b");
  await until(async () => (await runs.status("errand")) === "completed");
  const second = openChat();
  await second.reply(/Run errand: completed\nlate news/);
  second.end();
  await second.exited;
  const third = openChat();
  third.type("/cx runs");
  await third.says(/1\. errand/);
  third.end();
  await third.exited;
  expect(third.stdout).not.toContain("late news");
});

test("a run is stopped from a chat by its name [RUN-7b]", async () => {
  await open("auto");
  const chat = openChat();
  chat.type(`/cx run --name errand --cwd ${home.workFolder} ${formatScript({ text: "never", hold: "c" })}`);
  await chat.says(/has started/);
  chat.type("/cx stop errand");
  await chat.reply(/Run errand: stopped\nThe turn was stopped/);
});

test("on the person's server a run is shared by two clients and a chat that binds it by its name [RUN-6a RUN-6b RUN-7d]", async () => {
  await open("attached");
  const name = await runs.create("repl", formatScript({ text: "hello" }));
  await until(async () => (await runs.status(name)) === "idle");
  const clients = [runs.start("attach", name), runs.start("attach", name)];
  for (const client of clients) await client.says(/^hello$/m);
  const chat = openChat();
  chat.type("/cx sessions");
  await chat.says(new RegExp(name));
  chat.type(`/cx resume ${name}`);
  const [, token] = await chat.says(/`\/cx yes (\w+)`/);
  chat.type(`/cx yes ${token}`);
  await chat.says(/Bound here/);
  chat.type(formatScript({ text: "from the chat" }));
  await chat.reply(/from the chat/);
  for (const client of clients) await client.says(/^from the chat$/m);
  clients[0]?.type(formatScript({ text: "from a client" }));
  for (const client of clients) await client.says(/^from a client$/m);
  expect(await runs.list()).toMatchObject([{ name, status: "idle" }]);
});

test("a run stays where it is when the person's server comes up [RUN-6c]", async () => {
  await open("auto");
  const name = await runs.create("exec", formatScript({ text: "at last", hold: "d" }));
  await place.startPersonServer();
  expect(await runs.status(name)).toBe("running");
  const follower = runs.start("logs", name, "--follow");
  await follower.says("> SCRIPT");
  model.release("d");
  expect((await follower.ended).stdout).toMatch(/^at last$/m);
});
