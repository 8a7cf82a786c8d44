// Paths that only our own user can reach: private directories, and sockets that may be trusted because they lie in one.
import { createHash } from "node:crypto";
import type { Stats } from "node:fs";
import { lstat, mkdir, readlink, realpath, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { BridgeError, isBridgeError } from "../errors.ts";

/** Why a path is not trusted; `missing` means that nothing is there. */
export type UntrustedReason =
  | "missing"
  | "a-link"
  | "not-a-directory"
  | "not-a-socket"
  | "other-owner"
  | "open-to-others";

/**
 * The real path of a directory of user `uid` that nobody else can enter (no group or other bits).
 * Throws `socket-untrusted` with `reason`.
 */
export async function assertPrivateDirectory(path: string, uid: number = readOwnUid()): Promise<string> {
  const { real, stats } = await look(path);
  assertPrivate(path, stats, uid);
  return real;
}

/**
 * The real path of a socket of user `uid` inside a private directory of that user; connect to this one, it is also the
 * shorter one where codex links to it. Throws `socket-untrusted` with `reason`; for a link also where only the directory
 * that it leads into is wrong, which hides whether a socket is there.
 */
export async function assertTrustedSocket(socketPath: string, uid: number = readOwnUid()): Promise<string> {
  const target = await readlink(socketPath).catch(() => undefined);
  if (target !== undefined) await assertPlainDirectory(dirname(resolve(dirname(socketPath), target)), uid);
  const { real, stats } = await look(socketPath);
  if (!stats.isSocket()) throw untrusted("not-a-socket", socketPath);
  assertOwned(socketPath, stats, uid);
  await assertPrivateDirectory(dirname(real), uid);
  return real;
}

/**
 * What keeps codex from listening on any socket: 0.169 and 0.171 put each into this directory and a link to it where they
 * were told to listen, and refuse to start where it is not private (exit 1). Undefined when it is fine, or not there yet.
 */
export async function findDaemonTrouble(
  uid: number = readOwnUid(),
  directory = `/tmp/codex-daemon-${uid}`,
): Promise<BridgeError | undefined> {
  try {
    await assertPlainDirectory(directory, uid);
    return undefined;
  } catch (error) {
    if (isBridgeError(error, "socket-untrusted") && error.details.reason !== "missing") return error;
    return undefined;
  }
}

/** A private directory itself, not a link to one: somebody else could have chosen which. */
async function assertPlainDirectory(path: string, uid: number): Promise<void> {
  const stats = await lstat(path).catch((error: unknown) => {
    throw untrusted("missing", path, error);
  });
  if (stats.isSymbolicLink()) throw untrusted("a-link", path);
  assertPrivate(path, stats, uid);
}

/** Creates the directory, and missing ones above it, with mode 0700. Throws as `assertPrivateDirectory` does. */
export async function ensurePrivateDirectory(path: string): Promise<string> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  return assertPrivateDirectory(path);
}

/** A Unix socket path holds 104 bytes on macOS and 108 on Linux, with the end mark. */
const longestSocketPathBytes = 100;

/**
 * `preferred`, or where it is too long for a socket a short path that depends on `key` alone. codex 0.154 refuses a
 * long path; 0.169 makes a link of it. The directory of the short one is for `ensurePrivateDirectory`.
 */
export function buildShortSocketPath(options: { preferred: string; key: string; tmpDir: string }): string {
  const { preferred, key, tmpDir } = options;
  if (Buffer.byteLength(preferred) <= longestSocketPathBytes) return preferred;
  const name = createHash("sha256").update(key).digest("hex").slice(0, 12);
  return join(tmpDir, `codex-threads-${name}`, "socket");
}

async function look(path: string): Promise<{ real: string; stats: Stats }> {
  try {
    const real = await realpath(path);
    return { real, stats: await stat(real) };
  } catch (error) {
    throw untrusted("missing", path, error);
  }
}

function assertPrivate(path: string, stats: Stats, uid: number): void {
  if (!stats.isDirectory()) throw untrusted("not-a-directory", path);
  assertOwned(path, stats, uid);
  if ((stats.mode & 0o077) !== 0) throw untrusted("open-to-others", path);
}

function assertOwned(path: string, stats: Stats, uid: number): void {
  if (stats.uid !== uid) throw untrusted("other-owner", path);
}

/** -1, which owns nothing, where the system has no user numbers. */
function readOwnUid(): number {
  return process.getuid?.() ?? -1;
}

function untrusted(reason: UntrustedReason, path: string, cause?: unknown): BridgeError {
  return new BridgeError("socket-untrusted", `${path} is not private: ${reason}`, { reason, path }, cause);
}
