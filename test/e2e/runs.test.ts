// The commands for runs by a packed install, as somebody gets it. `npm test` has built dist.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { formatScript } from "../../src/demo/script.ts";
import { type ScriptedModel, startScriptedModel } from "../../src/demo/scripted-model.ts";
import { type CodexHome, makeCodexHome } from "../rigs/codex-home.ts";
import { RunDriver } from "../rigs/run-driver.ts";
import { killLeftovers } from "../rigs/terminal-driver.ts";
import { until } from "../rigs/until.ts";

const folder = mkdtempSync(join(tmpdir(), "cts-runs-"));
let model: ScriptedModel;
let home: CodexHome;
let driver: RunDriver;

beforeAll(async () => {
  const env = Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(npm_(package|lifecycle|config_local)|INIT_CWD)/.test(name),
    ),
  );
  const root = join(import.meta.dirname, "../..");
  const pack = ["pack", "--json", "--ignore-scripts", "--pack-destination", folder];
  const told: unknown = JSON.parse(execFileSync("npm", pack, { cwd: root, env, encoding: "utf8" }));
  const [{ filename }] = told as [{ filename: string }];
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "empty", private: true }));
  const install = ["install", "--prefer-offline", "--no-audit", "--no-fund", join(folder, filename)];
  execFileSync("npm", install, { cwd: folder, env, stdio: ["ignore", "ignore", "pipe"] });
  model = await startScriptedModel();
  home = makeCodexHome({ modelUrl: model.url });
  const program = join(folder, "node_modules/openclaw-codex-threads/dist/codex-threads.js");
  driver = new RunDriver({ home, program });
});
afterAll(async () => {
  killLeftovers(home);
  await model.close();
  home.remove();
  rmSync(folder, { recursive: true, force: true });
});

test("create, list, logs, attach, stop and delete work as installed [RUN-5a RUN-5c RUN-5d RUN-5e RUN-5f]", async () => {
  const once = await driver.create("exec", formatScript({ text: "one word" }));
  await until(async () => (await driver.status(once)) === "completed");
  expect((await driver.run("logs", once)).stdout).toMatch(/^one word$/m);
  await driver.create("--id", "talk", "repl");
  const client = driver.start("attach", "talk");
  client.type(formatScript({ text: "answer" }));
  await client.says(/^answer$/m);
  client.type(formatScript({ text: "never", hold: "gate" }));
  await client.says("gate");
  client.end();
  expect((await client.ended).code).toBe(0);
  const { stdout } = await driver.run("list");
  expect(stdout).toMatch(new RegExp(`^1 +${once} +- +exec +completed .*Z  SCRIPT`, "m"));
  expect(stdout).toMatch(/^2 +talk +\d+ +repl +running /m);
  expect((await driver.run("stop", "talk")).code).toBe(0);
  expect(await driver.status("talk")).toBe("stopped");
  for (const name of [once, "talk"]) expect((await driver.run("delete", name)).code).toBe(0);
  expect(await driver.list()).toEqual([]);
});
