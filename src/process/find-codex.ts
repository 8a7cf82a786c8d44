// Finds the codex program of this machine: the setting, then PATH, then the npm package; of the latter two only one that
// nobody else and no turn can have put there. Starts nothing but `--version`.
import { accessSync, constants, existsSync, statSync } from "node:fs";
import { delimiter, isAbsolute, join, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { BridgeError } from "../errors.ts";
import { isWritten } from "../kit/real-place.ts";
import { readCodexVersion } from "./codex-version.ts";
import { findDistrust, findWorkspaces } from "./program-trust.ts";
import { readThisMachine } from "./this-machine.ts";
import { findShim, findVendorBinary, resolvePackage } from "./vendor-binary.ts";

export interface CodexBinary {
  /** What to start. */
  path: string;
  version: string;
  source: "setting" | "path" | "package";
  /** The npm shim that was found and that `path` replaces. */
  shim?: string;
  /** Programs called codex that were not taken, each with why. */
  skipped?: readonly string[];
  /** Why the one of the setting would not have been taken without it. */
  doubt?: string;
}

interface FindCodexOptions {
  /** The setting `codexBinary`; when given, nothing else is looked at. */
  setting?: string;
  env: Readonly<NodeJS.ProcessEnv>;
  platform?: NodeJS.Platform;
  /** Folders from which the package @openai/codex is resolved besides our own. */
  packageRoots?: readonly string[];
  /** Folders that turns may write: nothing is taken out of them. */
  workspaces?: readonly string[];
  signal?: AbortSignal;
}

interface Found {
  program: string;
  source: CodexBinary["source"];
  /** What to start. */
  path: string;
}

/**
 * The first codex that may be taken is the one: a bad one is an error that names it, never a reason to take another
 * silently. Throws `codex-not-found` {searched, skipped?, machine, user}, `codex-too-old`, `codex-unusable`, `cancelled`.
 */
export async function findCodex(options: FindCodexOptions): Promise<CodexBinary> {
  const { setting, env, platform = process.platform, signal } = options;
  const workspaces = await findWorkspaces(options.workspaces ?? []);
  const skipped: string[] = [];
  const distrust = async ({ program, path }: Found) =>
    (await findDistrust(program, workspaces, platform)) ?? (await findDistrust(path, workspaces, platform));
  const take = async ({ program, source, path }: Found, doubt?: string): Promise<CodexBinary> => ({
    path,
    version: await readCodexVersion(path, env, signal),
    source,
    ...(path === program ? {} : { shim: program }),
    ...(skipped.length > 0 ? { skipped } : {}),
    ...(doubt === undefined ? {} : { doubt }),
  });
  if (setting !== undefined) {
    if (!existsSync(setting)) throw notFound(`the setting codexBinary (${setting})`, []);
    const found = findBinary(setting, "setting", platform);
    // It was named: whoever did it is told.
    return take(found, await distrust(found));
  }
  for (const found of findOnPath(env, platform, skipped)) {
    const why = await distrust(found);
    if (why === undefined) return take(found);
    skipped.push(`${found.program} (${why})`);
  }
  for (const found of findPackages(options.packageRoots ?? [], platform)) {
    const why = isOurTree(found) ? undefined : await distrust(found);
    if (why === undefined) return take(found);
    skipped.push(`${found.program} (${why})`);
  }
  const searched = readPathFolders(env, platform).filter((folder) => isAbsolute(folder));
  throw notFound(`PATH (${searched.join(delimiter) || "empty"}), the npm package @openai/codex`, skipped);
}

function findBinary(program: string, source: CodexBinary["source"], platform: NodeJS.Platform): Found {
  const shim = findShim(program);
  // Without its platform package the shim itself is asked: it says best what is missing.
  const path = (shim && findVendorBinary(shim, platform, process.arch)) ?? program;
  return { program, source, path };
}

/** A relative entry, and an empty one, would let the working directory decide what is started. */
function* findOnPath(env: Readonly<NodeJS.ProcessEnv>, platform: NodeJS.Platform, skipped: string[]) {
  for (const folder of readPathFolders(env, platform)) {
    for (const file of programNames(platform).map((name) => join(folder, name))) {
      if (!isProgram(file)) continue;
      if (isAbsolute(folder)) yield findBinary(file, "path", platform);
      else skipped.push(`${file} (PATH has the relative entry "${folder}")`);
    }
  }
}

function* findPackages(roots: readonly string[], platform: NodeJS.Platform) {
  for (const origin of [ownFile(), ...roots.map((root) => join(root, "package.json"))]) {
    const folder = resolvePackage(origin, "@openai/codex");
    if (folder !== undefined) yield findBinary(join(folder, "bin", "codex.js"), "package", platform);
  }
}

/** The package that was installed with us: who can write it can write us. */
function isOurTree({ program }: Found): boolean {
  const at = program.lastIndexOf(`${sep}node_modules${sep}@openai${sep}`);
  return at > 0 && isWritten(ownFile(), program.slice(0, at));
}

function ownFile(): string {
  return fileURLToPath(import.meta.url);
}

function readPathFolders(env: Readonly<NodeJS.ProcessEnv>, platform: NodeJS.Platform): string[] {
  const name = Object.keys(env).find((key) => (platform === "win32" ? key.toUpperCase() : key) === "PATH");
  const value = name === undefined ? undefined : env[name];
  return value === undefined ? [] : value.split(platform === "win32" ? ";" : ":");
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

function notFound(searched: string, skipped: readonly string[]): BridgeError {
  return new BridgeError("codex-not-found", "codex was not found", {
    searched,
    ...(skipped.length > 0 ? { skipped: skipped.join("; ") } : {}),
    ...readThisMachine(),
  });
}
