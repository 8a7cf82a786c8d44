// What it means that a program could not be started.
import { statSync } from "node:fs";
import { basename } from "node:path";
import { BridgeError } from "../errors.ts";

/**
 * The system says ENOENT for a missing program and for a missing working directory alike; people need to know which.
 * Details of `backend-spawn-failed`: `command` (last part of its path), `systemCode`.
 */
export function buildSpawnFailure(command: string, cwd: string | undefined, cause: unknown): BridgeError {
  const systemCode = cause instanceof Error && "code" in cause ? String(cause.code) : "unknown";
  if (cwd !== undefined && statSync(cwd, { throwIfNoEntry: false })?.isDirectory() !== true) {
    return new BridgeError(
      "folder-missing",
      "the working directory does not exist",
      { folder: basename(cwd) },
      cause,
    );
  }
  const name = basename(command);
  return new BridgeError(
    "backend-spawn-failed",
    `could not start ${name}: ${systemCode}`,
    { command: name, systemCode },
    cause,
  );
}
