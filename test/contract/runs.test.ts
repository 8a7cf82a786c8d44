// Background sessions on the real Codex: the commands as people run them, on a home without a server of the person's.
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, expect, test } from "vitest";
import { formatScript } from "../../src/demo/script.ts";
import { type ScriptedModel, startScriptedModel } from "../../src/demo/scripted-model.ts";
import { BareClient, type Params } from "../rigs/bare-client.ts";
import { type CodexHome, makeCodexHome } from "../rigs/codex-home.ts";
import { expectOwnTurns } from "../rigs/expect-own-turns.ts";
import { RunDriver } from "../rigs/run-driver.ts";
import { findLeftovers, findServer, killLeftovers } from "../rigs/terminal-driver.ts";
import { until } from "../rigs/until.ts";

let model: ScriptedModel;
let home: CodexHome;
let driver: RunDriver;
beforeAll(async () => {
  model = await startScriptedModel();
  home = makeCodexHome({ modelUrl: model.url });
  driver = new RunDriver({ home });
});
afterAll(async () => {
  killLeftovers(home);
  await model.close();
  home.remove();
});

const held = (gate: string, text = "late") => formatScript({ text, hold: gate });

test("S3-01 S3-13 S3-14 create prints the name alone, says what the run may do, and leaves it running [RUN-5a RUN-6g]", async () => {
  const { code, stdout, stderr } = await driver.run("create", "exec", `look   at\nthis ${held("a")}`);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^[a-z]{2,5}-[a-z]{2,5}\n$/);
  expect(stderr).toContain("sandbox workspace-write");
  expect(stderr).toContain("asks nobody");
  const name = stdout.trim();
  const [row] = (await driver.list()).filter((each) => each.name === name);
  expect(row).toMatchObject({ status: "running", type: "exec", pid: findServer(home) });
  expect(row).toMatchObject({ preview: expect.stringMatching(/^look at this SCRIPT.*…$/) });
  expect(String(row?.preview)).toHaveLength(40);
  model.release("a");
  await until(async () => (await driver.status(name)) === "completed");
});

test("S3-04 S3-D7 S3-D11 logs reads the thread: what was asked, commands, words, errors apart [RUN-5d RUN-6f]", async () => {
  const name = await driver.create(
    "exec",
    formatScript({ shell: "echo from-tool" }, { status: 400, text: "x" }),
  );
  await until(async () => (await driver.status(name)) === "failed");
  const { stdout } = await driver.run("logs", name);
  expect(stdout).toContain("> SCRIPT");
  expect(stdout).toContain("$ echo from-tool\nfrom-tool\n");
  expect(stdout).not.toContain("failed");
  const errors = await driver.run("logs", name, "--stderr");
  expect(errors.stdout).toMatch(/^The turn failed: .*status 400/);
  expect((await driver.list()).find((row) => row.name === name)).toMatchObject({
    outputBytes: expect.any(Number),
    errorBytes: expect.any(Number),
  });
});

test("S3-D11 logs --follow goes on until the run has ended, and loses nothing between past and future [RUN-5d]", async () => {
  const script = formatScript({ shell: "echo first" }, { text: "the end", hold: "b" });
  const name = await driver.create("exec", script);
  const follower = driver.start("logs", name, "--follow");
  await follower.says("first");
  model.release("b");
  const { code, stdout, stderr } = await follower.ended;
  expect(code).toBe(0);
  expect(stdout).toBe(`> ${script}\n$ echo first\nfirst\nthe end\n`);
  expect(stderr).toContain(`${name}: completed`);
});

test("S3-28 S3-29 S3-30 S3-31 lines of a repl are turns, two clients see both, its end leaves it running [RUN-5e RUN-6b]", async () => {
  const name = await driver.create("--id", "talk", "repl");
  expect(await driver.status(name)).toBe("idle");
  const one = driver.start("attach", name);
  const two = driver.start("attach", name, "--stderr");
  await one.says("Attached");
  await two.says("Attached");
  one.type(formatScript({ text: "reply-one" }));
  await one.says(/^reply-one$/m);
  await two.says(/^reply-one$/m);
  two.type(formatScript({ text: "reply-two", hold: "c" }));
  await one.says("reply-two");
  // Behind the turn that runs.
  one.type(formatScript({ text: "reply-three" }));
  model.release("c");
  await two.says(/^reply-three$/m);
  expect(two.stdout.indexOf("reply-two\n")).toBeLessThan(two.stdout.lastIndexOf("> SCRIPT"));
  one.type(held("d", "after all left"));
  await two.says("after all left");
  one.end();
  two.signal("SIGINT");
  expect((await one.ended).code).toBe(0);
  expect((await two.ended).code).toBe(0);
  expect(await driver.status(name)).toBe("running");
  model.release("d");
  await until(async () => (await driver.status(name)) === "idle");
  expect((await driver.run("logs", name)).stdout).toMatch(/^after all left$/m);
});

