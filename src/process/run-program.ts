// Runs a short program to its end and returns what it printed. For questions to the system, not for servers.
import type { Clock } from "../kit/clock.ts";
import { Tail } from "../kit/tail.ts";
import { type ChildExit, startChild } from "./child.ts";

export interface ProgramRun {
  exit: ChildExit;
  /** At most the last megabyte. */
  stdout: string;
  stderr: string;
  /** The limit passed or the signal aborted, and its tree was killed. */
  cut: boolean;
}

const stdoutLimitBytes = 1024 * 1024;

/** Its stdin is closed from the start. Throws what `startChild` throws. */
export async function runProgram(options: {
  command: string;
  args: readonly string[];
  env: Readonly<Record<string, string>>;
  cwd?: string;
  clock: Clock;
  limitMs: number;
  signal?: AbortSignal;
}): Promise<ProgramRun> {
  const { clock, limitMs, signal } = options;
  const child = await startChild(options);
  const stdout = new Tail(stdoutLimitBytes);
  child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
  child.stdin.end();
  let cut = false;
  const stop = () => {
    cut = true;
    void child.stop(0).catch(() => {});
  };
  const cancelLimit = clock.after(limitMs, stop);
  signal?.addEventListener("abort", stop, { once: true });
  if (signal?.aborted) stop();
  const exit = await child.exited;
  cancelLimit();
  signal?.removeEventListener("abort", stop);
  return { exit, stdout: stdout.text(), stderr: child.stderr.text(), cut };
}
