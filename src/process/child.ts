// One child process in a group of its own: streams that never throw, a bounded stderr, and a stop that ends its whole tree.
import { type ChildProcess, type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import type { Clock } from "../kit/clock.ts";
import { Tail } from "../kit/tail.ts";
import { buildSpawnFailure } from "./spawn-failure.ts";
import { signalTree } from "./tree-signal.ts";

export interface ChildOptions {
  command: string;
  args: readonly string[];
  /** The whole environment of the child: nothing is inherited. */
  env: Readonly<Record<string, string>>;
  cwd?: string;
  clock: Clock;
  stderrTailBytes?: number;
}

export interface ChildExit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

export interface ChildProcessHandle {
  readonly pid: number;
  /** Writing after the child is gone is ignored. */
  readonly stdin: Writable;
  readonly stdout: Readable;
  /** The last of what the child wrote to stderr, complete once `exited` has resolved. */
  readonly stderr: Tail;
  /** Never rejects. */
  readonly exited: Promise<ChildExit>;
  /**
   * Ends stdin, sends TERM to the group, KILL after `graceMs`, and to what the child left behind. Resolves when the
   * child is gone, at once when it already is. On Windows there is no TERM: the end of stdin is the polite request.
   */
  stop(graceMs: number): Promise<ChildExit>;
}

/** How long a descendant that holds stderr open may delay `exited`. */
const streamsCloseMs = 500;

/** Throws `backend-spawn-failed`, or `folder-missing` when it is `cwd` that does not exist. */
export async function startChild(options: ChildOptions): Promise<ChildProcessHandle> {
  const { clock, stderrTailBytes = 64_000 } = options;
  const child = spawnInGroup(options);
  // First this: where the system is out of file descriptors, the child has no streams at all.
  const pid = await waitForSpawn(child, options);
  const stderr = new Tail(stderrTailBytes);
  child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
  // EPIPE and the like only say that the child is gone; `exited` tells that.
  for (const stream of [child.stdin, child.stdout, child.stderr]) stream.on("error", () => {});
  const exited = watchExit(child, clock);
  return { pid, stdin: child.stdin, stdout: child.stdout, stderr, exited, stop };

  async function stop(graceMs: number): Promise<ChildExit> {
    if (child.exitCode !== null || child.signalCode !== null) return exited;
    child.stdin.end();
    signalTree(pid, "SIGTERM");
    const cancelKill = clock.after(graceMs, () => signalTree(pid, "SIGKILL"));
    child.once("exit", () => {
      cancelKill();
      signalTree(pid, "SIGKILL");
    });
    return exited;
  }
}

function spawnInGroup({ command, args, env, cwd }: ChildOptions): ChildProcessWithoutNullStreams {
  try {
    return spawn(command, args, {
      env: { ...env },
      ...(cwd === undefined ? {} : { cwd }),
      stdio: ["pipe", "pipe", "pipe"],
      detached: process.platform !== "win32",
      windowsHide: true,
    });
  } catch (error) {
    throw buildSpawnFailure(command, cwd, error);
  }
}

function waitForSpawn(child: ChildProcess, { command, cwd }: ChildOptions): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  child.once("spawn", () => resolve(child.pid ?? 0));
  child.on("error", (error) => reject(buildSpawnFailure(command, cwd, error)));
  return promise;
}

/** Resolves at "close", when stderr is complete, or soon after "exit" when somebody else keeps the streams open. */
function watchExit(child: ChildProcess, clock: Clock): Promise<ChildExit> {
  const { promise, resolve } = Promise.withResolvers<ChildExit>();
  child.once("exit", (code, signal) => {
    const cancel = clock.after(streamsCloseMs, () => resolve({ code, signal }));
    child.once("close", () => {
      cancel();
      resolve({ code, signal });
    });
  });
  return promise;
}
