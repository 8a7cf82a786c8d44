// The commands for runs by a packed install, as somebody gets it. `npm test` has built dist.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { formatScript } from "../../src/demo/script.ts";
import { type ScriptedModel, startScriptedModel } from "../../src/demo/scripted-model.ts";
import { type CodexHome, makeCodexHome } from "../rigs/codex-home.ts";
import { installPacked } from "../rigs/packed-install.ts";
import { RunDriver } from "../rigs/run-driver.ts";
import { killLeftovers } from "../rigs/terminal-driver.ts";
import { until } from "../rigs/until.ts";

const folder = mkdtempSync(join(tmpdir(), "cts-runs-"));
let model: ScriptedModel;
let home: CodexHome;
let driver: RunDriver;

beforeAll(async () => {
  const { packageFolder } = installPacked(folder);
  model = await startScriptedModel();
  home = makeCodexHome({ modelUrl: model.url });
  driver = new RunDriver({ home, program: join(packageFolder, "dist/codex-threads.js") });
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

test("logs --follow, --ask, exec and turn work as installed [RUN-5d RUN-6g EXEC-4e]", async () => {
  const asking = { shell: "touch /asked", extra: { sandbox_permissions: "require_escalated" } };
  const name = await driver.create("--ask", "exec", formatScript(asking, { text: "went on" }));
  const follower = driver.start("logs", name, "--follow");
  const client = driver.start("attach", name);
  await client.says("/cx no");
  client.type("/cx no");
  expect((await follower.ended).stdout).toMatch(/^went on$/m);
  await client.ended;
  for (const command of ["exec", "turn"])
    expect(await driver.run(command, formatScript({ text: `by ${command}` }))).toMatchObject({
      code: 0,
      stdout: `by ${command}\n`,
    });
});
