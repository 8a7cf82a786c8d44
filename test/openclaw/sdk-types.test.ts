// What src/hosts/openclaw/sdk.ts takes the SDK to be, held by the compiler against the pinned OpenClaw's declarations.
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { openclawFolder } from "../../scripts/install-openclaw.ts";

const root = join(import.meta.dirname, "../..");
const run = promisify(execFile);

async function compile(file: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "cth-sdk-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const config = {
    extends: join(root, "tsconfig.json"),
    compilerOptions: {
      module: "ESNext",
      moduleResolution: "bundler",
      // OpenClaw's own declarations are written without it.
      exactOptionalPropertyTypes: false,
      typeRoots: [join(root, "node_modules/@types")],
      paths: { "openclaw/*": [join(openclawFolder, "node_modules/openclaw/dist/*")] },
    },
    include: [],
    exclude: [],
    files: [file],
  };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  return run(process.execPath, [tsc, "-p", folder], { cwd: root }).then(
    () => "",
    ({ stdout }: { stdout: string }) => stdout,
  );
}

test("what we use of the SDK is what the pinned OpenClaw declares [GATE-13a]", async () => {
  expect(await compile(join(import.meta.dirname, "sdk-types.ts"))).toBe("");
});

test("the compiler really looks: what OpenClaw does not declare is found [GATE-13a]", async () => {
  const folder = mkdtempSync(join(tmpdir(), "cth-sdk-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, "wrong.ts");
  writeFileSync(
    file,
    `import type { OpenClawPluginApi } from "openclaw/plugin-sdk/plugin-entry";
export const wrong = (real: OpenClawPluginApi): { registerNothing(): void } => real;\n`,
  );
  expect(await compile(file)).toContain("registerNothing");
});
