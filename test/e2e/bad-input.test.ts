// What a person gets wrong, and what is wrong on their machine: each is a clear sentence with the right exit code, and
// nothing is lost or changed. More of it is in terminal.test.ts; a full disk is in unit/store.
import { createHash } from "node:crypto";
import { once } from "node:events";
import { chmodSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { beforeEach, describe, expect, test } from "vitest";
import { formatScript } from "../../src/demo/script.ts";
import { home, model, useFreshHomes } from "../rigs/fresh-homes.ts";
import { buildStateDirectory, TerminalDriver } from "../rigs/terminal-driver.ts";

let state: string;

useFreshHomes();
beforeEach(() => {
  state = buildStateDirectory(home);
});

/** Everything that a run says which ends by itself. */
async function run(options: { args?: string[]; env?: Record<string, string> } = {}) {
  const host = new TerminalDriver({ home, ...options });
  host.end();
  const { code } = await host.exited;
  return { code, stdout: host.stdout, stderr: host.stderr };
}

function writeSettings(settings: unknown): void {
  mkdirSync(state, { recursive: true, mode: 0o700 });
  writeFileSync(join(state, "settings.json"), JSON.stringify(settings));
}

function writeProgram(name: string, line: string): string {
  const file = join(home.home, name);
  writeFileSync(file, `#!/bin/sh\n${line}\n`, { mode: 0o755 });
  return file;
}

const hash = (file: string) => createHash("sha256").update(readFileSync(file)).digest("hex");

describe("a codex that cannot be used is named, with what to install [SRV-3c]", () => {
  test("one that is too old", async () => {
    writeSettings({ codexBinary: writeProgram("old", "echo codex-cli 0.100.0") });
    const { code, stdout, stderr } = await run();
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(
      /^Codex 0\.100\.0 at \S+\/old on the machine \S+ \(user \S+\) is too old; 0\.149\.0 .*`npm install -g @openai\/codex@latest`/,
    );
  });

  test("one that answers nonsense", async () => {
    writeSettings({ codexBinary: writeProgram("odd", "echo good morning") });
    const { code, stderr } = await run();
    expect(code).toBe(1);
    expect(stderr).toMatch(/\/odd does not answer like codex; it said: good morning\. Install Codex with/);
  });
});

describe("options and settings", () => {
  test.each([
    [["--servr", "stdio"], "There is no option `--servr`; did you mean `--server`?"],
    [["--server", "always"], "--server wants one of auto, attach, socket, stdio, not `always`."],
    [["--demo", "--server", "attach"], "the demo works over stdio only"],
  ])("%j is wrong usage: exit code 2, and where help is [TERM-17f]", async (args, says) => {
    const { code, stdout, stderr } = await run({ args });
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(says);
    expect(stderr).toMatch(/`codex-threads help chat` says more\.\n$/);
    expect(() => statSync(join(state, "threads.sqlite"))).toThrow();
  });

  test("a CODEX_HOME or folder that was asked for and is not there ends it, at once; no demo in its place [TERM-17f SHOW-4b]", async () => {
    const missing = await run({ args: ["--codex-home", join(home.home, "nowhere")] });
    expect(missing).toMatchObject({ code: 1, stdout: "" });
    expect(missing.stderr).toMatch(/^The CODEX_HOME \S+\/nowhere does not exist/);
    const byVariable = await run({ env: { CODEX_HOME: "/no/such/home" } });
    expect(byVariable).toMatchObject({ code: 1, stdout: "" });
    expect(byVariable.stderr).toContain("/no/such/home");
    const folder = await run({ args: ["--cwd", "/no/such/folder"] });
    expect(folder).toMatchObject({ code: 1, stdout: "" });
    expect(folder.stderr).toMatch(/^The folder \/no\/such\/folder does not exist/);
  });

  test("a setting that does not exist is named, with the one that was meant", async () => {
    writeSettings({ modle: "x" });
    const { code, stderr } = await run();
    expect(code).toBe(1);
    expect(stderr).toMatch(/modle: there is no such setting; did you mean model\?/);
  });
});

describe("state", () => {
  test("a state file of a newer version is refused and left as it was [CONV-13d]", async () => {
    expect((await run()).code).toBe(0);
    const file = join(state, "threads.sqlite");
    const database = new DatabaseSync(file);
    database.exec("PRAGMA user_version = 999; PRAGMA journal_mode = DELETE");
    database.close();
    const before = hash(file);
    const { code, stderr } = await run();
    expect(code).toBe(1);
    expect(stderr).toMatch(/was written by a newer version \(999; .*left as it is\. Update/);
    expect(hash(file)).toBe(before);
  });

  test("a state directory that others can read is refused, not repaired; ours is 0700 with files of 0600 [CONV-13c]", async () => {
    mkdirSync(state);
    chmodSync(state, 0o755);
    const { code, stderr } = await run();
    expect(code).toBe(1);
    expect(stderr).toMatch(/cannot be used: other users can reach it\./);
    expect(statSync(state).mode & 0o777).toBe(0o755);
    chmodSync(state, 0o700);
    expect((await run()).code).toBe(0);
    expect(statSync(join(state, "threads.sqlite")).mode & 0o777).toBe(0o600);
  });
});

test("a socket in a folder that is open to others is not joined: auto says so in doctor, attach is an error [SRV-4d]", async () => {
  // Codex 0.169 makes the folder itself private when it starts, but leaves what a link leads to.
  const folder = join(home.home, "open");
  mkdirSync(folder);
  chmodSync(folder, 0o755);
  const control = join(home.codexHome, "app-server-control");
  mkdirSync(control, { mode: 0o700 });
  symlinkSync(join(folder, "socket"), join(control, "app-server-control.sock"));
  let joined = 0;
  const stranger = createServer((socket) => {
    joined += 1;
    socket.destroy();
  });
  stranger.listen(join(folder, "socket"));
  await once(stranger, "listening");
  try {
    const auto = new TerminalDriver({ home });
    auto.type("/cx new");
    auto.type(formatScript({ text: "on a server of our own" }));
    await auto.reply(/on a server of our own/);
    auto.type("/cx doctor");
    await auto.says(/\[ok\] server: our private server/);
    await auto.says(/\[warn\] your own server: not joined: .*open-to-others/i);
    auto.end();
    expect((await auto.exited).code).toBe(0);

    const attach = new TerminalDriver({ home, args: ["--server", "attach"] });
    attach.type(formatScript({ text: "never" }));
    await attach.reply(/socket .* is not private to your user: \S*: other users can reach it\. .*chmod 700/);
    attach.end();
    expect((await attach.exited).code).toBe(0);
    expect(attach.stdout).not.toContain("never");
    expect(joined).toBe(0);
  } finally {
    stranger.close();
  }
});

test("a text above Codex's limit is refused before it is sent; the next message runs [SHOW-4f]", async () => {
  const host = new TerminalDriver({ home });
  host.type("/cx new");
  const before = model.requests.length;
  host.type("x".repeat(1_048_577));
  await host.reply(/too large: 1048577 characters, the limit is 1048576\./);
  expect(model.requests.length).toBe(before);
  host.type(formatScript({ text: "short enough" }));
  await host.reply(/short enough/);
  host.end();
  expect((await host.exited).code).toBe(0);
});
