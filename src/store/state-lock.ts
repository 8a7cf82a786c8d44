// One process owns a state directory. The lock is an open EXCLUSIVE transaction on an empty SQLite file: a lock of the
// operating system, so there is exactly one winner, kill -9 frees it at once, children do not inherit it, and no pid
// has to be trusted. Who holds it is written beside it, only to be told to people.
import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { BridgeError } from "../errors.ts";
import type { Clock } from "../kit/clock.ts";
import { createPrivateFile, ensurePrivateDirectory } from "./private-files.ts";
import { isBusy, toStoreError } from "./to-store-error.ts";

/** Keep this object while the lock is needed: a lock that nobody refers to is freed with the garbage. */
export interface StateLock {
  readonly directory: string;
  /** Calling it twice is harmless. */
  release(): void;
}

/**
 * Takes the directory for this process; never waits. Made with mode 0700 when it is not there.
 * @throws BridgeError `state-held` {directory, pid, since, host} (the last three absent while its owner is just
 * starting); `state-unusable` {directory, reason} when the directory is not ours alone
 */
export function lockStateDirectory(directory: string, clock: Clock): StateLock {
  ensurePrivateDirectory(directory);
  const lockFile = join(directory, "lock.sqlite");
  const ownerFile = join(directory, "owner.json");
  createPrivateFile(lockFile);
  const database = new DatabaseSync(lockFile, { timeout: 0 });
  try {
    database.exec("BEGIN EXCLUSIVE");
    writeOwner(ownerFile, { pid: process.pid, since: clock.now(), host: hostname() });
  } catch (thrown) {
    database.close();
    if (!isBusy(thrown)) throw toStoreError(thrown, lockFile);
    const owner = findOwner(ownerFile);
    const who = owner === undefined ? "another process" : `process ${owner.pid} on ${owner.host}`;
    throw new BridgeError("state-held", `${directory} is held by ${who}`, { directory, ...owner }, thrown);
  }
  return {
    directory,
    release() {
      if (!database.isOpen) return;
      rmSync(ownerFile, { force: true });
      database.close();
    },
  };
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
    const owner: unknown = JSON.parse(readFileSync(file, "utf8"));
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
