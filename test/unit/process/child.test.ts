import { once } from "node:events";
import { expect, test } from "vitest";
import { systemClock } from "../../../src/kit/clock.ts";
import { type ChildProcessHandle, startChild } from "../../../src/process/child.ts";
import { isSameProcess, type ProcessIdentity, readProcessIdentity } from "../../../src/process/identity.ts";
import { buildTreeKillCommand } from "../../../src/process/tree-signal.ts";
import { FakeClock } from "../../rigs/fake-clock.ts";
import { until } from "../../rigs/until.ts";

const env = { PATH: process.env.PATH ?? "" };
const startShell = (script: string, clock = new FakeClock()) =>
  startChild({ command: "/bin/sh", args: ["-c", script], env, clock });

/** The script prints the pid of a process it has started. */
async function readGrandchild(child: ChildProcessHandle): Promise<ProcessIdentity> {
  const [chunk] = await once(child.stdout, "data");
  const identity = await readProcessIdentity(Number(String(chunk).trim()));
  if (identity === undefined) throw new Error("the grandchild is gone already");
  return identity;
}

test("S2-29 S2-30 a program that is not there is named, without the folders before it", async () => {
  const started = startChild({ command: "/nowhere/at/all/codex", args: [], env, clock: systemClock });
  await expect(started).rejects.toMatchObject({
    code: "backend-spawn-failed",
    details: { command: "codex", systemCode: "ENOENT" },
  });
});

test("a missing working directory is not taken for a missing program", async () => {
  const started = startChild({ command: "/bin/sh", args: [], env, cwd: "/nowhere/work", clock: systemClock });
  await expect(started).rejects.toMatchObject({ code: "folder-missing", details: { folder: "work" } });
});

test("the child has the environment it is given and nothing of ours", async () => {
  const child = await startChild({
    command: "/usr/bin/env",
    args: [],
    env: { ONLY: "this" },
    clock: systemClock,
  });
  let printed = "";
  child.stdout.on("data", (chunk: Buffer) => {
    printed += String(chunk);
  });
  await child.exited;
  expect(printed.trim()).toBe("ONLY=this");
});

test("S2-D20 writing to a child that is gone throws nothing", async () => {
  const child = await startShell("exit 3");
  child.stdout.resume();
  expect(await child.exited).toEqual({ code: 3, signal: null });
  child.stdin.write("x".repeat(1_000_000));
  await until(() => child.stdin.destroyed);
});

test("stderr is drained without end and only its last bytes are kept [SRV-7b]", async () => {
  const child = await startChild({
    command: "/bin/sh",
    args: ["-c", "head -c 3000000 /dev/zero | tr '\\0' x >&2; printf end >&2"],
    env,
    clock: new FakeClock(),
    stderrTailBytes: 1000,
  });
  child.stdout.resume();
  await child.exited;
  expect(child.stderr.totalBytes).toBe(3_000_003);
  expect(child.stderr.text()).toBe(`${"x".repeat(997)}end`);
});

test("S2-48 stop asks first: a child that ends on TERM is never killed, and what it left behind is", async () => {
  const child = await startShell(
    "(trap '' TERM; while :; do sleep 300; done) & echo $!; trap 'exit 7' TERM; while :; do sleep 300 & wait $!; done",
  );
  const grandchild = await readGrandchild(child);
  expect(await child.stop(2000)).toEqual({ code: 7, signal: null });
  await until(async () => !(await isSameProcess(grandchild)));
});

test("S2-48 a tree that ignores TERM is killed after the grace time, not before", async () => {
  const clock = new FakeClock();
  const child = await startShell(
    "trap '' TERM; sh -c 'while :; do sleep 300; done' & echo $!; while :; do wait; done",
    clock,
  );
  const grandchild = await readGrandchild(child);
  const stopped = child.stop(2000);
  await clock.advance(1999);
  expect(await isSameProcess(grandchild)).toBe(true);
  await clock.advance(1);
  expect(await stopped).toEqual({ code: null, signal: "SIGKILL" });
  await until(async () => !(await isSameProcess(grandchild)));
});

test("stopping what is gone already tells how it went", async () => {
  const child = await startShell("exit 4");
  child.stdout.resume();
  await child.exited;
  expect(await child.stop(1000)).toEqual({ code: 4, signal: null });
});

test("a descendant that keeps the streams open holds the exit back for half a second at most", async () => {
  const clock = new FakeClock();
  const child = await startShell("sleep 300 & echo $!", clock);
  const grandchild = await readGrandchild(child);
  await until(() => clock.pending === 1);
  await clock.advance(500);
  expect(await child.exited).toEqual({ code: 0, signal: null });
  process.kill(grandchild.pid, "SIGKILL");
});

test("on Windows a whole tree is ended by force", () => {
  expect(buildTreeKillCommand(42)).toEqual({ command: "taskkill", args: ["/PID", "42", "/T", "/F"] });
});
