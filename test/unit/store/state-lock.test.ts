import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { awaitStateLock, findStateLock, lockStateDirectory } from "../../../src/store/state-lock.ts";
import { FakeClock } from "../../rigs/fake-clock.ts";
import { errorOf, movableClock, privateDirectory } from "./store-rig.ts";

const program = fileURLToPath(new URL("hold-lock.ts", import.meta.url));
const clock = movableClock(77);

class Starter {
  readonly child: ChildProcessWithoutNullStreams;

  constructor(directory: string) {
    this.child = spawn(process.execPath, [program, directory]);
    this.child.stderr.pipe(process.stderr);
    onTestFinished(() => void this.child.kill("SIGKILL"));
  }

  async line(): Promise<string> {
    const [data] = await once(this.child.stdout, "data");
    return String(data).trim();
  }

  async kill(): Promise<void> {
    const exit = once(this.child, "exit");
    this.child.kill("SIGKILL");
    await exit;
  }
}

async function ready(directory: string): Promise<Starter> {
  const starter = new Starter(directory);
  expect(await starter.line()).toBe("ready");
  return starter;
}

test("of several processes that start at once exactly one gets the directory; kill -9 frees it [CONV-13b]", async () => {
  const directory = join(privateDirectory(), "state");
  const starters = await Promise.all([1, 2, 3, 4].map(() => ready(directory)));
  const lines = starters.map((starter) => starter.line());
  for (const starter of starters) starter.child.stdin.write("go\n");
  const said = await Promise.all(lines);
  expect(said.toSorted()).toEqual(["state-held", "state-held", "state-held", "won"]);

  const winner = starters[said.indexOf("won")];
  const error = errorOf(() => lockStateDirectory(directory, clock));
  expect(error.code).toBe("state-held");
  expect(error.details).toMatchObject({ directory, pid: winner?.child.pid, host: hostname() });

  await winner?.kill();
  const lock = lockStateDirectory(directory, clock);
  expect(errorOf(() => lockStateDirectory(directory, clock)).details).toMatchObject({
    pid: process.pid,
    since: 77,
  });
  lock.release();
});

test("released, the directory is free for the next", async () => {
  const directory = privateDirectory();
  const lock = lockStateDirectory(directory, clock);
  lock.release();
  lock.release();
  const starter = await ready(directory);
  const line = starter.line();
  starter.child.stdin.write("go\n");
  expect(await line).toBe("won");
});

test("whoever waits gets it when it is released, or removed with all that is in it", async () => {
  const directory = join(privateDirectory(), "state");
  const time = new FakeClock();
  const { signal } = new AbortController();
  for (const end of ["release", "remove"] as const) {
    const lock = lockStateDirectory(directory, clock);
    writeFileSync(join(directory, "left"), "");
    expect(findStateLock(directory, clock)).toBeUndefined();
    const waiting = awaitStateLock(directory, time, signal);
    lock[end]();
    await time.advance(20);
    const next = await waiting;
    expect(existsSync(join(directory, "left"))).toBe(end === "release");
    expect(findStateLock(directory, clock)).toBeUndefined();
    next.remove();
    next.release();
    expect(existsSync(directory)).toBe(false);
  }
});

test("waiting ends when it is aborted", async () => {
  const directory = privateDirectory();
  const lock = lockStateDirectory(directory, clock);
  const leaving = new AbortController();
  const waiting = awaitStateLock(directory, new FakeClock(), leaving.signal);
  leaving.abort(new Error("left"));
  await expect(waiting).rejects.toThrow("left");
  lock.release();
});

test("an owner that died is never named as the holder", () => {
  const directory = privateDirectory();
  const lock = lockStateDirectory(directory, clock);
  const mine = readFileSync(join(directory, "owner.json"), "utf8");
  // 2^22 is the largest pid Linux gives; this one is nobody's.
  for (const text of [mine.replace(`${process.pid}`, "4194304"), "{", "[]"]) {
    writeFileSync(join(directory, "owner.json"), text);
    const error = errorOf(() => lockStateDirectory(directory, clock));
    expect(error.code).toBe("state-held");
    expect(error.details).toEqual({ directory });
  }
  lock.release();
});

test("makes the directory 0700 and its files 0600 [CONV-13c]", () => {
  const directory = join(privateDirectory(), "a", "b");
  const lock = lockStateDirectory(directory, clock);
  expect(statSync(directory).mode & 0o777).toBe(0o700);
  for (const name of ["lock.sqlite", "owner.json"]) {
    expect(statSync(join(directory, name)).mode & 0o777).toBe(0o600);
  }
  lock.release();
});

test.each([0o750, 0o701, 0o770])("refuses a directory of mode %o", (mode) => {
  const directory = join(privateDirectory(), "open");
  mkdirSync(directory);
  chmodSync(directory, mode);
  const error = errorOf(() => lockStateDirectory(directory, clock));
  expect(error.code).toBe("state-unusable");
  expect(error.details).toEqual({ directory, reason: "open-to-others" });
});

test("refuses a directory of another user", () => {
  const getuid = process.getuid;
  const other = (getuid?.() ?? 0) + 1;
  process.getuid = () => other;
  onTestFinished(() => {
    if (getuid !== undefined) process.getuid = getuid;
  });
  const directory = privateDirectory();
  expect(errorOf(() => lockStateDirectory(directory, clock)).details.reason).toBe("other-owner");
});

test("refuses what is not a directory or cannot be made", () => {
  const file = join(privateDirectory(), "file");
  writeFileSync(file, "");
  for (const path of [file, join(file, "below")]) {
    const error = errorOf(() => lockStateDirectory(path, clock));
    expect(error.code).toBe("state-unusable");
    expect(error.details.reason).toBe("not-a-directory");
  }
});
