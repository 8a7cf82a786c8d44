import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { startDetached } from "../../../src/process/detached.ts";
import { isSameProcess } from "../../../src/process/identity.ts";
import { makeScriptFolder, type ScriptFolder } from "../../rigs/script-folder.ts";
import { until } from "../../rigs/until.ts";

const env = { PATH: "/usr/bin:/bin" };
let folder: ScriptFolder;
let logFile: string;
beforeEach(() => {
  folder = makeScriptFolder();
  logFile = join(folder.path, "server.log");
});
afterEach(() => folder.remove());

const startShell = (script: string) =>
  startDetached({ command: "/bin/sh", args: ["-c", script], env, cwd: "/", logFile });
const read = () => readFileSync(logFile, "utf8");

test("it outlives the kill -9 of the process that started it, and its output goes to the log", async () => {
  const program = new URL("../../rigs/start-detached-and-wait.ts", import.meta.url).pathname;
  const starter = spawn(process.execPath, [program, logFile], {
    stdio: ["ignore", "pipe", "inherit"],
    detached: true,
  });
  const [printed] = await once(starter.stdout, "data");
  const identity = JSON.parse(String(printed));
  await until(() => read().includes("stderr"));
  // The whole group of the starter, as a terminal or a service manager would end it.
  process.kill(-(starter.pid ?? 0), "SIGKILL");
  await once(starter, "exit");
  expect(await isSameProcess(identity)).toBe(true);
  expect(read()).toBe(`started ${identity.pid}\nto stderr\n`);
  process.kill(identity.pid, "SIGKILL");
});

test("the log is private, and a long one makes way at start", async () => {
  writeFileSync(logFile, "x".repeat(1024 * 1024 + 1), { mode: 0o644 });
  const { pid } = await startShell("echo fresh; exec sleep 300");
  await until(() => read().includes("fresh"));
  process.kill(pid, "SIGKILL");
  expect(read()).toBe("fresh\n");
  expect(statSync(logFile).mode & 0o777).toBe(0o600);
  expect(statSync(`${logFile}.1`).size).toBe(1024 * 1024 + 1);
});

test("a short log is continued", async () => {
  writeFileSync(logFile, "before\n");
  const { pid } = await startShell("echo after; exec sleep 300");
  await until(() => read().includes("after"));
  process.kill(pid, "SIGKILL");
  expect(read()).toBe("before\nafter\n");
  expect(existsSync(`${logFile}.1`)).toBe(false);
});

test("a program or a folder that is not there is an error, not a process", async () => {
  const start = (command: string, cwd: string) => startDetached({ command, args: [], env, cwd, logFile });
  await expect(start("/nowhere/codex", "/")).rejects.toMatchObject({
    code: "backend-spawn-failed",
    details: { command: "codex", systemCode: "ENOENT" },
  });
  await expect(start("/bin/sh", "/nowhere")).rejects.toMatchObject({ code: "folder-missing" });
});
