// Ends a child whose descendants have left its process group, as the commands of `codex exec` do (0.169.0): SIGINT is
// the polite request, which lets it end them itself; after that everything that came from it is killed.
import { type Clock, pause } from "../kit/clock.ts";
import type { ChildProcessHandle } from "./child.ts";
import { isSameProcess, type ProcessIdentity, readProcessIdentity } from "./identity.ts";
import { runProgram } from "./run-program.ts";

const listLimitMs = 10_000;

/** Resolves when the child is gone and what it had started is killed. Never throws. */
export async function stopTree(
  child: Pick<ChildProcessHandle, "pid" | "exited" | "stop">,
  clock: Clock,
  graceMs: number,
): Promise<void> {
  const { pid, exited } = child;
  // Windows kills the tree with the child; there is no list to be had that is quick enough.
  const isPosix = process.platform !== "win32";
  const before = isPosix ? await findDescendants(pid, clock) : [];
  if (isPosix) {
    signalOne(pid, "SIGINT");
    const gone = new AbortController();
    void exited.then(() => gone.abort());
    await pause(clock, graceMs, gone.signal);
  }
  const late = isPosix ? await findDescendants(pid, clock) : [];
  await child.stop(0);
  for (const identity of [...before, ...late]) {
    if (await isSameProcess(identity)) signalOne(identity.pid, "SIGKILL");
  }
}

/** All that came from `pid` and still hangs on it; empty when the system does not say. */
export async function findDescendants(pid: number, clock: Clock): Promise<ProcessIdentity[]> {
  const { PATH = "/usr/bin:/bin" } = process.env;
  const run = await runProgram({
    ...{ command: "ps", args: ["-A", "-o", "pid=", "-o", "ppid="], env: { PATH, LC_ALL: "C" } },
    ...{ clock, limitMs: listLimitMs },
  }).catch(() => undefined);
  const identities = pickDescendants(pid, run?.stdout ?? "").map(readProcessIdentity);
  return (await Promise.all(identities)).filter((identity) => identity !== undefined);
}

/** From lines of `<pid> <parent>`, nearest first. */
export function pickDescendants(pid: number, list: string): number[] {
  const children = new Map<number, number[]>();
  for (const line of list.split("\n")) {
    const [child = Number.NaN, parent = Number.NaN] = line.trim().split(/\s+/).map(Number);
    if (Number.isInteger(child)) children.set(parent, [...(children.get(parent) ?? []), child]);
  }
  const found: number[] = [];
  for (const next = [pid]; next.length > 0; ) {
    const parent = next.shift() ?? 0;
    const below = children.get(parent) ?? [];
    children.delete(parent);
    found.push(...below);
    next.push(...below);
  }
  return found;
}

function signalOne(pid: number, signal: "SIGINT" | "SIGKILL"): void {
  try {
    process.kill(pid, signal);
  } catch {
    // ESRCH: it is gone, which is what was wanted.
  }
}
