// `codex-threads turn` as people run it, on the real Codex: what it prints, in which order, and how it exits.
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { formatScript, type Step } from "../../src/demo/script.ts";
import { type ScriptedModel, startScriptedModel } from "../../src/demo/scripted-model.ts";
import { type CodexHome, makeCodexHome } from "../rigs/codex-home.ts";
import { TurnDriver, type TurnDriverOptions } from "../rigs/turn-driver.ts";

let model: ScriptedModel;
let home: CodexHome;
beforeAll(async () => {
  model = await startScriptedModel();
  home = makeCodexHome({
    modelUrl: model.url,
    provider: "request_max_retries = 1\nstream_max_retries = 1",
  });
});
afterAll(async () => {
  await model.close();
  home.remove();
});

const start = (args: readonly string[], options: Partial<TurnDriverOptions> = {}) =>
  new TurnDriver({ home, args, ...options });
const startJson = (steps: Step[], ...args: string[]) => start(["--json", ...args, formatScript(...steps)]);
const terminal = (run: TurnDriver) => run.all("terminal_status");

test("S2-52 S2-54 S2-56 S2-58 S2-62 S2-63 S2-64 the events of a turn, in their order [TURN-12a]", async () => {
  const run = startJson([{ items: [{ shell: "echo from-the-tool" }] }, { text: "All is done." }]);
  expect(await run.exited).toBe(0);
  expect(run.stderr).toBe("");
  const milestones = new Set([
    "codex-app-server-starting",
    "initialize:completed",
    "thread/start:completed",
    "turn/start:completed",
    "turn/started",
    "tool_call",
    "turn/completed",
    "codex-app-server-closed",
    "assistant_message",
    "terminal_status",
  ]);
  expect([...new Set(run.names.filter((name) => milestones.has(name)))]).toEqual([...milestones]);
  expect(run.all("assistant_message")).toEqual([{ text: "All is done." }]);
  const { threadId } = run.find("thread/start:completed") ?? {};
  const { turnId } = run.find("turn/start:completed") ?? {};
  expect(terminal(run)).toMatchObject([
    { terminalStatus: "completed", failureKind: null, message: null, threadId, turnId },
  ]);
  expect(run.find("turn/completed")).toMatchObject({ terminalStatus: "completed" });
  expect(run.find("codex-app-server-closed")).toMatchObject({
    appServerExit: { failureKind: null, message: null, stderrTruncated: false },
  });
});

test("S2-69 S2-D23 tools alone are tool calls, begun and completed; their output names no stream", async () => {
  const run = startJson([{ shell: "echo from-the-tool" }, { text: "ok" }]);
  await run.exited;
  expect(run.all("tool_call")).toMatchObject([
    { method: "item/started", item: { type: "commandExecution" } },
    { method: "item/completed", item: { type: "commandExecution", status: "completed", exitCode: 0 } },
  ]);
  for (const output of run.all("command_output")) expect(output).not.toHaveProperty("stream");
  expect(JSON.stringify(run.all("tool_call")[1])).toContain("from-the-tool");
});

test("S2-01 S2-52 S2-82 S2-83 SX-06 what is started is told without a path or a value, in no event", async () => {
  const options = { env: { CUSTOM_API_KEY: "hush-hush-4711" } };
  const run = start(
    ["--json", formatScript({ shell: "pwd" }, { text: "the key is hush-hush-4711" })],
    options,
  );
  expect(await run.exited).toBe(0);
  expect(run.events[0]).toMatchObject({
    type: "backend_status",
    payload: {
      protocol: "codex-app-server-jsonrpc-stdio",
      runtime: {
        command: "codex",
        args: ["app-server"],
        cwd: { present: true, absolute: true, basename: "work", valuePrinted: false },
        workspace: { basename: "work" },
        codexHome: { basename: "codex", fingerprint: expect.stringMatching(/^[0-9a-f]{12}$/) },
        env: { trackedKeys: { CODEX_HOME: true, OPENAI_API_KEY: false }, valuesPrinted: false },
        valuesPrinted: false,
      },
    },
  });
  for (const path of [home.workFolder, home.codexHome, home.home]) expect(run.stdout).not.toContain(path);
  expect(run.stdout).not.toContain("hush-hush");
  expect(run.all("assistant_message")).toEqual([{ text: "the key is [redacted]" }]);
});

