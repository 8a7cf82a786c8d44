import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { systemClock } from "../../../src/kit/clock.ts";
import { startChild } from "../../../src/process/child.ts";
import { startDetached } from "../../../src/process/detached.ts";
import { findCodex } from "../../../src/process/find-codex.ts";
import { isSameProcess, type ProcessIdentity } from "../../../src/process/identity.ts";
import { startKeeper } from "../../../src/process/keeper.ts";
import { assertTrustedSocket } from "../../../src/process/private-path.ts";
import { findCodexBinary } from "../../rigs/codex-binary.ts";
import { type CodexHome, makeCodexHome } from "../../rigs/codex-home.ts";
import { until } from "../../rigs/until.ts";

const { version } = createRequire(import.meta.url)("@openai/codex/package.json") as { version: string };
let home: CodexHome;
beforeEach(() => {
  home = makeCodexHome({ modelUrl: "http://127.0.0.1:9/v1" });
});
afterEach(() => home.remove());

test("the real npm shim on PATH leads to the real native binary and its version [SRV-3b]", async () => {
  const packageFolder = dirname(createRequire(import.meta.url).resolve("@openai/codex/package.json"));
  const bin = join(packageFolder, "..", "..", ".bin");
  const env = { ...home.env, PATH: `${bin}:/usr/bin:/bin` };
  expect(await findCodex({ env })).toEqual({
    path: findCodexBinary(),
    version,
    source: "path",
    shim: join(bin, "codex"),
  });
});

test("asking for the version leaves the person's home as it was", async () => {
  const { CODEX_HOME: _, ...env } = home.env;
  await findCodex({ setting: findCodexBinary(), env });
  expect(readdirSync(home.home)).toEqual([]);
});

test("a stdio server ends politely at stop", async () => {
  const child = await startChild({
    command: findCodexBinary(),
    args: ["app-server"],
    env: home.env,
    cwd: home.workFolder,
    clock: systemClock,
  });
  const initialize = {
    id: 0,
    method: "initialize",
    params: { clientInfo: { name: "test", title: null, version: "1" } },
  };
  const answered = Promise.withResolvers<void>();
  child.stdout.once("data", () => answered.resolve());
  child.stdin.write(`${JSON.stringify(initialize)}\n`);
  await answered.promise;
  expect(await child.stop(60_000)).toEqual({ code: 0, signal: null });
});

test("a detached server listens on a trusted socket; without an owner its keeper ends it, and nothing is left", async () => {
  const folder = join(home.codexHome, "s");
  mkdirSync(folder, { mode: 0o700 });
  const socketPath = join(folder, "s");
  const logFile = join(home.codexHome, "server.log");
  const server: ProcessIdentity = await startDetached({
    command: findCodexBinary(),
    args: ["app-server", "--listen", `unix://${socketPath}`],
    env: home.env,
    cwd: home.workFolder,
    logFile,
  });
  try {
    await until(() => existsSync(socketPath));
    const real = await assertTrustedSocket(socketPath);
    const pace = { secondsBetweenLooks: 0.1, looksWithoutOwner: 2 };
    const keeper = await startKeeper({ server, ownerFile: join(folder, "owner"), socketPath, ...pace });
    await until(async () => keeper === undefined || !(await isSameProcess(keeper)));
    expect(await isSameProcess(server)).toBe(false);
    expect(existsSync(real)).toBe(false);
    expect(existsSync(folder)).toBe(false);
    expect(readFileSync(logFile, "utf8")).not.toContain("panicked");
  } finally {
    if (await isSameProcess(server)) process.kill(server.pid, "SIGKILL");
  }
});
