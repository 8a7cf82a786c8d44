import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { prepareDemoHome } from "../../../src/demo/demo-home.ts";

let base: string;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), "demo-home-"));
});
afterEach(() => rmSync(base, { recursive: true }));

const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);

test("a new home is private and points at the model", async () => {
  const { codexHome } = await prepareDemoHome(join(base, "a", "demo"), "http://127.0.0.1:1/v1");
  expect(modeOf(codexHome)).toBe("700");
  const config = join(codexHome, "config.toml");
  expect(modeOf(config)).toBe("600");
  const text = readFileSync(config, "utf8");
  for (const line of ['model = "scripted-demo"', 'model_provider = "demo"', "plugins = false"]) {
    expect(text).toContain(line);
  }
  expect(text).toContain("check_for_update_on_startup = false");
  expect(text).toContain('base_url = "http://127.0.0.1:1/v1"');
});

test("the next start points at the new port and leaves the sessions", async () => {
  const { codexHome } = await prepareDemoHome(join(base, "demo"), "http://127.0.0.1:1/v1");
  mkdirSync(join(codexHome, "sessions"));
  await prepareDemoHome(codexHome, "http://127.0.0.1:2/v1");
  expect(readFileSync(join(codexHome, "config.toml"), "utf8")).toContain("127.0.0.1:2");
  expect(readdirSync(codexHome).sort()).toEqual([".codex-threads-demo", "config.toml", "sessions"]);
});

test("a folder of somebody else stays as it is", async () => {
  writeFileSync(join(base, "config.toml"), "theirs");
  await expect(prepareDemoHome(base, "http://x")).rejects.toMatchObject({ code: "folder-forbidden" });
  expect(readFileSync(join(base, "config.toml"), "utf8")).toBe("theirs");
  expect(readdirSync(base)).toEqual(["config.toml"]);
});

test("a link is not followed: neither as the folder, nor as its marker, nor as its config", async () => {
  const theirs = join(base, "theirs.toml");
  writeFileSync(theirs, "theirs");
  symlinkSync(base, join(base, "link"));
  await expect(prepareDemoHome(join(base, "link"), "http://x")).rejects.toMatchObject({
    code: "folder-not-a-directory",
  });
  mkdirSync(join(base, "marked"));
  symlinkSync(theirs, join(base, "marked", ".codex-threads-demo"));
  await expect(prepareDemoHome(join(base, "marked"), "http://x")).rejects.toMatchObject({
    code: "folder-forbidden",
  });
  const { codexHome } = await prepareDemoHome(join(base, "demo"), "http://x");
  rmSync(join(codexHome, "config.toml"));
  symlinkSync(theirs, join(codexHome, "config.toml"));
  await prepareDemoHome(codexHome, "http://y");
  expect(readFileSync(theirs, "utf8")).toBe("theirs");
});

test("a file in the place of the folder is named as such", async () => {
  writeFileSync(join(base, "file"), "theirs");
  for (const place of [join(base, "file"), join(base, "file", "below")]) {
    await expect(prepareDemoHome(place, "http://x")).rejects.toMatchObject({
      code: "folder-not-a-directory",
    });
  }
});
