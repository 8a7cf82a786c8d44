import { execFileSync } from "node:child_process";
import { cpSync, existsSync, readFileSync, symlinkSync } from "node:fs";
import { hostname, userInfo } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { findCodex } from "../../../src/process/find-codex.ts";
import { findShim, findVendorBinary } from "../../../src/process/vendor-binary.ts";
import { makeScriptFolder, type ScriptFolder } from "../../rigs/script-folder.ts";
import { until } from "../../rigs/until.ts";

const answers = (version: string) => `#!/bin/sh\necho 'codex-cli ${version}'\n`;
const system = "/usr/bin:/bin";
let folder: ScriptFolder;
beforeEach(() => {
  folder = makeScriptFolder();
});
afterEach(() => folder.remove());

const pathWith = (...names: string[]) => [...names.map((name) => join(folder.path, name)), system].join(":");

/** A package @openai/codex as npm lays it out, for one platform. */
function writePackage(root: string, platform: string, triple: string, program = "codex"): string {
  const packages = `${root}/node_modules/@openai`;
  folder.write(`${packages}/codex/package.json`, '{"name":"@openai/codex"}', 0o644);
  folder.write(`${packages}/codex-${platform}/package.json`, "{}", 0o644);
  folder.write(`${packages}/codex-${platform}/vendor/${triple}/bin/${program}`, answers("0.169.0"));
  return folder.write(
    `${packages}/codex/bin/codex.js`,
    "#!/bin/sh\necho 'Missing optional dependency'; exit 1\n",
  );
}
const hostPlatform = `${process.platform}-${process.arch}`;
const hostTriple = `${process.arch === "arm64" ? "aarch64" : "x86_64"}-${process.platform === "darwin" ? "apple-darwin" : "unknown-linux-musl"}`;

test("the setting comes before PATH, and PATH before the package [SRV-3a]", async () => {
  const setting = folder.write("set/my-codex", answers("0.160.0"));
  const onPath = folder.write("bin/codex", answers("0.150.1-beta.2"));
  const env = { PATH: pathWith("bin") };
  expect(await findCodex({ setting, env })).toEqual({ path: setting, version: "0.160.0", source: "setting" });
  expect(await findCodex({ env })).toEqual({ path: onPath, version: "0.150.1-beta.2", source: "path" });
  const { source, path } = await findCodex({ env: { PATH: system } });
  expect(source).toBe("package");
  expect(path).toMatch(/vendor.*bin.codex$/);
});

test("a setting that leads nowhere is an error that names it, though a good codex is on PATH", async () => {
  folder.write("bin/codex", answers("0.160.0"));
  const setting = join(folder.path, "gone");
  await expect(findCodex({ setting, env: { PATH: pathWith("bin") } })).rejects.toMatchObject({
    code: "codex-not-found",
    details: { searched: expect.stringContaining(setting) },
  });
});

test("PATH: what is not executable, a folder, and relative entries are passed over, as a careful shell does", async () => {
  folder.write("plain/codex", "text", 0o644);
  folder.write("folder/codex/file", "");
  const good = folder.write("good/codex", answers("0.160.0"));
  const PATH = `.:node_modules/.bin::${pathWith("plain", "folder", "good")}`;
  expect(await findCodex({ env: { PATH } })).toMatchObject({ path: good, source: "path" });
});

test("the native binary behind a linked npm shim is taken instead of the shim [SRV-3b]", async () => {
  const shim = writePackage("lib", hostPlatform, hostTriple);
  const link = join(folder.path, "codex");
  symlinkSync(shim, link);
  expect(await findCodex({ env: { PATH: pathWith(".") } })).toEqual({
    path: join(folder.path, `lib/node_modules/@openai/codex-${hostPlatform}/vendor/${hostTriple}/bin/codex`),
    version: "0.169.0",
    source: "path",
    shim: link,
  });
});

test("a shim without its platform package says itself what is missing", async () => {
  const shim = folder.write(
    "lib/bin/codex.js",
    "#!/bin/sh\necho 'Missing optional dependency' >&2; exit 1\n",
  );
  await expect(findCodex({ setting: shim, env: { PATH: system } })).rejects.toMatchObject({
    code: "codex-unusable",
    details: { path: shim, answer: "Missing optional dependency" },
  });
});

test.each([
  ["linux", "x64", "linux-x64", "x86_64-unknown-linux-musl", "codex"],
  ["linux", "arm64", "linux-arm64", "aarch64-unknown-linux-musl", "codex"],
  ["darwin", "x64", "darwin-x64", "x86_64-apple-darwin", "codex"],
  ["darwin", "arm64", "darwin-arm64", "aarch64-apple-darwin", "codex"],
  ["win32", "x64", "win32-x64", "x86_64-pc-windows-msvc", "codex.exe"],
  ["win32", "arm64", "win32-arm64", "aarch64-pc-windows-msvc", "codex.exe"],
] as const)("%s %s: the vendor binary is found beside the shim", (platform, arch, name, triple, program) => {
  const shim = writePackage("lib", name, triple, program);
  const expected = `lib/node_modules/@openai/codex-${name}/vendor/${triple}/bin/${program}`;
  expect(findVendorBinary(shim, platform, arch)).toBe(join(folder.path, expected));
  expect(findVendorBinary(shim, platform, "mips")).toBeUndefined();
});

