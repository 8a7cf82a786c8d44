// Projection of a read-only `secretHome`, as containers mount it, into a CODEX_HOME of our own making.
// It never touches a home that somebody else made, nor a file there that it did not put there itself.

import { chmod, lstat, mkdir, realpath, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { BridgeError } from "../errors.ts";
import { buildPathSummary } from "../kit/path-summary.ts";
import { readRegularFile } from "../kit/regular-file.ts";
import {
  createMarker,
  findOwnFile,
  fingerprintBytes,
  type ProjectedFiles,
  readMarker,
  replaceOwnFile,
  writeMarker,
} from "./secret-home-files.ts";

export interface SecretProjection {
  /** Folder that holds `auth.json`, `config.toml` or both. */
  secretHome: string;
  codexHome: string;
  /** The home was named for this purpose; one that is merely in the environment may be the person's own. */
  isExplicit: boolean;
  /** Homes that the person uses: never written to, even when named. */
  personHomes: readonly string[];
}

/** What codex reads of a home before it starts (S2-25). */
export const secretNames = ["auth.json", "config.toml"] as const;

/**
 * Copies what is there of `auth.json` and `config.toml` (0600, in a folder of 0700), each in one step; links in the
 * source are followed (mounted secrets are links), links in the home are refused. Nothing is written unless all of it may be.
 * A file that Codex changed since, e.g. a renewed login, stays as long as its source is the same.
 * Returns the names written. Throws `secret-unavailable` {side, name, present, fingerprint, reason}: never a path.
 */
export async function projectSecrets(projection: SecretProjection): Promise<string[]> {
  const secretHome = resolve(projection.secretHome);
  const codexHome = resolve(projection.codexHome);
  if ((await findReal(secretHome)) === (await findReal(codexHome))) return [];
  const sources = await readSources(secretHome);
  await refusePersonHome(projection, codexHome);
  const known = await openHome(codexHome);
  const due = await findDue(codexHome, sources, known);
  if (due.length === 0) return [];
  // First the record: a file that was put there just before a crash must be known as ours afterwards.
  await guard("home", codexHome, async () => {
    await writeMarker(codexHome, record(known, sources, due));
    for (const name of due) await replaceOwnFile(codexHome, name, sources.get(name) ?? Buffer.of());
  });
  return due;
}

async function readSources(secretHome: string): Promise<Map<string, Buffer>> {
  const sources = new Map<string, Buffer>();
  for (const name of secretNames) {
    const path = join(secretHome, name);
    const bytes = await guard("source", path, () => readSource(path));
    if (bytes) sources.set(name, bytes);
  }
  if (sources.size > 0) return sources;
  await guard("source", secretHome, () => stat(secretHome));
  throw refuse("source", secretHome, `it holds neither ${secretNames.join(" nor ")}`);
}

async function readSource(path: string): Promise<Buffer | undefined> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
    throw error;
  });
  if (!found) return undefined;
  if (!found.isFile()) throw refuse("source", path, "it is not a file");
  return readRegularFile(path);
}

async function refusePersonHome(projection: SecretProjection, codexHome: string): Promise<void> {
  const real = await findReal(codexHome);
  const own = await Promise.all(projection.personHomes.map((path) => findReal(resolve(path))));
  if (own.includes(real)) throw refuse("home", codexHome, "it is the person's own");
  if (!projection.isExplicit) throw refuse("home", codexHome, "it was not named by --codex-home");
}

/** Makes the home, or checks that we made it. Returns what we put into it before. */
function openHome(codexHome: string): Promise<ProjectedFiles> {
  return guard("home", codexHome, async () => {
    const found = await lstat(codexHome).catch(() => undefined);
    if (!found) {
      await mkdir(dirname(codexHome), { recursive: true, mode: 0o700 });
      await mkdir(codexHome, { mode: 0o700 });
      await createMarker(codexHome);
      return {};
    }
    if (found.isSymbolicLink()) throw refuse("home", codexHome, "it is a link");
    if (!found.isDirectory()) throw refuse("home", codexHome, "it is not a folder");
    if (process.getuid && found.uid !== process.getuid()) {
      throw refuse("home", codexHome, "it belongs to another user");
    }
    const known = await readMarker(codexHome);
    if (!known) throw refuse("home", codexHome, "it was not made by codex-threads");
    await chmod(codexHome, 0o700);
    return known;
  });
}

/** The names to write. Throws when one of them is somebody else's file by now. */
async function findDue(
  codexHome: string,
  sources: ReadonlyMap<string, Buffer>,
  known: ProjectedFiles,
): Promise<string[]> {
  const due: string[] = [];
  for (const [name, bytes] of sources) {
    const path = join(codexHome, name);
    const present = await guard("home", path, () => findOwnFile(path));
    if (present === "not-a-file") throw refuse("home", path, "a link or folder is in its place");
    const wanted = fingerprintBytes(bytes);
    const [latest, ...older] = known[name] ?? [];
    if (present === wanted) continue;
    if (present === undefined || present === latest || older.includes(present)) due.push(name);
    else if (latest !== wanted) throw refuse("home", path, "it was changed or made by somebody else");
  }
  return due;
}

/** Newest first; the one before it counts until it has been replaced. */
function record(
  known: ProjectedFiles,
  sources: ReadonlyMap<string, Buffer>,
  due: readonly string[],
): ProjectedFiles {
  const entries = due.map((name) => {
    const wanted = fingerprintBytes(sources.get(name) ?? Buffer.of());
    return [name, [wanted, ...(known[name] ?? []).filter((print) => print !== wanted)].slice(0, 2)];
  });
  return { ...known, ...Object.fromEntries(entries) };
}

/** The real path, also of something that is not there yet. */
async function findReal(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    const parent = dirname(path);
    return parent === path ? path : join(await findReal(parent), basename(path));
  }
}

async function guard<T>(side: "source" | "home", path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof BridgeError) throw error;
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
    throw refuse(side, path, code === "ENOENT" ? "it is not there" : `the system says ${code}`, code);
  }
}

/** The system's own message is left out: it holds the path. */
function refuse(side: "source" | "home", path: string, why: string, systemCode?: string): BridgeError {
  const { basename: name, fingerprint } = buildPathSummary(path);
  const present = why !== "it is not there";
  const where = side === "source" ? "in the secret home" : "in or as the CODEX_HOME";
  const reason = `${name} (${present ? "there" : "absent"}, ${fingerprint}) ${where}: ${why}`;
  return new BridgeError("secret-unavailable", `projected secrets cannot be used: ${reason}`, {
    side,
    name,
    present,
    ...(fingerprint === undefined ? {} : { fingerprint }),
    ...(systemCode === undefined ? {} : { systemCode }),
    reason,
  });
}
