// Turns by the real `codex exec`: every event, exit code and trap that was measured (0.169.0).
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { formatScript, type Step } from "../../src/demo/script.ts";
import { type ScriptedModel, startScriptedModel } from "../../src/demo/scripted-model.ts";
import { readStoredThread } from "../../src/exec/stored-thread.ts";
import { systemClock } from "../../src/kit/clock.ts";
import { isSameProcess } from "../../src/process/identity.ts";
import { findDescendants } from "../../src/process/stop-tree.ts";
import { findCodexBinary } from "../rigs/codex-binary.ts";
import { type CodexHome, makeCodexHome } from "../rigs/codex-home.ts";
import { type ExecOptions, ExecTry, runExec } from "../rigs/exec-rig.ts";
import { until } from "../rigs/until.ts";

let model: ScriptedModel;
let home: CodexHome;
beforeAll(async () => {
  model = await startScriptedModel();
  home = makeCodexHome({
    modelUrl: model.url,
    // What the settings say must win over these.
    settings: 'sandbox_mode = "danger-full-access"\napproval_policy = "on-request"',
    provider: "request_max_retries = 1\nstream_max_retries = 1",
  });
});
afterAll(async () => {
  await model.close();
  home.remove();
});

const run = (steps: Step[], options?: ExecOptions) => runExec(home, formatScript(...steps), options);
const usage = (input: number, output: number) => ({ input, output, cached: 1, reasoning: 1 });
const codex = (...args: string[]) => execFileSync(findCodexBinary(), args, { env: home.env, stdio: "pipe" });
const never = new AbortController().signal;

test("S4-21 S4-32 S4-D11 every event of a turn, numbered, and the last words as its reply [EXEC-1a]", async () => {
  const patch = "*** Begin Patch\n*** Add File: a.txt\n+x\n*** End Patch\n";
  const turn = await run([
    {
      items: [{ say: "I begin", phase: "commentary" }, { shell: "echo from-the-tool" }],
      usage: usage(10, 2),
    },
    { patch, usage: usage(10, 2) },
    { items: [{ reason: "hm" }, { say: "All done." }], usage: usage(20, 3) },
  ]);
  expect(turn.outcome).toMatchObject({ status: "answered", text: "All done." });
  expect(turn.types.filter((type) => type !== "warning")).toEqual([
    ...["turn-started", "message", "tool-started", "tool-completed", "tool-started", "tool-completed"],
    ...["reasoning", "message", "usage", "turn-ended"],
  ]);
  expect(turn.events.map(({ seq }) => seq)).toEqual(turn.events.map((_, at) => at + 1));
  const titles = turn.events.flatMap((event) => (event.type === "tool-completed" ? [event.title] : []));
  expect(titles).toEqual(["echo from-the-tool", join(home.workFolder, "a.txt")]);
  expect(turn.warnings).toEqual([]);
});

test("S4-28 S4-D2 usage is the turn's own, also in a resumed thread [EXEC-1b]", async () => {
  const first = await run([{ text: "one", usage: usage(10, 2) }]);
  expect(first.outcome).toMatchObject({ usage: { inputTokens: 10, outputTokens: 2, cachedInputTokens: 1 } });
  // A full id in capitals is the same id.
  const second = await run([{ text: "two", usage: usage(7, 1) }], { threadId: first.threadId.toUpperCase() });
  expect(second.threadId).toBe(first.threadId);
  expect(second.outcome).toMatchObject({
    text: "two",
    usage: {
      inputTokens: 7,
      outputTokens: 1,
      cachedInputTokens: 1,
      reasoningOutputTokens: 1,
      totalTokens: 8,
    },
  });
  expect(second.events.find(({ type }) => type === "usage")).toMatchObject({ total: { inputTokens: 17 } });
});

test("where the total before it is unknown, the figure is the thread's and called so [EXEC-1b]", async () => {
  const first = await run([{ status: 400 }]);
  expect(await readStoredThread(home.codexHome, first.threadId, never)).not.toHaveProperty("total");
  const second = await run([{ text: "two", usage: usage(7, 1) }], { threadId: first.threadId });
  expect(second.outcome).not.toHaveProperty("usage");
  expect(second.threadUsage).toMatchObject({ inputTokens: 7, totalTokens: 8 });
});

test.each([
  [{ status: 400, body: { error: { message: "No such wish." } } }, "turn-failed", "No such wish."],
  [{ status: 401 }, "provider-auth-failed", "401"],
  [{ status: 429 }, "provider-rate-limited", "429"],
] as [Step, string, string][])("S4-29 S4-D6 %j: exit 1, one error [EXEC-1c]", async (step, code, words) => {
  const turn = await run([{ items: [{ say: "I begin" }, { shell: "true" }] }, step]);
  expect(turn.outcome).toMatchObject({
    ...{ status: "failed", text: "I begin" },
    error: { code, message: expect.stringContaining(words) },
  });
  expect(turn.types.filter((type) => type === "failing")).toHaveLength(1);
});

test("S4-D6 a retry is told, and the turn is answered [EXEC-1c]", async () => {
  const turn = await run([{ attempts: [{ deltas: 9, drop: 3 }, { text: "whole" }] }]);
  expect(turn.types).toContain("retrying");
  expect(turn.types).not.toContain("failing");
  expect(turn.outcome).toMatchObject({ status: "answered", text: "whole" });
});

