import { basename } from "node:path";
import { expect, test } from "vitest";
import { findLines, readSources } from "./source-files.ts";

const longestLines = 450;
const longestHeaderLines = 4;

const src = readSources("src");
const all = ["src", "test", "scripts", "bench"].flatMap((folder) => readSources(folder));
const srcBut = (...paths: string[]) => src.filter(({ path }) => !paths.includes(path));

test("no file is longer than 450 lines [PKG-1f]", () => {
  const long = all.filter(({ text }) => text.trimEnd().split("\n").length > longestLines);
  expect(long.map(({ path }) => path)).toEqual([]);
});

test("files are named for what they do [PKG-1f]", () => {
  const vague = /^(utils?|helpers?|common|types|misc|shared|index)$/;
  const isBad = (path: string) =>
    path.split("/").some((part) => vague.test(part.replace(/(\.test)?\.ts$/, ""))) ||
    !/^[a-z0-9-]+(\.test)?\.ts$/.test(basename(path));
  expect(all.map(({ path }) => path).filter((path) => path !== "src/index.ts" && isBad(path))).toEqual([]);
});

test("every file of src says first, in one to four lines, what it owns", () => {
  const bad = src.filter(({ text }) => {
    const lines = text.replace(/^#!.*\n/, "").split("\n");
    const header = lines.findIndex((line) => !line.startsWith("//"));
    return header < 1 || header > longestHeaderLines;
  });
  expect(bad.map(({ path }) => path)).toEqual([]);
});

test("only the plugin entry has a default export, because OpenClaw asks for one", () => {
  expect(findLines(srcBut("src/index.ts"), /^export default\b/)).toEqual([]);
});

test("modules keep no state: no let, no collection that could change, no globalThis [PKG-1f]", () => {
  const state = /^(export )?(let|var)\b|^(export )?const \w+(: (?!Readonly)[^=]+)? = new (Weak)?(Map|Set)\b/;
  expect(findLines(src, state)).toEqual([]);
  // OpenClaw loads the entry anew for each instance of the plugin: they find each other by the process.
  expect(findLines(srcBut("src/index.ts"), /\bglobalThis\b/)).toEqual([]);
});

test("node:readline reads only what a person types: it splits protocol lines at U+2028 too", () => {
  const others = src.filter(({ path }) => !path.startsWith("src/hosts/terminal/"));
  expect(findLines(others, /node:readline/)).toEqual([]);
});

test("time comes from the clock that is handed in", () => {
  const time =
    /\b(setTimeout|setInterval|setImmediate)\b|\b(Date|performance)\.now\b|new Date\(\)|node:timers|AbortSignal\.timeout/;
  expect(findLines(srcBut("src/kit/clock.ts"), time)).toEqual([]);
});

test("text from outside is recognised in codex/error-meanings.ts alone", () => {
  const reading = /(message|stderr)\??\.(includes|match|matchAll|startsWith|endsWith|indexOf|search)\(/i;
  const testing = /\.(test|exec)\([\w.?]*(message|stderr)\)|(?<!typeof [\w.]*)(message|stderr) [=!]== ["'`]/i;
  const files = srcBut("src/codex/error-meanings.ts");
  expect([...findLines(files, reading), ...findLines(files, testing)]).toEqual([]);
});

test("JSON is parsed in kit/json.ts alone, which knows how deep is too deep [BORD-4a]", () => {
  expect(findLines(srcBut("src/kit/json.ts"), /\bJSON\.parse\b|\.json\(\)/)).toEqual([]);
});

test("files are read through kit/regular-file.ts, which neither waits for a pipe nor reads a device [BORD-3a]", () => {
  const others = srcBut(
    "src/kit/regular-file.ts",
    // /proc, files that we write ourselves, and the one that opens as carefully by itself.
    "src/process/identity.ts",
    "src/process/detached.ts",
    "src/store/connection.ts",
    "src/store/private-files.ts",
    "src/codex/secret-home-files.ts",
  );
  const reading = /\b(readFile|readFileSync|copyFile|copyFileSync|createReadStream|open|openSync)\b.*node:fs/;
  expect(findLines(others, reading)).toEqual([]);
});

test("only the hosts print", () => {
  expect(findLines(src, /\bconsole\./)).toEqual([]);
  const hosts = /^src\/(hosts\/|terminal\.ts)/;
  const others = src.filter(({ path }) => !hosts.test(path));
  expect(findLines(others, /process\.std(out|err)/)).toEqual([]);
});
