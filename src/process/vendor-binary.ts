// From the npm shim of codex to the native binary that it would start. The shim costs 85 ms per start and swallows signals.

import { existsSync, realpathSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join, resolve } from "node:path";
import { readRegularFileSync } from "../kit/regular-file.ts";

/** Rust target and npm platform package, as bin/codex.js of @openai/codex 0.169 has them. */
const targets: Readonly<Record<string, { triple: string; packageName: string }>> = {
  "linux-x64": { triple: "x86_64-unknown-linux-musl", packageName: "@openai/codex-linux-x64" },
  "linux-arm64": { triple: "aarch64-unknown-linux-musl", packageName: "@openai/codex-linux-arm64" },
  "android-x64": { triple: "x86_64-unknown-linux-musl", packageName: "@openai/codex-linux-x64" },
  "android-arm64": { triple: "aarch64-unknown-linux-musl", packageName: "@openai/codex-linux-arm64" },
  "darwin-x64": { triple: "x86_64-apple-darwin", packageName: "@openai/codex-darwin-x64" },
  "darwin-arm64": { triple: "aarch64-apple-darwin", packageName: "@openai/codex-darwin-arm64" },
  "win32-x64": { triple: "x86_64-pc-windows-msvc", packageName: "@openai/codex-win32-x64" },
  "win32-arm64": { triple: "aarch64-pc-windows-msvc", packageName: "@openai/codex-win32-arm64" },
};

/** Launch scripts that package managers write are small; the native binary is not read. */
const longestScriptBytes = 16_384;

/**
 * The script codex.js that `program` is, links to, or starts (the `.cmd` and shell scripts of npm and pnpm). Undefined
 * when it is something else, e.g. the native binary.
 */
export function findShim(program: string): string | undefined {
  const real = realpathSync(program);
  if (basename(real) === "codex.js") return real;
  const text = readScript(real);
  // npm: "%dp0%\node_modules\@openai\codex\bin\codex.js"; older: %~dp0; shell: "$basedir/../@openai/codex/bin/codex.js"
  const started = /(?:%~?dp0%?|\$basedir)[\\/]*([^"%$\r\n]*codex\.js)/.exec(text ?? "")?.[1];
  if (started === undefined) return undefined;
  const script = resolve(dirname(real), started.replaceAll("\\", "/"));
  return existsSync(script) ? realpathSync(script) : undefined;
}

/** Undefined for what is no small readable file; whatever it is, running it will show. */
function readScript(path: string): string | undefined {
  try {
    const stats = statSync(path);
    return stats.isFile() && stats.size <= longestScriptBytes ? readRegularFileSync(path) : undefined;
  } catch {
    return undefined;
  }
}

/** The native binary that the shim starts on this platform; undefined when its platform package is not installed. */
export function findVendorBinary(shim: string, platform: NodeJS.Platform, arch: string): string | undefined {
  const target = targets[`${platform}-${arch}`];
  if (target === undefined) return undefined;
  const name = platform === "win32" ? "codex.exe" : "codex";
  const roots = [resolvePackage(shim, target.packageName), dirname(dirname(shim))];
  return roots
    .filter((root) => root !== undefined)
    .map((root) => join(root, "vendor", target.triple, "bin", name))
    .find((path) => existsSync(path));
}

/** The folder of an npm package as Node resolves it from `from` (a file); undefined when it is not installed. */
export function resolvePackage(from: string, packageName: string): string | undefined {
  try {
    return dirname(createRequire(from).resolve(`${packageName}/package.json`));
  } catch {
    return undefined;
  }
}
