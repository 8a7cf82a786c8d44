// What `codex-threads turn` needs before it begins: arguments, prompt, folder, home, secrets, login. On the real Codex.
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { formatScript, type Step } from "../../src/demo/script.ts";
import { type ScriptedModel, startScriptedModel } from "../../src/demo/scripted-model.ts";
import { type CodexHome, makeCodexHome } from "../rigs/codex-home.ts";
import { TurnDriver, type TurnDriverOptions } from "../rigs/turn-driver.ts";

let model: ScriptedModel;
let home: CodexHome;
beforeAll(async () => {
  model = await startScriptedModel();
  home = makeCodexHome({
    modelUrl: model.url,
  });
});
afterAll(async () => {
  await model.close();
  home.remove();
});

const start = (args: readonly string[], options: Partial<TurnDriverOptions> = {}) =>
  new TurnDriver({ home, args, ...options });
const startJson = (steps: Step[], ...args: string[]) => start(["--json", ...args, formatScript(...steps)]);
const terminal = (run: TurnDriver) => run.all("terminal_status");
/** All files of a folder with their bytes. */
const snapshot = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => [entry.name, readFileSync(join(entry.parentPath, entry.name), "utf8")]);

test("a folder that is nobody's to work in, or not there, is refused before anything is started", async () => {
  for (const folder of ["/", home.home, home.codexHome, "missing"]) {
    const run = start(["--json", "--cwd", folder, "hello"]);
    expect(await run.exited).toBe(1);
    expect(run.names).toEqual(["error", "terminal_status"]);
  }
});

test("wrong usage is said on stderr and exits 2 [TURN-12b]", async () => {
  const unknown = start(["--jsno", "hello"]);
  expect(await unknown.exited).toBe(2);
  expect(unknown.stderr).toMatch(/^There is no option `--jsno`; did you mean `--json`\?/);
  const empty = start(["--json", "-"], { stdin: " \n" });
  expect(await empty.exited).toBe(2);
  expect([empty.stdout, unknown.stdout]).toEqual(["", ""]);
});

test("a prompt may begin with a dash after --, and come from standard input", async () => {
  const dashed = start(["--", "--help me"]);
  expect(await dashed.exited).toBe(0);
  expect(dashed.stdout).toContain("“--help me”");
  const piped = start(["-"], { stdin: "from a pipe" });
  expect(await piped.exited).toBe(0);
  expect(piped.stdout).toContain("“from a pipe”");
});

test("S2-D22 a prompt over Codex's limit is refused before anything is started", async () => {
  const run = start(["--json", "-"], { stdin: "x".repeat(1_048_577) });
  expect(await run.exited).toBe(1);
  expect(run.names).toEqual(["error", "terminal_status"]);
  expect(run.all("error")).toMatchObject([{ details: { chars: 1_048_577, limit: 1_048_576 } }]);
});

test("S2-25 S2-D3 a secret home is projected into a home that we make, and the turn runs there [TURN-12d]", async () => {
  const base = join(home.home, "container");
  const secret = join(base, "mounted");
  const made = join(base, "made");
  mkdirSync(secret, { recursive: true });
  writeFileSync(join(secret, "config.toml"), readFileSync(join(home.codexHome, "config.toml")));
  for (const name of ["CODEX_THREADS_SECRET_HOME", "AGENTRUN_CODEX_SECRET_HOME"]) {
    const env = { CODEX_HOME: undefined, [name]: secret };
    const run = start(["--json", "--codex-home", made, formatScript({ text: "projected" })], { env });
    expect(await run.exited).toBe(0);
    expect(run.all("assistant_message")).toEqual([{ text: "projected" }]);
    expect(run.events[0]).toMatchObject({ payload: { runtime: { codexHome: { basename: "made" } } } });
  }
  expect(readdirSync(secret)).toEqual(["config.toml"]);
});

test("S2-26 S2-28 S2-74 a secret home that cannot be used blocks the turn: two events, exit 3 [TURN-12f]", async () => {
  const env = { CODEX_THREADS_SECRET_HOME: join(home.home, "nothing-mounted") };
  const made = join(home.home, "never-made");
  const run = start(["--json", "--codex-home", made, "hello"], { env });
  expect(await run.exited).toBe(3);
  expect(run.events).toMatchObject([
    {
      type: "error",
      payload: {
        failureKind: "secret-unavailable",
        destination: { basename: "never-made", valuePrinted: false },
        details: { name: "nothing-mounted", present: false },
        valuesPrinted: false,
      },
    },
    { type: "terminal_status" },
  ]);
  expect(terminal(run)).toEqual([{ terminalStatus: "blocked", failureKind: "secret-unavailable" }]);
  expect(run.stdout).not.toContain(home.home);
  expect(readdirSync(home.home)).not.toContain("never-made");

  const unnamed = start(["--json", "hello"], { env: { CODEX_THREADS_SECRET_HOME: home.workFolder } });
  expect(await unnamed.exited).toBe(3);
});

test("S2-D4 without a login that the provider needs the turn is blocked, exit 3", async () => {
  const codexHome = join(home.home, "no-login");
  mkdirSync(codexHome);
  writeFileSync(
    join(codexHome, "config.toml"),
    "check_for_update_on_startup = false\n[features]\nplugins = false\n",
  );
  const run = start(["--json", "--codex-home", codexHome, "hello"]);
  expect(await run.exited).toBe(3);
  expect(terminal(run)).toMatchObject([
    { terminalStatus: "blocked", failureKind: "provider-auth-failed", message: "Codex is not signed in" },
  ]);
  expect(run.names).not.toContain("thread/start:completed");
  const absent = start(["--json", "--codex-home", join(home.home, "absent"), "hello"]);
  expect(await absent.exited).toBe(3);
  expect(terminal(absent)).toMatchObject([{ terminalStatus: "blocked", message: "no such CODEX_HOME" }]);
});

test("a config.toml that cannot be read is what is said, not the login that it hides [SHOW-4c]", async () => {
  const codexHome = join(home.home, "torn-config");
  mkdirSync(codexHome);
  const whole = readFileSync(join(home.codexHome, "config.toml"), "utf8");
  writeFileSync(join(codexHome, "config.toml"), `${whole}\nmodel = [torn`);
  const run = start(["--codex-home", codexHome, "hello"]);
  expect(await run.exited).toBe(1);
  expect(run.stderr).toContain("Codex cannot read its config.toml");
});

test("S2-D14 the person's config.toml and rules stay byte for byte, in a repository too [TURN-8b]", async () => {
  const rules = join(home.codexHome, "rules");
  mkdirSync(rules);
  writeFileSync(join(rules, "default.rules"), 'prefix_rule(pattern=["ls"], decision="allow")\n');
  const repository = join(home.workFolder, "repository");
  mkdirSync(repository);
  execFileSync("git", ["init", "--quiet", repository]);
  const look = () => [readFileSync(join(home.codexHome, "config.toml"), "utf8"), snapshot(rules)];
  const before = look();
  const run = startJson([{ shell: "echo written > file" }, { text: "ok" }], "--cwd", repository);
  expect(await run.exited).toBe(0);
  expect(readFileSync(join(repository, "file"), "utf8")).toBe("written\n");
  expect(look()).toEqual(before);
});