test("S3-26 an exec run takes no lines, and says so [RUN-5e]", async () => {
  const name = await driver.create("exec", held("e"));
  const client = driver.start("attach", name);
  await client.says("> SCRIPT");
  client.type("hello");
  await client.says("takes no lines");
  model.release("e");
  expect(await client.ended).toMatchObject({ code: 0, stdout: expect.stringMatching(/^late$/m) });
});

test("with --ask a question waits for whoever attaches, and is answered there [RUN-6g RUN-6a]", async () => {
  const asking = { shell: "touch /asked", extra: { sandbox_permissions: "require_escalated" } };
  const name = await driver.create("--ask", "exec", formatScript(asking, { text: "went on" }));
  await until(async () => (await driver.status(name)) === "asking");
  const client = driver.start("attach", name);
  await client.says("/cx no");
  expect(client.stderr).toMatch(/^ {4}touch \/asked$/m);
  client.type("/cx no");
  expect((await client.ended).stdout).toMatch(/^went on$/m);
});

test("without --ask what is not allowed fails, and nobody is asked [RUN-6g]", async () => {
  const asking = { shell: "touch /asked", extra: { sandbox_permissions: "require_escalated" } };
  const name = await driver.create("exec", formatScript(asking, { text: "went on" }));
  await until(async () => (await driver.status(name)) === "completed");
  expect((await driver.run("logs", name)).stdout).toMatch(/^went on$/m);
});

/** Seconds that no other process of this machine sleeps. */
const longSleep = 100_000 + process.pid;

function countSleeping(): number {
  const lines = execFileSync("ps", ["-eo", "args="], { encoding: "utf8" }).split("\n");
  return lines.filter((line) => line === `sleep ${longSleep}`).length;
}

test("S3-D10 stop interrupts, delete ends and removes run and thread [RUN-5f]", async () => {
  const name = await driver.create("exec", formatScript({ shell: `sleep ${longSleep}` }, { text: "x" }));
  const client = driver.start("attach", name);
  await until(() => countSleeping() > 0);
  expect(await driver.run("stop", name)).toMatchObject({ code: 0 });
  await until(() => countSleeping() === 0);
  expect((await client.ended).stderr).toContain(`${name}: stopped`);
  expect(await driver.run("stop", name)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("Nothing runs"),
  });
  const other = await driver.create("exec", held("f"));
  const { threadId } = (await driver.list()).find((row) => row.name === other) ?? {};
  expect(await driver.run("delete", other)).toMatchObject({
    code: 0,
    stderr: expect.stringContaining("running"),
  });
  expect(await driver.status(other)).toBeUndefined();
  expect(await driver.run("turn", "--thread", String(threadId), "hello")).toMatchObject({ code: 1 });
});

test.each([false, true])(
  "delete says that a thread which a fork needs is kept, archived; archived before: %s [RUN-5i]",
  async (isArchived) => {
    const name = await driver.create("exec", formatScript({ text: "the trunk" }));
    await until(async () => (await driver.status(name)) === "completed");
    const threadId = String((await driver.list()).find((row) => row.name === name)?.threadId);
    const codex = await BareClient.overStdio(home.env, home.workFolder);
    await codex.request("thread/fork", { threadId });
    if (isArchived) await codex.request("thread/archive", { threadId });
    const { code, stderr } = await driver.run("delete", name);
    expect({ code, stderr }).toMatchObject({
      code: 0,
      stderr: expect.stringContaining(
        `Deleted ${name}. Another thread was forked from its thread \`${threadId}\` and needs its history, so Codex keeps that, archived.`,
      ),
    });
    const { data } = await codex.request("thread/list", { archived: true });
    expect((data as Params[]).map(({ id }) => id)).toContain(threadId);
    expect(await driver.status(name)).toBeUndefined();
    await codex.close();
  },
);

