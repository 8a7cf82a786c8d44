import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { expect, test } from "vitest";
import {
  buildIdentityQuery,
  isSameProcess,
  parseIdentityAnswer,
  readProcessIdentity,
} from "../../../src/process/identity.ts";
import { makeScriptFolder } from "../../rigs/script-folder.ts";
import { until } from "../../rigs/until.ts";

test("a running process is the same until it ends, also when its name is full of blanks and brackets", async () => {
  const folder = makeScriptFolder();
  const program = join(folder.path, "a ) Z (b");
  copyFileSync("/bin/sleep", program);
  const child = spawn(program, ["300"], { stdio: "ignore" });
  await once(child, "spawn");
  const identity = await readProcessIdentity(child.pid ?? 0);
  if (identity === undefined) throw new Error("no identity");
  expect(await isSameProcess(identity)).toBe(true);
  child.kill("SIGKILL");
  await once(child, "exit");
  expect(await isSameProcess(identity)).toBe(false);
  folder.remove();
});

test("a pid that is used again is somebody else", async () => {
  const identity = await readProcessIdentity(process.pid);
  expect(await isSameProcess({ pid: process.pid, startedAt: `${identity?.startedAt}0` })).toBe(false);
});

test("a zombie counts as gone", async () => {
  // The shell becomes a program that never collects its children; its child ends only after that.
  const parent = spawn("/bin/sh", ["-c", "cat <&3 & echo $!; exec sleep 300"], {
    stdio: ["ignore", "pipe", "ignore", "pipe"],
  });
  const [chunk] = await once(parent.stdout as Readable, "data");
  const pid = Number(String(chunk));
  await until(async () => readFileSync(`/proc/${parent.pid}/comm`, "utf8").trim() === "sleep");
  (parent.stdio[3] as Writable).end();
  await until(async () => (await readProcessIdentity(pid)) === undefined);
  // The system still knows the number: it is a zombie, not gone.
  expect(process.kill(pid, 0)).toBe(true);
  parent.kill("SIGKILL");
});

test.each([0, -1, 1.5, Number.NaN])("%d is no process", async (pid) => {
  expect(await readProcessIdentity(pid)).toBeUndefined();
});

test("where there is no /proc, ps tells the start time, the same one each time", () => {
  const { command, args } = buildIdentityQuery(process.pid, "darwin");
  const ask = () =>
    parseIdentityAnswer(
      execFileSync(command, args, { encoding: "utf8", env: { ...process.env, LC_ALL: "C" } }),
    );
  expect(ask()).toMatch(/^\w{3} \w{3} \d+ \d\d:\d\d:\d\d \d{4}$/);
  expect(ask()).toBe(ask());
});

test.each([
  ["Ss   Fri Nov  6 03:41:53 2026\n", "Fri Nov 6 03:41:53 2026"],
  ["Z+   Fri Nov  6 03:41:53 2026\n", undefined],
  ["", undefined],
  ["R \r\n", undefined],
  ["R 133776216000000000\r\n", "133776216000000000"],
])("the answer %j means %j", (answer, startedAt) => {
  expect(parseIdentityAnswer(answer)).toBe(startedAt);
});

test("on Windows PowerShell is asked", () => {
  expect(buildIdentityQuery(42, "win32").command).toBe("powershell.exe");
  expect(buildIdentityQuery(42, "win32").args.at(-1)).toContain("Get-Process -Id 42 ");
});
