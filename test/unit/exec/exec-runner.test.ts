// What the real codex does not show on demand: broken output, a death in the middle, another thread.
import { afterAll, beforeAll, expect, test } from "vitest";
import { isSameProcess, readProcessIdentity } from "../../../src/process/identity.ts";
import { type ExecHome, type ExecOptions, ExecTry, runExec } from "../../rigs/exec-rig.ts";
import { FakeClock } from "../../rigs/fake-clock.ts";
import { makeScriptFolder, type ScriptFolder } from "../../rigs/script-folder.ts";
import { until } from "../../rigs/until.ts";

let folder: ScriptFolder;
let home: ExecHome;
beforeAll(() => {
  folder = makeScriptFolder();
  home = { codexHome: folder.path, workFolder: folder.path, env: { PATH: process.env.PATH ?? "" } };
});
afterAll(() => folder.remove());

const id = "01990000-0000-7000-8000-0000000000ab";
const started = { type: "thread.started", thread_id: id };
const begun = { type: "turn.started" };
const said = { type: "item.completed", item: { id: "i", type: "agent_message", text: "words" } };
const completed = { type: "turn.completed", usage: { input_tokens: 1, output_tokens: 1 } };

/** A codex that takes all of stdin, prints these and then runs `end`. */
function fake(lines: readonly (object | string)[], end = ""): string {
  const text = lines.map((line) => (typeof line === "string" ? line : JSON.stringify(line))).join("\n");
  const body = `process.stdout.write(${JSON.stringify(`${text}\n`)}, () => { ${end} });`;
  const program = `#!${process.execPath}\nprocess.stdin.resume().on("end", () => { ${body} });`;
  return folder.write(`codex-${Math.random()}`, program);
}
const run = (program: string, options?: ExecOptions) => runExec(home, "hello", { program, ...options });

test("S4-23 S4-D15 lines that are no events are skipped with a short warning, unknown ones are kept [EXEC-1d]", async () => {
  const noise = ["", `not json ${"x".repeat(9_000)}`, "[1]", { type: "from.the.future" }];
  const turn = await run(fake([started, begun, ...noise, said, completed]));
  expect(turn.outcome).toMatchObject({ status: "answered", text: "words" });
  expect(turn.warnings).toHaveLength(2);
  for (const line of turn.warnings) expect(line.length).toBeLessThan(200);
  expect(turn.types).toContain("other");
});

test("S4-31 S4-D9 stderr is drained, and never shown: only Codex's own sentence is [EXEC-1e]", async () => {
  const flood = `process.stderr.write("noise ".repeat(1e6) + "\\nError: It went wrong.\\nStack backtrace:\\n 0: secret\\n", () => process.exit(1))`;
  const { outcome } = await run(fake([], flood));
  expect(outcome).toMatchObject({ error: { code: "exec-failed", details: { message: "It went wrong." } } });
  expect(JSON.stringify(outcome)).not.toMatch(/noise|secret|backtrace/);
});

test("S4-33 exit 2 is a failure that names what Codex refused [EXEC-1c]", async () => {
  const refusal = `process.stderr.write("error: unexpected argument '--x' found\\n\\nUsage: codex", () => process.exit(2))`;
  expect((await run(fake([], refusal))).outcome).toMatchObject({
    ...{ status: "failed" },
    error: { code: "exec-failed", details: { exit: "code 2", message: "unexpected argument '--x' found" } },
  });
});

test.each([
  ["killed", 'process.kill(process.pid, "SIGTERM")', "SIGTERM"],
  ["exit 143", "process.exit(143)", "code 143"],
  ["exit 0", "", "code 0"],
])(
  "S4-D9 a death in the middle of the turn (%s) is an unknown outcome, no reply [EXEC-3c]",
  async (_, end, exit) => {
    const turn = await run(fake([started, begun, said], end));
    expect(turn.outcome).toMatchObject({
      status: "lost",
      error: { code: "turn-outcome-unknown", details: { exit } },
    });
    expect(turn.types.filter((type) => type === "failing" || type === "turn-ended")).toEqual([
      "failing",
      "turn-ended",
    ]);
  },
);

