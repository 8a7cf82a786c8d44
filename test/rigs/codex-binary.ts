// Path of the real Codex binary that the development dependencies bring, for contract tests and benchmarks.
import { readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

export function findCodexBinary(): string {
  const shim = createRequire(import.meta.url).resolve("@openai/codex/package.json");
  const platform = `@openai/codex-${process.platform}-${process.arch}/package.json`;
  const vendor = join(dirname(createRequire(shim).resolve(platform)), "vendor");
  const [target] = readdirSync(vendor);
  if (target === undefined) throw new Error(`no binary in ${vendor}`);
  return join(vendor, target, "bin", process.platform === "win32" ? "codex.exe" : "codex");
}