test("S4-D1 what the settings say is in force, whatever config.toml says [EXEC-2b EXEC-4b]", async () => {
  const { threadId } = await run([{ text: "ok" }]);
  expect(await readStoredThread(home.codexHome, threadId, never)).toMatchObject({
    ...{ sandbox: "workspace-write", approvalPolicy: "never", network: false, cwd: home.workFolder },
  });
  const open = await run([{ text: "ok" }], { settings: { execBypass: true } });
  expect(await readStoredThread(home.codexHome, open.threadId, never)).toMatchObject({
    ...{ sandbox: "danger-full-access", approvalPolicy: "never" },
  });
});

test("a thread with other settings is refused before anything runs [EXEC-4c]", async () => {
  const { threadId } = await run([{ text: "ok" }], { settings: { sandbox: "read-only" } });
  const asked = model.requests.length;
  await expect(run([{ text: "no" }], { threadId })).rejects.toMatchObject({
    code: "exec-settings-differ",
    details: { setting: "sandbox", stored: "read-only", wanted: "workspace-write" },
  });
  expect(model.requests).toHaveLength(asked);
  const same = await run([{ text: "yes" }], { threadId, settings: { sandbox: "read-only" } });
  expect(same.outcome).toMatchObject({ text: "yes" });
});

test("S4-D3 a shortened id is refused: exec would start a new thread [EXEC-3a]", async () => {
  const asked = model.requests.length;
  await expect(run([{ text: "no" }], { threadId: "01990000" })).rejects.toMatchObject({
    code: "thread-id-invalid",
  });
  expect(model.requests).toHaveLength(asked);
});

test("S4-D4 unknown, archived and locked threads are told apart: exit 1 without an event [EXEC-3a]", async () => {
  const fail = async (threadId: string) => {
    const { outcome, types } = await run([{ text: "no" }], { threadId });
    expect(types).toEqual(["failing", "turn-ended"]);
    return outcome.status === "failed" ? outcome.error.code : outcome.status;
  };
  expect(await fail("01990000-0000-7000-8000-0000000000ab")).toBe("thread-gone");
  const { threadId } = await run([{ text: "ok" }]);
  const holding = new ExecTry(home, formatScript({ text: "late", hold: "lock" }), { threadId });
  await model.held("lock");
  expect(await fail(threadId)).toBe("thread-held");
  model.release("lock");
  await holding.result;
  codex("archive", threadId);
  expect(await fail(threadId)).toBe("thread-archived");
});

test("S4-D7 words are words: a leading dash, and no folder of git [EXEC-3b]", async () => {
  const turn = await runExec(home, `--help ${formatScript({ text: "ok" })}`);
  expect(turn.outcome).toMatchObject({ text: "ok" });
  expect(JSON.stringify(model.requests.at(-1)?.body)).toContain("--help SCRIPT");
  await expect(runExec(home, " \n")).rejects.toMatchObject({ code: "empty-message" });
});

test("model, effort and images reach the model, in new threads and in resumed ones [EXEC-2a]", async () => {
  const image = join(home.workFolder, "dot.png");
  const dot =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
  writeFileSync(image, Buffer.from(dot, "base64"));
  const chosen = {
    model: "fast",
    effort: "low",
    images: [image],
    settings: { execModels: { fast: "other" } },
  };
  const first = await run([{ text: "seen" }], chosen);
  const again = await run([{ text: "seen again" }], { ...chosen, threadId: first.threadId });
  expect(again.outcome).toMatchObject({ text: "seen again" });
  const [late, early] = model.requests.toReversed();
  for (const request of [early, late]) expect(request?.model).toBe("other");
  const count = (body: unknown) => JSON.stringify(body).split('"input_image"').length - 1;
  expect([count(early?.body), count(late?.body)]).toEqual([1, 2]);
});

test("S4-15 S4-D12 a stop interrupts, leaves no process, and the thread can be used [EXEC-3d EXEC-3e]", async () => {
  // Without a sandbox nothing else ends the command when codex goes.
  const settings = { sandbox: "danger-full-access" };
  const turn = new ExecTry(
    home,
    formatScript({ items: [{ say: "I begin" }, { shell: "setsid sleep 600 & sleep 600 & wait" }] }),
    {
      settings,
    },
  );
  await turn.heard("tool-started");
  let tree = await findDescendants(process.pid, systemClock);
  await until(async () => {
    tree = await findDescendants(process.pid, systemClock);
    return execFileSync("ps", ["-o", "args=", "-p", tree.map(({ pid }) => pid).join(",")], {
      encoding: "utf8",
    }).includes("sleep 600");
  });
  turn.stop();
  expect((await turn.result).outcome).toMatchObject({ status: "interrupted", text: "I begin" });
  expect(turn.types.at(-1)).toBe("turn-ended");
  await until(async () => !(await Promise.all(tree.map(isSameProcess))).includes(true));
  const [threadId = ""] = turn.threads;
  expect((await run([{ text: "on" }], { threadId, settings })).outcome).toMatchObject({ text: "on" });
});
