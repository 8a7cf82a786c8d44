// `codex-threads exec` as people run it, on the real Codex.
import { mkdirSync, realpathSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { formatScript, type Step } from "../../src/demo/script.ts";
import { type ScriptedModel, startScriptedModel } from "../../src/demo/scripted-model.ts";
import { ExecMemory } from "../../src/hosts/terminal/exec-memory.ts";
import { systemClock } from "../../src/kit/clock.ts";
import { type CodexHome, makeCodexHome } from "../rigs/codex-home.ts";
import { TurnDriver, type TurnDriverOptions } from "../rigs/turn-driver.ts";

let model: ScriptedModel;
let home: CodexHome;
beforeAll(async () => {
  model = await startScriptedModel();
});
afterAll(() => model.close());
beforeEach(() => {
  home = makeCodexHome({ modelUrl: model.url, provider: "request_max_retries = 0\nstream_max_retries = 0" });
  return () => home.remove();
});

const start = (args: readonly string[], options: Partial<TurnDriverOptions> = {}) =>
  new TurnDriver({ home, args, command: "exec", ...options });
const startJson = (steps: Step[], ...args: string[]) => start(["--json", ...args, formatScript(...steps)]);
const terminal = (run: TurnDriver) => run.all("terminal_status").at(-1) ?? {};
const usage = (input: number, output: number) => ({ input, output });
const stateDirectory = () => join(home.home, ".local", "state", "codex-threads", "terminal");

test("the reply alone on stdout; the next turn in the folder goes on with its thread [EXEC-4d EXEC-4e]", async () => {
  const first = start([formatScript({ shell: "echo one" }, { text: "The reply.\nIn two lines." })]);
  expect(await first.exited).toBe(0);
  expect(first.stdout).toBe("The reply.\nIn two lines.\n");
  expect(first.stderr).toMatch(
    /^New thread [0-9a-f-]{36}\.\n[\s\S]*The turn has started\.\ncommand: echo one\n$/,
  );
  const second = start(["-"], { stdin: formatScript({ text: "Again." }) });
  expect(await second.exited).toBe(0);
  expect(second.stderr).toContain("Going on with thread ");
  expect(JSON.stringify(model.requests.at(-1)?.body.input)).toContain("In two lines.");
  // Nothing of ours is in the folder of the person.
  expect(statSync(join(stateDirectory(), "exec", "threads.sqlite")).mode & 0o777).toBe(0o600);
});

test("S4-D2 the events as JSON lines, with the turn's own usage, and without a path [EXEC-1b EXEC-4e]", async () => {
  const first = startJson([
    { shell: "true", usage: usage(10, 1) },
    { text: "one", usage: usage(10, 1) },
  ]);
  expect(await first.exited).toBe(0);
  expect(terminal(first)).toMatchObject({
    terminalStatus: "completed",
    usage: { inputTokens: 20, outputTokens: 2 },
  });
  const second = startJson([{ text: "two", usage: usage(5, 1) }]);
  await second.exited;
  expect(terminal(second)).toMatchObject({
    threadId: terminal(first).threadId,
    usage: { inputTokens: 5, outputTokens: 1 },
  });
  expect(second.names).toEqual(
    expect.arrayContaining([
      "codex-exec-starting",
      "thread.started",
      "turn/started",
      "turn/completed",
      "terminal_status",
    ]),
  );
  for (const path of [home.workFolder, home.codexHome]) expect(second.stdout).not.toContain(path);
});

test("each folder has a thread of its own, also at the same time; --new starts another [EXEC-4d]", async () => {
  mkdirSync(join(home.workFolder, "a"));
  mkdirSync(join(home.workFolder, "b"));
  const runs = ["a", "b"].map((name) => startJson([{ text: name }], "--workspace", name));
  expect(await Promise.all(runs.map(({ exited }) => exited))).toEqual([0, 0]);
  const [a, b] = runs.map((run) => terminal(run).threadId);
  expect(a).not.toBe(b);
  const again = startJson([{ text: "again" }], "--workspace", "a/../a");
  await again.exited;
  expect(terminal(again).threadId).toBe(a);
  const fresh = startJson([{ text: "fresh" }], "--workspace", "a", "--new");
  await fresh.exited;
  expect(terminal(fresh).threadId).not.toBe(a);
  const next = startJson([{ text: "next" }], "--workspace", "a");
  await next.exited;
  expect(terminal(next).threadId).toBe(terminal(fresh).threadId);
});

test("S4-20 S4-D4 a thread that Codex no longer has is dropped, saying so; the next turn starts one [EXEC-2d]", async () => {
  const memory = new ExecMemory(stateDirectory(), systemClock);
  mkdirSync(stateDirectory(), { recursive: true, mode: 0o700 });
  const gone = "01990000-0000-7000-8000-0000000000ab";
  const workspace = { workspace: realpathSync(home.workFolder), codexHome: realpathSync(home.codexHome) };
  await memory.remember(workspace, gone);
  const first = start([formatScript({ text: "no" })]);
  expect(await first.exited).toBe(1);
  expect(first.stdout).toBe("");
  expect(first.stderr).toContain(`\`${gone}\` that was remembered for this folder; it was forgotten`);
  const second = start([formatScript({ text: "yes" })]);
  expect(await second.exited).toBe(0);
  expect(second.stderr).toContain("New thread ");
});

test("exit codes: 1 failed, 2 wrong usage, 3 blocked, 130 cancelled [EXEC-4e]", async () => {
  const failed = startJson([{ status: 401 }]);
  expect(await failed.exited).toBe(1);
  expect(terminal(failed)).toMatchObject({ terminalStatus: "failed", failureKind: "provider-auth-failed" });
  expect(failed.all("error").filter(({ willRetry }) => willRetry !== true)).toHaveLength(1);
  const misused = start(["--sandbox", "x"]);
  expect(await misused.exited).toBe(2);
  expect(misused.stderr).toContain("codex-threads help exec");
  const blocked = start(["--codex-home", "nowhere", "x"]);
  expect(await blocked.exited).toBe(3);
  const stopped = startJson([{ text: "never", hold: "stop" }], "--new");
  await model.held("stop");
  stopped.signal("SIGINT");
  expect(await stopped.exited).toBe(130);
  expect(terminal(stopped)).toMatchObject({ terminalStatus: "cancelled", failureKind: null });
});

test("S4-09 S4-D16 a folder that is missing is an error, not created [EXEC-4e]", async () => {
  const run = start(["--workspace", "nope", "x"]);
  expect(await run.exited).toBe(1);
  expect(run.stderr).toContain("does not exist");
  expect(statSync(join(home.workFolder, "nope"), { throwIfNoEntry: false })).toBeUndefined();
});

test("the settings of the terminal count; a dangerous one is said each time [EXEC-2c]", async () => {
  mkdirSync(stateDirectory(), { recursive: true, mode: 0o700 });
  const write = (settings: object) =>
    writeFileSync(join(stateDirectory(), "settings.json"), JSON.stringify(settings));
  write({ execBypass: true, execModels: { fast: "other" } });
  const run = start(["--model", "fast", formatScript({ text: "ok" })]);
  expect(await run.exited).toBe(0);
  expect(run.stderr).toContain("Dangerous: ");
  expect(model.requests.at(-1)?.model).toBe("other");
  write({});
  const refused = start([formatScript({ text: "no" })]);
  expect(await refused.exited).toBe(1);
  expect(refused.stderr).toContain("codex-threads exec --new");
});