test("for people: the reply alone on stdout, what happens on stderr, one line at a time [TURN-12a]", async () => {
  const run = start([formatScript({ shell: "echo one" }, { text: "The reply.\nIn two lines." })]);
  expect(await run.exited).toBe(0);
  expect(run.stdout).toBe("The reply.\nIn two lines.\n");
  expect(run.stderr).toMatch(
    /^Thread [0-9a-f-]{36}, model scripted\.\nThe turn has started\.\ncommand: echo one\n$/m,
  );
});

test("SX-02 a turn without words is completed, with a sentence instead", async () => {
  const run = start([formatScript({ items: [{ reason: "nothing to say" }] })]);
  expect(await run.exited).toBe(0);
  expect(run.stdout).toBe("Codex finished without a text.\n");
});

test.each([
  [{ status: 400, body: { error: { message: "No such wish." } } }, "backend-failed", "No such wish."],
  [{ status: 401 }, "provider-auth-failed", "401"],
  [{ status: 429 }, "provider-rate-limited", "429"],
  [{ status: 500 }, "provider-overloaded", ""],
] as [Step, string, string][])(
  "S2-70 S2-71 S2-86 S2-D11 %j fails the turn as %s [TURN-12b]",
  async (step, failureKind, words) => {
    const said: Step = { items: [{ say: "I begin", phase: "commentary" }, { shell: "true" }] };
    const run = startJson([said, step]);
    expect(await run.exited).toBe(1);
    expect(terminal(run)).toMatchObject([
      { terminalStatus: "failed", failureKind, message: expect.stringContaining(words) },
    ]);
    expect(run.all("error").at(-1)).toMatchObject({ failureKind, willRetry: false });
    expect(run.find("turn/completed")).toMatchObject({ terminalStatus: "failed" });
    expect(run.all("assistant_message")).toEqual([{ text: "I begin" }]);
  },
);

test("a failure is told to people in a sentence on stderr, what there was of a reply beside it", async () => {
  const said: Step = { items: [{ say: "I begin", phase: "commentary" }, { shell: "true" }] };
  const run = start([formatScript(said, { status: 401 })]);
  expect(await run.exited).toBe(1);
  expect(run.stdout).toBe("");
  expect(run.stderr).toMatch(/401/);
  expect(run.stderr).toContain("What Codex wrote until then:\nI begin");
});

test("S2-D8 a retry is told and not doubled", async () => {
  const run = startJson([{ attempts: [{ deltas: 9, drop: 3 }, { text: "whole" }] }]);
  expect(await run.exited).toBe(0);
  expect(run.all("error")).toMatchObject([{ willRetry: true }]);
  expect(run.all("assistant_message")).toEqual([{ text: "whole" }]);
});

test("S2-D12 Ctrl-C interrupts the turn: cancelled, without a kind, exit 130 [TURN-12b]", async () => {
  const run = startJson([{ text: "never", hold: "ctrl-c" }]);
  await model.held("ctrl-c");
  run.signal("SIGINT");
  expect(await run.exited).toBe(130);
  expect(terminal(run)).toMatchObject([{ terminalStatus: "cancelled", failureKind: null }]);
  expect(run.find("turn/completed")).toMatchObject({ terminalStatus: "cancelled" });
  expect(run.all("error")).toEqual([]);
});

test("Ctrl-C before the turn has begun starts none", async () => {
  const asked = model.requests.length;
  const run = startJson([{ text: "never" }]);
  await run.says("codex-app-server-starting");
  run.signal("SIGINT");
  expect(await run.exited).toBe(130);
  expect(run.names).not.toContain("turn/start:completed");
  expect(terminal(run)).toMatchObject([{ terminalStatus: "cancelled", failureKind: null }]);
  expect(model.requests).toHaveLength(asked);
});

