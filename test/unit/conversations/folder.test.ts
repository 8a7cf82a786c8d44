import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { checkFolder, checkNewFolder } from "../../../src/conversations/folder.ts";
import { makeFolder } from "../../rigs/conversation-rig.ts";

function makeRules() {
  const disk = makeFolder();
  const home = join(disk, "homes", "ann");
  const codexHome = join(home, ".codex");
  const stateDirectory = join(disk, "state");
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
])("%s is forbidden, also through a link [SHOW-4b]", async (_, pick, reason) => {
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
