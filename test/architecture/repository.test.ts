import { homedir } from "node:os";
import { expect, test } from "vitest";
import { findLines, readSources, root } from "./source-files.ts";

const files = readSources("", [".ts", ".json", ".md", ".sh", "run", ".gitignore", "LICENSE"]);
const read = (path: string): string => files.find((file) => file.path === path)?.text ?? "";

interface Package {
  type: string;
  engines: { node: string };
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
  overrides: Record<string, string>;
  allowScripts?: Record<string, boolean>;
}
interface Locked {
  hasInstallScript?: boolean;
  resolved?: string;
  optionalDependencies?: Record<string, string>;
}

const facts: Package = JSON.parse(read("package.json"));
const locked: Record<string, Locked> = JSON.parse(read("package-lock.json")).packages;
const direct = { ...facts.dependencies, ...facts.devDependencies };

test("the package is ESM and says which Node it needs [PKG-1a]", () => {
  expect(facts).toMatchObject({ type: "module", engines: { node: ">=24.16" } });
});

test("dependencies are pinned exactly [PKG-1c]", () => {
  const loose = Object.entries({ ...direct, ...facts.overrides }).filter(
    ([, range]) => !/^\d+\.\d+\.\d+$/.test(range),
  );
  expect(loose).toEqual([]);
  expect(facts.devDependencies["@vitest/coverage-v8"]).toBe(facts.devDependencies.vitest);
});

test("the lock file names every optional part of every package: without one npm ci refuses [PKG-1c]", () => {
  const missing = Object.entries(locked).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies)
      .filter((name) => !(`node_modules/${name}` in locked) && !(`${path}/node_modules/${name}` in locked))
      .map((name) => `${path}: ${name}`),
  );
  expect(missing).toEqual([]);
});

test("install scripts run only where package.json says so [PKG-1c]", () => {
  const scripted = Object.entries(locked).filter(([, entry]) => entry.hasInstallScript === true);
  const names = scripted.map(([path]) => path.replace(/^.*node_modules\//, ""));
  expect(Object.keys(facts.allowScripts ?? {}).sort()).toEqual(names.sort());
});

test("each dependency has its reason in docs/decisions", () => {
  const reasons = files.filter(({ path }) => path.startsWith("docs/decisions/")).map(({ text }) => text);
  const unnamed = Object.keys(direct).filter((name) => !reasons.some((text) => text.includes(`\`${name}\``)));
  expect(unnamed).toEqual([]);
});

test("no registry host, no path of somebody's machine", () => {
  expect(findLines(files, /registry\.[a-z]|"resolved": +"http/i)).toEqual([]);
  // Tests invent homes; outside of them no home has a business at all.
  const untested = files.filter(({ path }) => !path.startsWith("test/"));
  expect(findLines(untested, /(?<![\w.:/])\/(root|home|Users|work)\/\w/)).toEqual([]);
  const own = files.filter(({ text }) => text.includes(`${root}/`) || text.includes(`${homedir()}/`));
  expect(own.map(({ path }) => path)).toEqual([]);
});
