// The checks that npm offers to authors of plugins, on the packed package and against the pinned OpenClaw.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, inject, test } from "vitest";
import { openclawFolder } from "../../scripts/install-openclaw.ts";

const { folder } = inject("plugin");
const out = mkdtempSync(join(tmpdir(), "cto-checks-"));
const openclaw = join(openclawFolder, "node_modules/openclaw");
afterAll(() => rmSync(out, { recursive: true, force: true }));

function check(name: string, ...args: string[]) {
  const program = join(openclawFolder, "node_modules/.bin", name);
  const reports = join(out, name);
  const env = { PATH: process.env.PATH, HOME: out };
  const { status, stdout, stderr } = spawnSync(program, [...args, "--openclaw", openclaw, "--out", reports], {
    cwd: out,
    env,
    encoding: "utf8",
  });
  return { status, told: `${stdout}${stderr}`, reports };
}

// Its mocked SDK mocks zod too, incompletely, so the plugin is loaded with the real one.
test("the plugin inspector finds no breakage and nothing to warn of, with the code loaded [GATE-1b]", () => {
  const args = ["ci", "--plugin-root", folder, "--runtime", "--real-sdk", "--allow-execute"];
  const { status, told, reports } = check("plugin-inspector", ...args);
  expect(told).toMatch(/Status: PASS\nBreakages: 0/);
  expect(status).toBe(0);
  const report = readFileSync(join(reports, "plugin-inspector-issues.md"), "utf8");
  expect(report).toMatch(
    /Live issues +\| 0 +\|[\s\S]*Compat gaps +\| 0 +\|[\s\S]*Deprecation warnings +\| 0 +\|/,
  );
});

test("clawhub takes the package without a finding [GATE-1b]", () => {
  const { status, told } = check("clawhub", "package", "validate", folder);
  expect(told).toMatch(/PASS\nBreakages: 0\nWarnings: 0\nFindings: none/);
  expect(status).toBe(0);
});