test("every line of a repl is a turn of its own, in the order of each client, also of two that send at once [RUN-5h]", async () => {
  await expectOwnTurns(driver, home, await driver.create("repl"));
});

test("S3-D3 a run whose server was killed is lost, and its log says why [RUN-6c]", async () => {
  const name = await driver.create(
    "exec",
    formatScript({ shell: "echo before" }, { text: "never", hold: "g" }),
  );
  const client = driver.start("attach", name);
  await client.says("before");
  process.kill(findServer(home), "SIGKILL");
  expect((await client.ended).stderr).toContain("connection");
  expect(await driver.status(name)).toBe("lost");
  expect((await driver.run("logs", name, "--stderr")).stdout).toContain("cut off");
  expect((await driver.run("logs", name)).stdout).toContain("before");
});

test("S3-D3 after a reboot the pid of the server is another's: what ran is lost, and nothing is believed [RUN-6c]", async () => {
  const name = await driver.create("exec", held("reboot"));
  const records = join(home.home, ".local/state/codex-threads/servers");
  const [directory = ""] = readdirSync(records);
  const record = join(records, directory, "server.json");
  const known = JSON.parse(readFileSync(record, "utf8"));
  killLeftovers(home);
  await until(() => findLeftovers(home).length === 0);
  writeFileSync(record, JSON.stringify({ ...known, pid: process.pid, startedAt: "another boot:1" }));
  expect((await driver.list()).find((row) => row.name === name)).toMatchObject({ status: "lost", pid: null });
});

test("S3-D4 a create that was killed: what runs is taken over, what does not is forgotten [RUN-6c RUN-6d]", async () => {
  const name = await driver.create("exec", held("h"));
  const file = join(home.home, ".local/state/codex-threads/runs/runs.sqlite");
  const database = new DatabaseSync(file, { timeout: 5_000 });
  const dead = JSON.stringify({ pid: process.pid, startedAt: "another boot" });
  database
    .prepare("UPDATE runs SET state = 'starting', turnId = NULL, creator = ? WHERE name = ?")
    .run(dead, name);
  database
    .prepare(
      "INSERT INTO runs (name, kind, codexHome, cwd, settings, network, state, creator, createdAt) VALUES ('torn', 'exec', ?, '/', '{}', 0, 'starting', ?, 0)",
    )
    .run(home.codexHome, dead);
  database.close();
  const rows = await driver.list();
  expect(rows.find((row) => row.name === name)).toMatchObject({ status: "running" });
  expect(rows.find((row) => row.name === "torn")).toBeUndefined();
  model.release("h");
  await until(async () => (await driver.status(name)) === "completed");
});

test("S3-11 S3-D2 a start that fails leaves nothing; a taken name is refused and what has it stays [RUN-5b RUN-6d]", async () => {
  const before = await driver.list();
  const state = join(home.home, "broken-state");
  mkdirSync(state, { mode: 0o700 });
  writeFileSync(join(state, "settings.json"), JSON.stringify({ server: "attach" }));
  const broken = new RunDriver({ home, env: { CODEX_THREADS_STATE_DIR: state } });
  expect(await broken.run("create", "--id", "never", "exec", "x")).toMatchObject({ code: 1, stdout: "" });
  expect(await driver.run("create", "--id", "talk", "exec", "x")).toMatchObject({ code: 1, stdout: "" });
  expect(await driver.run("create", "--id", "../up", "exec", "x")).toMatchObject({ code: 1, stdout: "" });
  expect(await driver.run("create", "--image", "none.png", "exec", "x")).toMatchObject({
    code: 1,
    stdout: "",
  });
  expect((await driver.list()).map((row) => row.name)).toEqual(before.map((row) => row.name));
});

test.each([
  [["create"], "exec PROMPT"],
  [["create", "exec"], "PROMPT"],
  [["create", "exec", "two", "words"], "quotes"],
  [["create", "--sandbox", "network-restricted", "repl"], "workspace-write"],
  [["create", "--cwd"], "wants a value"],
  [["logs"], "which run"],
  [["list", "x"], "one too many"],
  [["attach", "talk", "--folow"], "no option"],
])("S3-07 S3-D5 wrong usage is exit code 2 and one sentence: %j [RUN-5a]", async (args, says) => {
  const { code, stderr } = await driver.run(...args);
  expect(code).toBe(2);
  expect(stderr).toContain(says);
});