test("an `error` and exit 1 fail the turn with that error; what was said is no reply [EXEC-1c EXEC-3c]", async () => {
  const lines = [started, begun, said, { type: "error", message: "It broke." }];
  expect((await run(fake(lines, "process.exit(1)"))).outcome).toMatchObject({
    ...{ status: "failed", text: "words" },
    error: { code: "turn-failed", message: "It broke." },
  });
});

test("exit 1 after turn.completed is a failure", async () => {
  const turn = await run(fake([started, begun, said, completed], "process.exit(1)"));
  expect(turn.outcome).toMatchObject({ status: "failed", text: "words", error: { code: "exec-failed" } });
});

test("SX-02 a turn without words is empty", async () => {
  expect((await run(fake([started, begun, completed]))).outcome).toMatchObject({ status: "empty" });
});

test("S4-D3 another thread than the one asked for ends the exec at once [EXEC-3a]", async () => {
  const other = { ...started, thread_id: "01990000-0000-7000-8000-0000000000ff" };
  const turn = await run(fake([other, begun, said], "setInterval(() => {}, 1e6)"), { threadId: id });
  expect(turn.outcome).toMatchObject({ status: "failed", error: { code: "thread-other-opened" } });
  expect(turn.threads).toEqual([]);
  expect(turn.types).toEqual(["failing", "turn-ended"]);
});

test("S4-22 S4-D10 a line of 8 MB arrives whole [EXEC-1d]", async () => {
  const text = "é".repeat(4_000_000);
  const long = { ...said, item: { ...said.item, text } };
  const { outcome } = await run(fake([started, begun, long, completed]));
  expect(outcome.status === "answered" && outcome.text === text).toBe(true);
});

test("S4-D7 S4-D17 the words go in by stdin, which ends; the environment is what was given [EXEC-3b]", async () => {
  const body = `let all = ""; process.stdin.on("data", (part) => { all += part; }).on("end", () => {
    for (const line of [${JSON.stringify(started)}, ${JSON.stringify(begun)},
      { type: "item.completed", item: { id: "i", type: "agent_message",
        text: all + process.argv.slice(2).includes(all) + Object.keys(process.env).includes("VITEST") } },
      ${JSON.stringify(completed)}]) console.log(JSON.stringify(line)); });`;
  const program = folder.write("codex-echo", `#!${process.execPath}\n${body}`);
  expect((await run(program)).outcome).toMatchObject({ text: "hellofalsefalse" });
});

test("S4-11 a program that cannot be started is an error, and nothing was heard", async () => {
  await expect(run("/nowhere/codex")).rejects.toMatchObject({ code: "backend-spawn-failed" });
});

test("one that ignores the interrupt is killed; a stop before the start starts nothing [EXEC-3e]", async () => {
  const clock = new FakeClock();
  const deaf = fake(
    [started, begun, { ...said, pid: 0 }],
    `process.on("SIGINT", () => {}); process.stdout.write(JSON.stringify({ type: "item.completed", item: { id: "p", type: "agent_message", text: String(process.pid) } }) + "\\n"); setInterval(() => {}, 1e6)`,
  );
  const turn = new ExecTry(home, "hello", { program: deaf, clock });
  await until(() => turn.types.filter((type) => type === "message").length === 2);
  const last = turn.events.findLast((event) => event.type === "message");
  const identity = await readProcessIdentity(Number(last?.type === "message" && last.text));
  turn.stop();
  let isOver = false;
  void turn.result.finally(() => {
    isOver = true;
  });
  await until(async () => {
    await clock.advance(1_000);
    return isOver;
  });
  expect((await turn.result).outcome).toMatchObject({ status: "interrupted" });
  expect(identity && (await isSameProcess(identity))).toBe(false);

  const early = new ExecTry(home, "hello", { program: deaf });
  early.stop();
  await expect(early.result).rejects.toMatchObject({ code: "cancelled" });
  expect(early.hasStarted).toBe(false);
});
