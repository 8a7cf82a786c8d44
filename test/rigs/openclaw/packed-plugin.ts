// Our package as somebody gets it: packed by npm from the dist that `npm run build` made, and unpacked with what it
// depends on.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface PackedPlugin {
  /** For `openclaw plugins install npm-pack:<tarball>`. */
  tarball: string;
  /** Root of the installed package, for `plugins.load.paths`. */
  folder: string;
  remove(): void;
}

const root = join(import.meta.dirname, "../../..");

/** `version` replaces that of package.json, for tests of an update. */
export function packPlugin(version?: string): PackedPlugin {
  const base = realpathSync(mkdtempSync(join(tmpdir(), "cto-package-")));
  const remove = () => rmSync(base, { recursive: true, force: true });
  const empty = join(base, "installed");
  mkdirSync(empty);
  const tarball = pack(root, base);
  writeFileSync(join(empty, "package.json"), JSON.stringify({ name: "empty", private: true }));
  runNpm(["install", "--prefer-offline", "--no-audit", "--no-fund", tarball], empty);
  const folder = join(empty, "node_modules/openclaw-codex-threads");
  return { tarball: version === undefined ? tarball : packAs(version, folder, base), folder, remove };
}

function packAs(version: string, folder: string, base: string): string {
  runNpm(["pkg", "set", `version=${version}`], folder);
  return pack(folder, base);
}

function pack(folder: string, destination: string): string {
  const told = runNpm(["pack", "--json", "--ignore-scripts", "--pack-destination", destination], folder);
  const [packed] = JSON.parse(told) as [{ filename: string }];
  return join(destination, packed.filename);
}

function runNpm(args: string[], cwd: string): string {
  // Without what npm tells a script about the package that it runs in.
  const told = /^(npm_(package|lifecycle|config_local|config_prefix)|INIT_CWD)/;
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !told.test(name)));
  return execFileSync("npm", args, { cwd, env, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}
