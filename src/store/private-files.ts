// The state directory and its files belong to one user: 0700 and 0600, checked rather than assumed.
import { closeSync, mkdirSync, openSync, statSync } from "node:fs";
import { BridgeError } from "../errors.ts";

const othersMask = 0o077;

/**
 * Makes `directory` (0700, parents too) or checks the one that is there.
 * @throws BridgeError `state-unusable` with `reason`: not-a-directory, other-owner, open-to-others, or the system's code.
 */
export function ensurePrivateDirectory(directory: string): void {
  const refuse = (reason: string, cause?: unknown) =>
    new BridgeError(
      "state-unusable",
      `state directory ${directory}: ${reason}`,
      { directory, reason },
      cause,
    );
  const stat = orRefuse(() => {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    return statSync(directory);
  }, refuse);
  if (!stat.isDirectory()) throw refuse("not-a-directory");
  // Windows has no uid and no group bits: its profile folders are private by their access lists.
  const uid = process.getuid?.();
  if (uid === undefined) return;
  if (stat.uid !== uid) throw refuse("other-owner");
  if ((stat.mode & othersMask) !== 0) throw refuse("open-to-others");
}

/**
 * Makes an empty file of mode 0600 when there is none. An existing file is not opened: closing any descriptor of a
 * file drops this process's POSIX locks on it, those of SQLite included.
 * @throws BridgeError `state-unusable`
 */
export function createPrivateFile(file: string): void {
  orRefuse(
    () => {
      try {
        closeSync(openSync(file, "wx", 0o600));
      } catch (thrown) {
        if (codeOf(thrown) !== "EEXIST") throw thrown;
      }
    },
    (reason, cause) => new BridgeError("state-unusable", `${file}: ${reason}`, { file, reason }, cause),
  );
}

function orRefuse<T>(work: () => T, refuse: (reason: string, cause: unknown) => BridgeError): T {
  try {
    return work();
  } catch (thrown) {
    const code = codeOf(thrown);
    throw refuse(code === "EEXIST" || code === "ENOTDIR" ? "not-a-directory" : (code ?? "unknown"), thrown);
  }
}

function codeOf(thrown: unknown): string | undefined {
  return thrown instanceof Error && "code" in thrown ? String(thrown.code) : undefined;
}
