// Installs the real OpenClaw that the tests run, with what is tested beside it, once into an ignored folder of the
// repository: `node scripts/install-openclaw.ts`. What is there already is kept, and needs no network.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

const cacheFolder = join(import.meta.dirname, "../.cache");

/** Exact versions. @openclaw/codex 2026.9.6 is not published; 2026.9.5 is the newest that is. */
export const openclawPackages = {
  openclaw: "2026.9.6",
  "@openclaw/codex": "2026.9.5",
  "@openclaw/plugin-inspector": "0.3.20",
  clawhub: "0.23.3",
} as const;

/** Its name says all that is in it, so that a changed pin is a new folder. */
export const openclawFolder = join(
  cacheFolder,
  `openclaw-${Object.values(openclawPackages)
    .join("-")
    .replace(/[^\w.-]/g, "")}`,
);

const longestWaitMs = 15 * 60_000;

/** Resolves to nothing: afterwards `openclawFolder` is complete. Throws with npm's output when npm fails. */
export function installOpenClaw(say: (line: string) => void): void {
  if (existsSync(openclawFolder)) return;
  mkdirSync(cacheFolder, { recursive: true });
  // SQLite's lock is given back by the kernel when its owner dies, so a killed installation blocks nobody.
  const lock = new DatabaseSync(join(cacheFolder, "install-lock.sqlite"), { timeout: longestWaitMs });
  try {
    say(
      "OpenClaw is not installed for the tests yet; if another run is installing it, that one is waited for.",
    );
    lock.exec("BEGIN EXCLUSIVE");
    if (!existsSync(openclawFolder)) install(say);
  } finally {
    lock.close();
  }
}

/** The folder gets its name only when it is complete; a half-installed one is thrown away. */
function install(say: (line: string) => void): void {
  const partial = join(cacheFolder, "openclaw-partial");
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial);
  const manifest = { name: "openclaw-for-tests", private: true, dependencies: openclawPackages };
  writeFileSync(join(partial, "package.json"), JSON.stringify(manifest));
  const named = Object.entries(openclawPackages).map(([name, version]) => `${name}@${version}`);
  say(`npm install ${named.join(" ")} (about a minute, 700 MB) into ${openclawFolder}`);
  const args = ["install", "--prefer-offline", "--no-audit", "--no-fund", "--no-update-notifier"];
  const { status, stdout, stderr, error } = spawnSync("npm", args, {
    cwd: partial,
    env: buildNpmEnv(),
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
    maxBuffer: 64 * 1024 * 1024,
  });
  if (status !== 0)
    throw new Error(`npm install failed (${status ?? error?.message}):\n${stdout}\n${stderr}`);
  renameSync(partial, openclawFolder);
  say("OpenClaw is installed.");
}

/** Without what npm tells a script about the package that it runs in; `npm_config_cache` and the like stay. */
function buildNpmEnv(): NodeJS.ProcessEnv {
  const told = /^(npm_(package|lifecycle|config_local|config_prefix|command)|INIT_CWD)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !told.test(name)));
}

if (import.meta.main) installOpenClaw((line) => process.stderr.write(`${line}\n`));
