// The packed package as somebody gets it: in an empty folder, with no OpenClaw beside it. `npm test` has built dist.
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { installPacked, plainEnv, root } from "../rigs/packed-install.ts";

const folder = mkdtempSync(join(tmpdir(), "cts-package-"));
const bin = join(folder, "node_modules/.bin/codex-threads");
const facts = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
let packed: string[] = [];
let packageFolder: string;

beforeAll(() => {
  ({ files: packed, packageFolder } = installPacked(folder));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(command: string, args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd: folder,
    env: plainEnv,
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}

test("it holds what runs and what describes it, and nothing else [PKG-1d]", () => {
  const described = [
    "CHANGELOG.md",
    "LICENSE",
    "README.md",
    "openclaw.plugin.json",
    "package.json",
    "plugin.manifest.json",
  ];
  expect(packed.filter((path) => !path.startsWith("dist/")).sort()).toEqual(described);
  expect(packed).toEqual(expect.arrayContaining(["dist/index.js", "dist/codex-threads.js"]));
  expect(packed.filter((path) => path.startsWith("dist/") && !path.endsWith(".js"))).toEqual([]);
});

test("it brings no OpenClaw and no Codex, and says which it is [PKG-1e]", () => {
  const installed = readdirSync(join(folder, "node_modules"));
  expect(installed.filter((name) => name === "openclaw" || name === "@openai")).toEqual([]);
  expect(existsSync(join(packageFolder, "dist/codex-threads.js"))).toBe(true);
  expect(run(bin, ["--version"])).toEqual({ status: 0, stdout: `${facts.version}\n`, stderr: "" });
});

test("--help names the commands, an unknown one is refused on stderr [PKG-1e]", () => {
  const help = run(bin, ["--help"]);
  expect(help).toMatchObject({ status: 0, stderr: "" });
  for (const command of ["codex-threads chat", "codex-threads turn"]) expect(help.stdout).toContain(command);
  const wrong = run(bin, ["caht"]);
  expect(wrong).toMatchObject({ status: 2, stdout: "" });
  expect(wrong.stderr).toContain("`chat`");
});

/** Prints every file that is loaded with the one it is given. */
const loadAlone = `
  import { registerHooks } from "node:module";
  import { pathToFileURL } from "node:url";
  registerHooks({ load: (url, context, next) => { if (!url.startsWith("node:")) console.log(url); return next(url, context); } });
  await import(pathToFileURL(process.argv[1]).href);
`;

test("the plugin entry is one file, with the licences of what is in it [PKG-1g]", () => {
  const entry = readFileSync(join(packageFolder, "dist/index.js"), "utf8");
  // OpenClaw runs a copy of it, and may have removed that when something is needed later.
  const copy = join(realpathSync(mkdtempSync(join(folder, "copy-"))), "index.mjs");
  writeFileSync(copy, entry);
  const loaded = run(process.execPath, ["--input-type=module", "--eval", loadAlone, copy]);
  expect(loaded).toEqual({ status: 0, stdout: `${pathToFileURL(copy).href}\n`, stderr: "" });
  // In a comment of zod's stands one of nothing.
  const later = [...entry.matchAll(/\bimport\((.+?)\)/g)].map(([, what]) => what);
  // The parts of OpenClaw's SDK, which are loaded by name when its service starts.
  expect(later).toEqual([expect.not.stringContaining('"')]);
  for (const name of ["zod", "ws", "p-queue", "nanoid"]) expect(entry).toContain(`/*! ${name}\n`);
});

test("the plugin entry loads without OpenClaw and starts nothing by itself [PKG-1e]", () => {
  const script =
    'const { default: entry } = await import("openclaw-codex-threads"); console.log(entry.id, typeof entry.register);';
  const loaded = run(process.execPath, ["--input-type=module", "--eval", script]);
  expect(loaded).toEqual({ status: 0, stdout: "codex-threads function\n", stderr: "" });
});

test("what npm start opens serves a newcomer by pipe: a thread, a message, the demo's reply [PKG-2a TERM-18a]", () => {
  expect(facts.scripts.start).toBe("tsup --silent && node dist/codex-threads.js chat");
  const [home, project] = [join(folder, "home"), join(folder, "project")];
  mkdirSync(home);
  mkdirSync(project);
  const { status, stdout, stderr } = spawnSync(bin, ["chat"], {
    cwd: project,
    env: { PATH: [join(root, "node_modules/.bin"), plainEnv.PATH].join(delimiter), HOME: home },
    input: "/cx new\nhello\n",
    encoding: "utf8",
  });
  expect(stdout, stderr).toContain("scripted demo model");
  expect(stderr).toMatch(/^Demo: .*`codex login`/m);
  expect(status).toBe(0);
  expect(readdirSync(project)).toEqual([]);
  expect(readdirSync(home)).toEqual([".local"]);
});

test("on an older Node the bin says in one sentence which one it needs [PKG-1b]", () => {
  const [node, ...args] = findOldNode() ?? buildPretender();
  const refused = run(node, [...args, join(packageFolder, "dist/codex-threads.js"), "--version"]);
  expect(refused).toMatchObject({ status: 1, stdout: "" });
  expect(refused.stderr).toMatch(
    /^codex-threads needs Node 24\.16 or newer, this is \d+\.\d+\.\d+: [^.\n]+\.\n$/,
  );
});

/** The machine's own Node where it is old enough to be refused. */
function findOldNode(): [string] | undefined {
  for (const directory of (process.env.PATH ?? "").split(delimiter)) {
    const node = join(directory, "node");
    const [major = 0, minor = 0] = run(node, ["--print", "process.versions.node"])
      .stdout?.split(".")
      .map(Number) ?? [0, 0];
    if (major > 0 && (major < 24 || (major === 24 && minor < 16))) return [node];
  }
  return undefined;
}

/** Where there is no old Node: ours, telling a lie. */
function buildPretender(): [string, ...string[]] {
  const lie = join(folder, "lie.mjs");
  const versions = "{ ...process.versions, node: '20.19.0' }";
  writeFileSync(lie, `Object.defineProperty(process, "versions", { value: ${versions} });\n`);
  return [process.execPath, "--import", lie];
}
