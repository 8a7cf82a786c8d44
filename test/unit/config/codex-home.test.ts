import { expect, test } from "vitest";
import { chooseCodexHome } from "../../../src/config/codex-home.ts";

test("setting, then environment, then home; a blank CODEX_HOME is none [S0-19]", () => {
  const choose = (setting: string | undefined, CODEX_HOME?: string) =>
    chooseCodexHome(setting, CODEX_HOME === undefined ? {} : { CODEX_HOME }, "/home/ann");
  expect(choose("/set", "/env")).toBe("/set");
  expect(choose(undefined, " /env ")).toBe("/env");
  for (const blank of [undefined, "", "  "]) expect(choose(undefined, blank)).toBe("/home/ann/.codex");
});
