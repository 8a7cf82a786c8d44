// Finds the codex program of this machine: the setting, then PATH, then the npm package. Starts nothing but `--version`.
import { accessSync, constants, existsSync, statSync } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";
import { fileURLToPath } from "node:url";
import { BridgeError } from "../errors.ts";
import { readCodexVersion } from "./codex-version.ts";
import { readThisMachine } from "./this-machine.ts";
import { findShim, findVendorBinary, resolvePackage } from "./vendor-binary.ts";

export interface CodexBinary {
  /** What to start. */
  path: string;
  version: string;
  source: "setting" | "path" | "package";
  /** The npm shim that was found and that `path` replaces. */
  shim?: string;
}

interface FindCodexOptions {
  /** The setting `codexBinary`; when given, nothing else is looked at. */
  setting?: string;
  env: Readonly<NodeJS.ProcessEnv>;
  platform?: NodeJS.Platform;
  /** Folders from which the package @openai/codex is resolved besides our own. */
  packageRoots?: readonly string[];
  signal?: AbortSignal;
}

/**
 * The first codex found is the one: a bad one is an error that names it, never a reason to take another silently.
 * Throws `codex-not-found` {searched, machine, user}, `codex-too-old`, `codex-unusable`, `cancelled`.
 */
export async function findCodex(options: FindCodexOptions): Promise<CodexBinary> {
  const { env, platform = process.platform, signal } = options;
  const { program, source } = findProgram(options, platform);
  const shim = findShim(program);
  // Without its platform package the shim itself is asked: it says best what is missing.
  const path = (shim && findVendorBinary(shim, platform, process.arch)) ?? program;
  const version = await readCodexVersion(path, env, signal);
  return { path, version, source, ...(shim === undefined || path === program ? {} : { shim: program }) };
}

function findProgram(
  { setting, env, packageRoots = [] }: FindCodexOptions,
  platform: NodeJS.Platform,
): { program: string; source: CodexBinary["source"] } {
  if (setting !== undefined) {
    if (!existsSync(setting)) throw notFound(`the setting codexBinary (${setting})`);
    return { program: setting, source: "setting" };
  }
  const folders = readPathFolders(env, platform);
  const onPath = folders
    .flatMap((folder) => programNames(platform).map((name) => join(folder, name)))
    .find((file) => isProgram(file));
  if (onPath !== undefined) return { program: onPath, source: "path" };

  const origins = [fileURLToPath(import.meta.url), ...packageRoots.map((root) => join(root, "package.json"))];
  for (const origin of origins) {
    const folder = resolvePackage(origin, "@openai/codex");
    if (folder !== undefined) return { program: join(folder, "bin", "codex.js"), source: "package" };
  }
  throw notFound(`PATH (${folders.join(delimiter) || "empty"}), the npm package @openai/codex`);
}

/** Only absolute entries: a relative one would let the working directory decide what is started. */
function readPathFolders(env: Readonly<NodeJS.ProcessEnv>, platform: NodeJS.Platform): string[] {
  const name = Object.keys(env).find((key) => (platform === "win32" ? key.toUpperCase() : key) === "PATH");
  const value = name === undefined ? undefined : env[name];
  return (value ?? "").split(platform === "win32" ? ";" : ":").filter((folder) => isAbsolute(folder));
}

function programNames(platform: NodeJS.Platform): string[] {
  return platform === "win32" ? ["codex.exe", "codex.cmd"] : ["codex"];
}

/** What a shell would start: a file with the executable bit. */
function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

function notFound(searched: string): BridgeError {
  return new BridgeError("codex-not-found", "codex was not found", { searched, ...readThisMachine() });
}
