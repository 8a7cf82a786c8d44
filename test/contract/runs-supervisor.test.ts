// Runs where only stdio works: a supervisor holds the server. The same commands, and what each death leaves behind.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { writeServerRecord } from "../../src/codex/server-record.ts";
import { formatScript } from "../../src/demo/script.ts";
import { type ScriptedModel, startScriptedModel } from "../../src/demo/scripted-model.ts";
import { systemClock } from "../../src/kit/clock.ts";
import { readProcessIdentity } from "../../src/process/identity.ts";
import { superviseServer } from "../../src/runs/supervisor.ts";
import { findCodexBinary } from "../rigs/codex-binary.ts";
import { type CodexHome, makeCodexHome } from "../rigs/codex-home.ts";
import { expectOwnTurns } from "../rigs/expect-own-turns.ts";
import { RunDriver } from "../rigs/run-driver.ts";
import { findLeftovers, killLeftovers } from "../rigs/terminal-driver.ts";
import { until } from "../rigs/until.ts";

let model: ScriptedModel;
let home: CodexHome;
let driver: RunDriver;
beforeAll(async () => {
  model = await startScriptedModel();
  home = makeCodexHome({ modelUrl: model.url });
  const state = join(home.home, "state");
  mkdirSync(state, { mode: 0o700 });
  writeFileSync(join(state, "settings.json"), JSON.stringify({ server: "stdio" }));
  driver = new RunDriver({ home, env: { CODEX_THREADS_STATE_DIR: state } });
});
afterAll(async () => {
  killLeftovers(home);
  await model.close();
  home.remove();
});

/** Of this home's supervisor, and of the server it holds; 0 where there is none. */
function findPids(): { supervisor: number; server: number } {
  const lines = execFileSync("ps", ["-eo", "pid=,ppid=,args="], { encoding: "utf8" }).split("\n");
  const read = (line: string | undefined) => Number.parseInt(line?.trim() ?? "0", 10);
  const supervisor = read(lines.find((line) => line.includes("hold-server") && line.includes(home.home)));
  const child = new RegExp(`^\\s*\\d+\\s+${supervisor}\\s.*app-server`);
  return { supervisor, server: supervisor === 0 ? 0 : read(lines.find((line) => child.test(line))) };
}

test("runs go on without who started them, share one server, and show in every client [RUN-6h]", async () => {
  const one = await driver.create("exec", formatScript({ text: "first", hold: "a" }));
  const two = await driver.create("exec", formatScript({ text: "second", hold: "a" }));
  const { supervisor } = findPids();
  expect(await driver.list()).toMatchObject([
    { name: one, status: "running", pid: supervisor },
    { name: two, status: "running", pid: supervisor },
  ]);
  const clients = [driver.start("attach", one), driver.start("logs", one, "--follow")];
  for (const client of clients) await client.says("> SCRIPT");
  model.release("a");
  for (const client of clients) expect((await client.ended).stdout).toMatch(/^first$/m);
  await until(async () => (await driver.status(two)) === "completed");
});

test("a question waits at the supervisor; each client is shown it, the first answer counts [RUN-6h]", async () => {
  const asking = { shell: "touch /asked", extra: { sandbox_permissions: "require_escalated" } };
  const name = await driver.create("--ask", "exec", formatScript(asking, { text: "went on" }));
  await until(async () => (await driver.status(name)) === "asking");
  const one = driver.start("attach", name);
  await one.says("/cx no");
  const two = driver.start("attach", name);
  await two.says("/cx no");
  two.type("/cx no");
  expect((await one.ended).stdout).toMatch(/^went on$/m);
  expect((await two.ended).stdout).toMatch(/^went on$/m);
});

test("a client that leaves takes nothing with it: others still follow the thread [RUN-6h]", async () => {
  const name = await driver.create("repl");
  const one = driver.start("attach", name);
  const two = driver.start("attach", name);
  one.type(formatScript({ text: "reply-one" }));
  await one.says(/^reply-one$/m);
  await two.says(/^reply-one$/m);
  two.end();
  await two.ended;
  one.type(formatScript({ text: "reply-two" }));
  await one.says(/^reply-two$/m);
  one.signal("SIGKILL");
  await one.ended;
  await until(async () => (await driver.status(name)) === "idle");
});

test("lines of two clients that come at once are turns of their own here too [RUN-5h]", async () => {
  await expectOwnTurns(driver, home, await driver.create("repl"));
});

