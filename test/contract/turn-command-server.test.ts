// `codex-threads turn` and its server: joined, not found, killed, or talking nonsense.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { formatScript } from "../../src/demo/script.ts";
import { type ScriptedModel, startScriptedModel } from "../../src/demo/scripted-model.ts";
import { type CodexHome, makeCodexHome } from "../rigs/codex-home.ts";
import { textAt } from "../rigs/json-path.ts";
import { TestPlace } from "../rigs/place.ts";
import { makeFakeCodex, TurnDriver, type TurnDriverOptions } from "../rigs/turn-driver.ts";

let model: ScriptedModel;
let home: CodexHome;
beforeAll(async () => {
  model = await startScriptedModel();
  home = makeCodexHome({ modelUrl: model.url });
});
afterAll(async () => {
  await model.close();
  home.remove();
});

const start = (args: readonly string[], options: Partial<TurnDriverOptions> = {}) =>
  new TurnDriver({ home, args, ...options });
const terminal = (run: TurnDriver) => run.all("terminal_status");

test("S2-D17 where the person's server listens it is joined and left as it is", async () => {
  const place = await TestPlace.open(model, "attached");
  try {
    const joined = start(["--json", formatScript({ text: "shared" })], { home: place.home });
    expect(await joined.exited).toBe(0);
    expect(joined.events[0]?.payload).toMatchObject({
      protocol: "codex-app-server-jsonrpc-websocket",
      runtime: { command: null, args: [] },
    });
    expect(joined.find("initialize:completed")).toMatchObject({ server: "attached" });
    expect(joined.find("codex-app-server-closed")).toMatchObject({
      appServerExit: { code: null, signal: null },
    });
    expect((await place.servers.pick()).isOpen).toBe(true);
  } finally {
    await place.close();
  }
});

test("S2-D9 a turn that somebody else runs in the thread is waited for, and ours is our own", async () => {
  const place = await TestPlace.open(model, "attached");
  try {
    await place.servers.pick();
    const person = await place.joinServer();
    const opened = await person.request("thread/start", { cwd: place.home.workFolder });
    const threadId = textAt(opened, "thread", "id");
    const input = [{ type: "text", text: formatScript({ text: "theirs", hold: "person" }) }];
    await person.request("turn/start", { threadId, input });
    await model.held("person");
    const run = start(["--json", "--thread", threadId, formatScript({ text: "ours" })], {
      home: place.home,
    });
    await run.says("thread:busy");
    model.release("person");
    expect(await run.exited).toBe(0);
    expect(run.all("assistant_message")).toEqual([{ text: "ours" }]);
    expect(run.stdout).not.toContain("theirs");
  } finally {
    await place.close();
  }
});

test("S2-29 S2-30 without a codex program the turn fails as backend-spawn-failed, naming no folder", async () => {
  const stateDirectory = join(home.home, "settings");
  mkdirSync(stateDirectory);
  writeFileSync(join(stateDirectory, "settings.json"), JSON.stringify({ codexBinary: "/nowhere/codex" }));
  const run = start(["--json", "hello"], { env: { CODEX_THREADS_STATE_DIR: stateDirectory } });
  expect(await run.exited).toBe(1);
  expect(run.names).toEqual(["codex-app-server-starting", "error", "terminal_status"]);
  expect(run.all("error")).toMatchObject([{ failureKind: "backend-spawn-failed", phase: "process:spawn" }]);
  expect(terminal(run)).toMatchObject([{ terminalStatus: "failed", failureKind: "backend-spawn-failed" }]);
  expect(run.stdout).not.toContain("/nowhere");
  expect(run.stdout).not.toContain(home.home);
});

test("S2-61 S2-62 S2-79 S2-D11 a server that dies in mid-turn: how it ended is told, its stderr not guessed at", async () => {
  const run = start(["--json", formatScript({ text: "never", hold: "killed" })]);
  await model.held("killed");
  process.kill(run.findServerPid(), "SIGKILL");
  expect(await run.exited).toBe(1);
  expect(run.all("error")).toMatchObject([
    {
      failureKind: "backend-response-invalid",
      phase: "transport:closed-before-terminal",
      appServerExit: { code: null, signal: "SIGKILL" },
    },
  ]);
  expect(run.names.slice(-3)).toEqual(["error", "codex-app-server-closed", "terminal_status"]);
  expect(terminal(run)).toMatchObject([
    {
      terminalStatus: "failed",
      failureKind: "backend-response-invalid",
      message: expect.stringMatching(/SIGKILL/),
    },
  ]);
});

const started = '{"method":"turn/started","params":{"threadId":"fake-thread","turn":{"id":"fake-turn"}}}';
const wordless =
  '{"method":"turn/completed","params":{"threadId":"fake-thread","turn":{"id":"fake-turn","items":[]}}}';

test("a second Ctrl-C leaves at once, whatever the turn does", async () => {
  const run = start(["hello"], { codexFolder: makeFakeCodex(home.home, [started]) });
  await run.says("The turn has started.");
  run.signal("SIGINT");
  await run.says("Ctrl-C again leaves at once.");
  run.signal("SIGINT");
  expect(await run.exited).toBe(130);
  expect([run.stdout, run.stderr.endsWith("Stopped.\n")]).toEqual(["", true]);
});

test.each([
  ["S2-41 S2-43 a line that is no JSON", "{not json", "backend-json-parse-error", "stdout:parse"],
  ["S2-87 a completion without a status", wordless, "backend-response-invalid", "response:turn/completed"],
])("%s fails the turn as what it is", async (_, line, failureKind, phase) => {
  const folder = makeFakeCodex(home.home, [started, line]);
  const run = start(["--json", "hello"], { codexFolder: folder });
  expect(await run.exited).toBe(1);
  expect(run.all("error")).toMatchObject([{ failureKind, phase }]);
  expect(terminal(run)).toMatchObject([{ terminalStatus: "failed", failureKind, turnId: "fake-turn" }]);
  expect(run.names.slice(-3)).toEqual(["error", "codex-app-server-closed", "terminal_status"]);
});
