// Starts a process that outlives us: its own session, its output in a file or nowhere, never in a pipe of ours.
import { spawn } from "node:child_process";
import { type FileHandle, open, rename, stat } from "node:fs/promises";
import { basename } from "node:path";
import { BridgeError } from "../errors.ts";
import { type ProcessIdentity, readProcessIdentity } from "./identity.ts";
import { buildSpawnFailure } from "./spawn-failure.ts";

/** A log longer than this at start becomes `<log>.1`, in place of the one before. */
const longestLogBytes = 1024 * 1024;

/**
 * Resolves when the process runs. Throws `backend-spawn-failed`, `folder-missing`, and `server-exited` {command, code}
 * when it ended at once; what it said is in the log (mode 0600).
 */
export async function startDetached(options: {
  command: string;
  args: readonly string[];
  /** The whole environment of the process: nothing is inherited. */
  env: Readonly<Record<string, string>>;
  cwd: string;
  /** Without it the output goes nowhere. */
  logFile?: string;
  /** A program that puts itself elsewhere and then becomes the command, under its pid; see service-scope.ts. */
  scope?: { prefix: readonly string[]; env: Readonly<Record<string, string>> } | undefined;
}): Promise<ProcessIdentity> {
  const { env, cwd, logFile, scope = { prefix: [], env: {} } } = options;
  const [command = "", ...args] = [...scope.prefix, options.command, ...options.args];
  const log = logFile === undefined ? undefined : await openLog(logFile);
  try {
    const output = log?.fd ?? "ignore";
    const child = spawn(command, args, {
      env: { ...scope.env, ...env },
      cwd,
      stdio: ["ignore", output, output],
      detached: true,
    });
    const spawned = Promise.withResolvers<number>();
    child.once("spawn", () => spawned.resolve(child.pid ?? 0));
    child.on("error", (error) => spawned.reject(buildSpawnFailure(command, cwd, error)));
    child.unref();
    const identity = await readProcessIdentity(await spawned.promise);
    if (identity !== undefined) return identity;
    const details = { command: basename(command), code: child.exitCode ?? undefined };
    throw new BridgeError("server-exited", `${details.command} ended at once`, details);
  } finally {
    await log?.close();
  }
}

async function openLog(path: string): Promise<FileHandle> {
  const size = await stat(path).then(
    (stats) => stats.size,
    () => 0,
  );
  if (size > longestLogBytes) await rename(path, `${path}.1`);
  const log = await open(path, "a", 0o600);
  await log.chmod(0o600);
  return log;
}
