// The package as somebody gets it: packed, and installed into an empty folder. `npm test` has built dist.
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

export const root = join(import.meta.dirname, "../..");
/** Without what npm tells a script about the package that it runs in. */
export const plainEnv = Object.fromEntries(
  Object.entries(process.env).filter(
    ([name]) => !/^(npm_(package|lifecycle|config_local)|INIT_CWD)/.test(name),
  ),
);

/** `files`: what it holds. `packageFolder`: where it is then. */
export function installPacked(folder: string): { files: string[]; packageFolder: string } {
  const pack = ["pack", "--json", "--ignore-scripts", "--pack-destination", folder];
  const told: unknown = JSON.parse(execFileSync("npm", pack, { cwd: root, env: plainEnv, encoding: "utf8" }));
  const [packed] = told as [{ filename: string; files: { path: string }[] }];
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "empty", private: true }));
  const install = ["install", "--prefer-offline", "--no-audit", "--no-fund", join(folder, packed.filename)];
  execFileSync("npm", install, { cwd: folder, env: plainEnv, stdio: ["ignore", "ignore", "pipe"] });
  return {
    files: packed.files.map(({ path }) => path),
    packageFolder: join(folder, "node_modules/openclaw-codex-threads"),
  };
}
