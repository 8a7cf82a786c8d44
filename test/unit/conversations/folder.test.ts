import { mkdirSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { checkFolder, checkNewFolder, checkTurnFolder } from "../../../src/conversations/folder.ts";
import { makeFolder } from "../../rigs/conversation-rig.ts";

function makeRules() {
  const disk = makeFolder();
  const home = join(disk, "homes", "ann");
  const codexHome = join(home, ".codex");
  const stateDirectory = join(disk, "var", "state");
  const base = join(home, "projects");
  for (const folder of [
    codexHome,
    stateDirectory,
    base,
    join(codexHome, "..odd"),
    join(codexHome, "sessions"),
  ]) {
    mkdirSync(folder, { recursive: true });
  }
  return { disk, home, codexHome, stateDirectory, base };
}

test("a folder is given as its real path; a relative one is taken from the base", async () => {
  const rules = makeRules();
  mkdirSync(join(rules.base, "one"));
  symlinkSync(join(rules.base, "one"), join(rules.base, "link"));
  expect(await checkNewFolder("one", rules)).toBe(join(rules.base, "one"));
  expect(await checkNewFolder("link", rules)).toBe(join(rules.base, "one"));
  expect(await checkNewFolder(rules.base, rules)).toBe(rules.base);
});

test.each<[string, (rules: ReturnType<typeof makeRules>) => string, string]>([
  ["the disk", () => "/", "whole"],
  ["the home", ({ home }) => home, "whole"],
  ["what holds the home", ({ home }) => join(home, ".."), "whole"],
  ["CODEX_HOME", ({ codexHome }) => codexHome, "own"],
  ["inside CODEX_HOME", ({ codexHome }) => join(codexHome, "sessions"), "own"],
  ["inside CODEX_HOME, with dots in front", ({ codexHome }) => join(codexHome, "..odd"), "own"],
  ["our state", ({ stateDirectory }) => stateDirectory, "own"],
  ["what holds our state", ({ stateDirectory }) => join(stateDirectory, ".."), "holds"],
])("%s is forbidden, also through a link [SHOW-4b BORD-1a]", async (_, pick, reason) => {
  const rules = makeRules();
  const forbidden = { code: "folder-forbidden", details: { reason } };
  await expect(checkNewFolder(pick(rules), rules)).rejects.toMatchObject(forbidden);
  symlinkSync(pick(rules), join(rules.base, "link"));
  await expect(checkNewFolder("link", rules)).rejects.toMatchObject(forbidden);
});

test("missing folders and files are told apart [SHOW-4b]", async () => {
  const rules = makeRules();
  writeFileSync(join(rules.base, "file"), "");
  await expect(checkNewFolder("nothing", rules)).rejects.toMatchObject({ code: "folder-missing" });
  await expect(checkFolder("")).rejects.toMatchObject({ code: "folder-missing" });
  await expect(checkNewFolder("file", rules)).rejects.toMatchObject({ code: "folder-not-a-directory" });
});

test("a turn works in the folder that was bound, and in no link that took its place [BORD-1b]", async () => {
  const bounds = makeRules();
  const { base } = bounds;
  const cwd = join(base, "one");
  for (const name of ["one", "two"]) mkdirSync(join(base, name));
  symlinkSync(cwd, join(base, "link"));
  const ours = { cwd, requested: { sandbox: "workspace-write" } };
  const theirs = { cwd, requested: {} };
  for (const bound of [ours, theirs]) expect(await checkTurnFolder({ bounds }, bound, cwd)).toBe(cwd);
  // A thread of a terminal may have been opened by a link; it was bound with where that led.
  expect(await checkTurnFolder({ bounds }, theirs, join(base, "link"))).toBe(cwd);
  renameSync(cwd, join(base, "moved"));
  for (const target of ["two", "moved"]) {
    symlinkSync(join(base, target), cwd);
    for (const bound of [ours, theirs]) {
      await expect(checkTurnFolder({ bounds }, bound, cwd)).rejects.toMatchObject({
        code: "folder-replaced",
        details: { folder: cwd },
      });
      await expect(checkTurnFolder({ bounds }, bound, join(base, "link"))).rejects.toMatchObject({
        code: "folder-replaced",
      });
    }
    renameSync(cwd, join(base, `was-${target}`));
  }
});

test("our state may come to lie in the folder of a thread of ours: then it is refused; a resumed thread keeps its own [BORD-1a BORD-1b]", async () => {
  const rules = makeRules();
  const cwd = join(rules.base, "one");
  mkdirSync(cwd);
  const ours = { cwd, requested: { sandbox: "read-only" } };
  expect(await checkTurnFolder({ bounds: rules }, ours, cwd)).toBe(cwd);
  const bounds = { ...rules, codexHome: join(cwd, ".codex") };
  const holds = { code: "folder-forbidden", details: { reason: "holds" } };
  await expect(checkTurnFolder({ bounds }, ours, cwd)).rejects.toMatchObject(holds);
  const resumed = { cwd: rules.home, requested: {} };
  expect(await checkTurnFolder({ bounds }, resumed, rules.home)).toBe(rules.home);
});