test.each([
  ["npm's codex.cmd", "codex.cmd", '"%_prog%"  "%dp0%\\node_modules\\@openai\\codex\\bin\\codex.js" %*'],
  ["a local codex.cmd", "node_modules/.bin/codex.cmd", '@"%~dp0\\..\\@openai\\codex\\bin\\codex.js" %*'],
  [
    "pnpm's shell script",
    "node_modules/.bin/codex",
    'exec node  "$basedir/../@openai/codex/bin/codex.js" "$@"',
  ],
])("%s leads to codex.js", (_, name, text) => {
  const shim = writePackage(".", "linux-x64", "x86_64-unknown-linux-musl");
  expect(findShim(folder.write(name, text))).toBe(shim);
});

test("a codex older than 0.149.0 is named with what it is and what is needed [SRV-3c]", async () => {
  const old = folder.write("bin/codex", answers("0.99.12"));
  await expect(findCodex({ env: { PATH: pathWith("bin") } })).rejects.toMatchObject({
    code: "codex-too-old",
    details: { found: "0.99.12", path: old, minimum: "0.149.0" },
  });
  folder.write("bin/codex", answers("0.149.0"));
  expect(await findCodex({ env: { PATH: pathWith("bin") } })).toMatchObject({ version: "0.149.0" });
});

test.each([
  ["nonsense", "#!/bin/sh\necho codex the barbarian\n", 0o755, "codex the barbarian"],
  ["a crash", "#!/bin/sh\necho codex-cli 0.169.0; echo boom >&2; exit 3\n", 0o755, "codex-cli 0.169.0"],
  ["silence", "#!/bin/sh\nexit 3\n", 0o755, "nothing, and ended with 3"],
  ["a long speech", `#!/bin/sh\necho ${"x".repeat(500)}\n`, 0o755, "x".repeat(200)],
  ["a file that cannot be run", "text", 0o644, "EACCES"],
])("%s is not codex", async (_, text, mode, answer) => {
  const setting = folder.write("bin/thing", text, mode);
  await expect(findCodex({ setting, env: { PATH: system } })).rejects.toMatchObject({
    code: "codex-unusable",
    details: { path: setting, answer },
  });
});

test("where there is none at all, the places looked at are told; a folder named besides is looked at too [SRV-3a SRV-3c]", async () => {
  // Our own package brings codex along: a copy elsewhere does not see it.
  const source = new URL("../../../src/", import.meta.url).pathname;
  for (const part of ["errors.ts", "kit", "process"]) {
    cpSync(join(source, part), join(folder.path, "src", part), { recursive: true });
  }
  const program = folder.write(
    "ask.ts",
    `import { findCodex } from "./src/process/find-codex.ts";
    const packageRoots = process.argv.slice(2);
    const { code, details, source } = await findCodex({ env: { PATH: "/a/bin:/b" }, packageRoots }).catch((error) => error);
    process.stdout.write(JSON.stringify({ code, details, source }));`,
  );
  const ask = (root: string) =>
    JSON.parse(execFileSync(process.execPath, [program, root], { encoding: "utf8" }));
  expect(ask("/c")).toEqual({
    code: "codex-not-found",
    details: {
      searched: "PATH (/a/bin:/b), the npm package @openai/codex",
      machine: hostname(),
      user: userInfo().username,
    },
  });
  writePackage("plugin", hostPlatform, hostTriple);
  expect(ask(join(folder.path, "plugin"))).toEqual({ source: "package" });
});

test("no secret of ours reaches the program that is asked", async () => {
  const setting = folder.write("bin/codex", `#!/bin/sh\nenv > ${folder.path}/seen\necho codex-cli 0.169.0\n`);
  await findCodex({ setting, env: { PATH: system, OPENAI_API_KEY: "sk-secret", HOME: "/home/person" } });
  expect(readFileSync(join(folder.path, "seen"), "utf8")).not.toMatch(/secret|person/);
});

test("an abort ends the question and what was asked", async () => {
  const setting = folder.write("bin/codex", `#!/bin/sh\n: > ${folder.path}/asked\nexec sleep 300\n`);
  const stop = new AbortController();
  const found = findCodex({ setting, env: { PATH: system }, signal: stop.signal });
  await Promise.all([
    expect(found).rejects.toMatchObject({ code: "cancelled" }),
    until(() => existsSync(join(folder.path, "asked"))).then(() => stop.abort()),
  ]);
});