test("S2-78 S2-D16 at its limit the turn is interrupted, not killed: failed, backend-timeout [TURN-12c]", async () => {
  const run = startJson([{ text: "never", hold: "limit" }], "--timeout", "8");
  expect(await run.exited).toBe(1);
  expect(run.all("error")).toMatchObject([
    { failureKind: "backend-timeout", phase: "turn:timeout", details: { timeoutMs: 8_000 } },
  ]);
  const after = run.names.slice(run.names.indexOf("error"));
  expect(after.filter((name) => name !== "thread/status/changed")).toEqual([
    "error",
    "turn/completed",
    "codex-app-server-closed",
    "terminal_status",
  ]);
  expect(run.find("turn/completed")).toMatchObject({ terminalStatus: "cancelled" });
  expect(terminal(run)).toMatchObject([
    { terminalStatus: "failed", failureKind: "backend-timeout", message: expect.stringContaining("8000 ms") },
  ]);
});

test("S2-46 S2-D13 what Codex asks is declined, saying so, and the turn goes on [TURN-11h]", async () => {
  const ask: Step = {
    shell: "touch asked",
    extra: { sandbox_permissions: "require_escalated", justification: "to see" },
  };
  const run = startJson([ask, { text: "then not" }]);
  expect(await run.exited).toBe(0);
  expect(run.find("item/commandExecution/requestApproval")).toMatchObject({ declined: true });
  expect(run.all("tool_call").at(-1)).toMatchObject({ item: { status: "declined" } });
  expect(readdirSync(home.workFolder)).not.toContain("asked");
  const told = start([formatScript(ask, { text: "then not" })]);
  await told.exited;
  expect(told.stderr).toContain("Declined, because nobody can be asked in this run: touch asked\n");
});

test("S2-15 S2-D1 S2-D15 a thread is resumed by its id, and nothing but the model is overridden [TURN-12c]", async () => {
  const first = startJson([{ text: "first" }]);
  await first.exited;
  const { threadId } = terminal(first)[0] ?? {};
  const again = start(["--json", "--thread", String(threadId), formatScript({ text: "second" })]);
  expect(await again.exited).toBe(0);
  expect(again.names).toContain("thread/resume:completed");
  expect(terminal(again)).toMatchObject([{ terminalStatus: "completed", threadId }]);
  const [request, before] = model.requests.toReversed();
  expect([before?.model, request?.model]).toEqual(["scripted", "scripted"]);
  expect(JSON.stringify(request?.body.input)).toContain('"first"');
  const other = start([
    "--json",
    "--thread",
    String(threadId),
    "--model",
    "other",
    formatScript({ text: "3" }),
  ]);
  expect(await other.exited).toBe(0);
  expect(model.requests.at(-1)?.model).toBe("other");
});

test("a thread that is gone, and one whose folder is gone, are said; no other is taken", async () => {
  const gone = start(["--json", "--thread", "01990000-0000-7000-8000-0000000000ab", "hello"]);
  expect(await gone.exited).toBe(1);
  expect(gone.all("error")).toMatchObject([{ phase: "response:thread/resume" }]);
  expect(terminal(gone)).toMatchObject([{ terminalStatus: "failed", failureKind: "backend-failed" }]);

  const folder = join(home.workFolder, "passing");
  mkdirSync(folder);
  const first = start(["--json", "--cwd", "passing", formatScript({ text: "here" })]);
  expect(await first.exited).toBe(0);
  rmSync(folder, { recursive: true });
  const asked = model.requests.length;
  const lost = start(["--json", "--thread", String(terminal(first)[0]?.threadId), "hello"]);
  expect(await lost.exited).toBe(1);
  expect(terminal(lost)).toMatchObject([{ terminalStatus: "failed", message: "no such folder" }]);
  expect(lost.names).not.toContain("turn/start:completed");
  expect(model.requests).toHaveLength(asked);
});
