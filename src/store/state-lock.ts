// One process owns a state directory. The lock is an open EXCLUSIVE transaction on an empty SQLite file: a lock of the
// operating system, so there is exactly one winner, kill -9 frees it at once, children do not inherit it, and no pid
// has to be trusted. Who holds it is written beside it, only to be told to people.

import { readdirSync, renameSync, rmdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { BridgeError, isBridgeError } from "../errors.ts";
import { type Clock, pause } from "../kit/clock.ts";
import { parseJson } from "../kit/json.ts";
import { readRegularFileSync } from "../kit/regular-file.ts";
import { createPrivateFile, ensurePrivateDirectory } from "./private-files.ts";
import { isBusy, toStoreError } from "./to-store-error.ts";

/** Keep this object while the lock is needed: a lock that nobody refers to is freed with the garbage. */
export interface StateLock {
  readonly directory: string;
  /** Calling it twice is harmless. */
  release(): void;
  /** Frees the directory and removes it with all that is in it. */
  remove(): void;
}

const lockName = "lock.sqlite";
const lockPauseMs = 20;

/**
 * Takes the directory for this process; never waits. Made with mode 0700 when it is not there.
 * @throws BridgeError `state-held` {directory, pid, since, host} (the last three absent while its owner is just
 * starting); `state-unusable` {directory, reason} when the directory is not ours alone
 */
export function lockStateDirectory(directory: string, clock: Clock): StateLock {
  ensurePrivateDirectory(directory);
  const lockFile = join(directory, lockName);
  const ownerFile = join(directory, "owner.json");
  createPrivateFile(lockFile);
  const before = findInode(lockFile);
  const database = openLock(lockFile);
  try {
    database.exec("BEGIN EXCLUSIVE");
    if (findInode(lockFile) !== before) throw buildHeld(directory, undefined);
    writeOwner(ownerFile, { pid: process.pid, since: clock.now(), host: hostname() });
  } catch (thrown) {
    database.close();
    if (isBridgeError(thrown, "state-held")) throw thrown;
    if (!isBusy(thrown)) throw toStoreError(thrown, lockFile);
    throw buildHeld(directory, findOwner(ownerFile), thrown);
  }
  return {
    directory,
    release() {
      if (!database.isOpen) return;
      rmSync(ownerFile, { force: true });
      database.close();
    },
    remove() {
      if (!database.isOpen) return;
      const others = readdirSync(directory).filter((name) => name !== lockName);
      for (const name of others) rmSync(join(directory, name), { recursive: true, force: true });
      // From here on it may be somebody else's, who then finds or makes another lock file.
      rmSync(lockFile, { force: true });
      database.close();
      try {
        rmdirSync(directory);
      } catch {}
    },
  };
}

/** Waits for its turn. Throws as `lockStateDirectory` does, but for `state-held`, and what `signal` was aborted with. */
export async function awaitStateLock(
  directory: string,
  clock: Clock,
  signal: AbortSignal,
): Promise<StateLock> {
  for (;;) {
    signal.throwIfAborted();
    const lock = findStateLock(directory, clock);
    if (lock) return lock;
    await pause(clock, lockPauseMs, signal);
  }
}

/** Undefined while somebody else has it. Throws as `lockStateDirectory` does, but for `state-held`. */
export function findStateLock(directory: string, clock: Clock): StateLock | undefined {
  try {
    return lockStateDirectory(directory, clock);
  } catch (error) {
    const isVanishing = isBridgeError(error, "state-unusable") && error.details.reason === "ENOENT";
    if (isBridgeError(error, "state-held") || isVanishing) return undefined;
    throw error;
  }
}

function openLock(file: string): DatabaseSync {
  try {
    return new DatabaseSync(file, { timeout: 0 });
  } catch (thrown) {
    if (findInode(file) === undefined) throw buildHeld(file, undefined, thrown);
    throw toStoreError(thrown, file);
  }
}

/** The file may be removed by whoever has the lock: what was locked then is a file that nobody else finds. */
function findInode(file: string): number | undefined {
  return statSync(file, { throwIfNoEntry: false })?.ino;
}

function buildHeld(directory: string, owner: Owner | undefined, cause?: unknown): BridgeError {
  const who = owner === undefined ? "another process" : `process ${owner.pid} on ${owner.host}`;
  return new BridgeError("state-held", `${directory} is held by ${who}`, { directory, ...owner }, cause);
}

interface Owner {
  pid: number;
  /** Milliseconds since the Unix epoch. */
  since: number;
  host: string;
}

function writeOwner(file: string, owner: Owner): void {
  const draft = `${file}.draft`;
  writeFileSync(draft, JSON.stringify(owner), { mode: 0o600 });
  renameSync(draft, file);
}

/** Undefined also when the file still tells of a dead owner: the new one has the lock but has not written yet. */
function findOwner(file: string): Owner | undefined {
  try {
    const owner: unknown = parseJson(readRegularFileSync(file));
    if (!isOwner(owner) || (owner.host === hostname() && !isAlive(owner.pid))) return undefined;
    return { pid: owner.pid, since: owner.since, host: owner.host };
  } catch {
    return undefined;
  }
}

function isOwner(value: unknown): value is Owner {
  if (typeof value !== "object" || value === null) return false;
  const owner: Partial<Record<keyof Owner, unknown>> = value;
  return typeof owner.pid === "number" && typeof owner.since === "number" && typeof owner.host === "string";
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    return thrown instanceof Error && "code" in thrown && thrown.code === "EPERM";
  }
}
