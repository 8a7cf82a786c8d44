// What `codex exec` itself does to its callers, as docs/exec.md tells it (0.169.0): one that does otherwise is noticed here.
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { formatScript } from "../../src/demo/script.ts";
import { type ScriptedModel, startScriptedModel } from "../../src/demo/scripted-model.ts";
import { findCodexBinary } from "../rigs/codex-binary.ts";
import { type CodexHome, makeCodexHome } from "../rigs/codex-home.ts";
import { until } from "../rigs/until.ts";

let model: ScriptedModel;
let home: CodexHome;
let threadId: string;

beforeAll(async () => {
  model = await startScriptedModel();
  home = makeCodexHome({ modelUrl: model.url });
  threadId = (await exec([], "one")).threadId;
});
afterAll(async () => {
  await model.close();
  home.remove();
});

const said = (text: string) => formatScript({ text });

function start(args: string[]): { child: ChildProcessWithoutNullStreams; stdout: string; stderr: string } {
  const child = spawn(findCodexBinary(), ["exec", "--skip-git-repo-check", "--json", ...args], {
    cwd: home.workFolder,
    env: home.env,
  });
  const told = { child, stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    told.stdout += chunk;
  });
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
    told.stderr += chunk;
  });
  return told;
}

/** One exec whose prompt comes by stdin. */
async function exec(args: string[], prompt: string) {
  const told = start([...args, "-"]);
  told.child.stdin.end(prompt);
  const [code] = await once(told.child, "close");
  const [, id = ""] = /"thread\.started","thread_id":"([^"]+)"/.exec(told.stdout) ?? [];
  return { code: code as number, stderr: told.stderr, threadId: id };
}

test("a shortened id, and any word, begins a new thread with exit 0; in capitals an id is itself [EXEC-3g]", async () => {
  for (const id of [threadId.slice(0, 13), "no-such-name"]) {
    const other = await exec(["resume", id], said("two"));
    expect(other.code).toBe(0);
    expect(other.threadId).toMatch(/^[0-9a-f-]{36}$/);
    expect(other.threadId).not.toBe(threadId);
  }
  expect(await exec(["resume", threadId.toUpperCase()], said("two"))).toMatchObject({ code: 0, threadId });
});

test("a sandbox after resume is exit 2, before it is none [EXEC-3g]", async () => {
  expect(await exec(["resume", threadId, "--sandbox", "read-only"], said("x"))).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("--sandbox"),
  });
  expect(await exec(["--sandbox", "read-only", "resume", threadId], said("x"))).toMatchObject({
    code: 0,
    threadId,
  });
});

test("-o keeps an old text after a failure, and leaves a new file empty [EXEC-3g]", async () => {
  const [old, fresh] = ["old.txt", "fresh.txt"].map((name) => join(home.workFolder, name));
  writeFileSync(old ?? "", "an earlier reply");
  const failing = formatScript({ status: 400, text: "no" });
  for (const file of [old, fresh]) expect((await exec(["-o", file ?? ""], failing)).code).toBe(1);
  expect(readFileSync(old ?? "", "utf8")).toBe("an earlier reply");
  expect(readFileSync(fresh ?? "", "utf8")).toBe("");
});

test("with a prompt as argument it still waits for the end of stdin [EXEC-3g]", async () => {
  const asked = model.requests.length;
  const told = start([said("at last")]);
  await until(() => told.stderr.includes("Reading additional input from stdin"));
  expect(model.requests.length).toBe(asked);
  told.child.stdin.end();
  expect((await once(told.child, "close"))[0]).toBe(0);
  expect(told.stdout).toContain("at last");
});

test.each([
  ["an unknown thread", ["resume", "00000000-0000-7000-8000-000000000000"], "x"],
  ["nothing to say", [], ""],
])("%s is exit 1 with words on stderr and no event [EXEC-3g]", async (_, args, prompt) => {
  const { code, stderr, threadId: started } = await exec(args, prompt);
  expect({ code, started }).toEqual({ code: 1, started: "" });
  expect(stderr).not.toBe("");
});