test("a supervisor that nobody needs any more ends with its server and leaves no file [RUN-6l]", async () => {
  const directory = join(home.home, "kept", "servers", "one-stdio");
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const socketPath = join(directory, "socket");
  const own = await readProcessIdentity(process.pid);
  writeServerRecord(directory, { pid: 0, startedAt: "", ...own, socketPath, instance: "", version: "" });
  const options = { command: findCodexBinary(), socketPath, directory, env: home.env, clock: systemClock };
  await superviseServer({ ...options, lookMs: 10, looksWithoutUse: 2 });
  expect(existsSync(join(home.home, "kept"))).toBe(false);
});

test("a start that fails leaves no supervisor and no file [RUN-6l RUN-6d]", async () => {
  const broken = makeCodexHome({ modelUrl: model.url });
  const codexBinary = join(broken.home, "codex");
  const program = `#!/bin/sh\ncase $1 in --version) echo codex-cli 0.169.0 ;; *) echo Error: failed to load configuration >&2; exit 1 ;; esac\n`;
  writeFileSync(codexBinary, program, { mode: 0o700 });
  const state = join(broken.home, "state");
  mkdirSync(state, { mode: 0o700 });
  writeFileSync(join(state, "settings.json"), JSON.stringify({ server: "stdio", codexBinary }));
  const other = new RunDriver({ home: broken, env: { CODEX_THREADS_STATE_DIR: state } });
  const { code, stdout, stderr } = await other.run("create", "exec", "hello");
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toContain("config.toml");
  await until(() => findLeftovers(broken).length === 0);
  expect(existsSync(join(broken.home, ".local/state/codex-threads/servers"))).toBe(false);
  expect(await other.list()).toEqual([]);
  broken.remove();
});

const isGone = (pid: number) =>
  !execFileSync("ps", ["-eo", "pid="], { encoding: "utf8" })
    .split("\n")
    .some((line) => Number(line) === pid);

// The server takes the end of its input for an order to stop, and interrupts its turns itself.
test.each([["supervisor", "stopped"] as const, ["server", "lost"] as const])(
  "kill -9 of the %s: what runs or asks is %s and said to be, what is idle is so still, the next one runs [RUN-6h RUN-6c]",
  async (victim, end) => {
    const asking = { shell: "touch /asked", extra: { sandbox_permissions: "require_escalated" } };
    const idle = await driver.create("repl", formatScript({ text: "first words" }));
    const asks = await driver.create("--ask", "exec", formatScript(asking, { text: "never" }));
    const runs = await driver.create("exec", formatScript({ text: "never", hold: `death of ${victim}` }));
    const readAll = async () => {
      const rows = await driver.list();
      return [idle, asks, runs].map((name) => rows.find((row) => row.name === name)?.status);
    };
    await until(async () => (await readAll()).join() === "idle,asking,running");
    const before = findPids();
    process.kill(before[victim], "SIGKILL");
    await until(() => isGone(before.supervisor) && isGone(before.server));
    expect(await readAll()).toEqual(["idle", end, end]);
    const client = driver.start("attach", idle);
    client.type(formatScript({ text: "second words" }));
    await client.says(/^second words$/m);
    client.end();
    await client.ended;
  },
);

test("kill -9 of create at any moment of its start leaves a run or nothing, and the next one runs [RUN-6c RUN-6d]", async () => {
  killLeftovers(home);
  await until(() => findLeftovers(home).length === 0);
  const known = (await driver.list()).length;
  const moments = [() => findPids().supervisor > 0, () => findPids().server > 0, () => isAsked("moment-2")];
  for (const [at, isThere] of moments.entries()) {
    const creating = driver.start(
      "create",
      "--id",
      `cut-${at}`,
      "exec",
      formatScript({ text: `moment-${at}` }),
    );
    await until(isThere);
    creating.signal("SIGKILL");
    await creating.ended;
    await until(async () => ["completed", undefined].includes((await driver.status(`cut-${at}`)) as string));
    const next = await driver.create("exec", formatScript({ text: "again" }));
    await until(async () => (await driver.status(next)) === "completed");
  }
  expect((await driver.list()).length).toBeGreaterThanOrEqual(known + moments.length);
});

const isAsked = (mark: string) =>
  model.requests.some((request) => JSON.stringify(request.body.input).includes(mark));

test("kill -9 of a client that follows: the run goes on [RUN-6h RUN-6c]", async () => {
  const name = await driver.create("exec", formatScript({ text: "alive", hold: "b" }));
  const client = driver.start("attach", name);
  await client.says("> SCRIPT");
  client.signal("SIGKILL");
  await client.ended;
  expect(await driver.status(name)).toBe("running");
  model.release("b");
  await until(async () => (await driver.status(name)) === "completed");
});
