// Which process a pid means: the pid together with the time it started, so that a pid used again is not mistaken.
import { readFile } from "node:fs/promises";
import { systemClock } from "../kit/clock.ts";
import { runProgram } from "./run-program.ts";

export interface ProcessIdentity {
  pid: number;
  /** As the system tells it; to be compared, not read. keeper.ts builds the same text in shell. */
  startedAt: string;
}

const systemAnswersMs = 10_000;

/**
 * Undefined when there is no such process, or only a zombie of it. On Linux the boot id and field 22 of
 * /proc/<pid>/stat (proc(5)), elsewhere the start time that `ps` tells, on Windows that of PowerShell.
 */
export async function readProcessIdentity(pid: number): Promise<ProcessIdentity | undefined> {
  if (!Number.isSafeInteger(pid) || pid <= 0) return undefined;
  const startedAt = process.platform === "linux" ? await readFromProc(pid) : await askSystem(pid);
  return startedAt === undefined ? undefined : { pid, startedAt };
}

/** Whether the process that was identified still runs. */
export async function isSameProcess(identity: ProcessIdentity): Promise<boolean> {
  return (await readProcessIdentity(identity.pid))?.startedAt === identity.startedAt;
}

/** The command that prints state and start time of a process where there is no /proc. */
export function buildIdentityQuery(
  pid: number,
  platform: NodeJS.Platform,
): { command: string; args: string[] } {
  if (platform !== "win32")
    return { command: "ps", args: ["-o", "stat=", "-o", "lstart=", "-p", String(pid)] };
  const query = `(Get-Process -Id ${pid} -ErrorAction SilentlyContinue).StartTime.ToFileTimeUtc()`;
  return {
    command: "powershell.exe",
    args: ["-NoProfile", "-NonInteractive", "-Command", `"R $(${query})"`],
  };
}

/** Reads `<state> <start time>`; undefined for no process and for a zombie. */
export function parseIdentityAnswer(answer: string): string | undefined {
  const [state = "", ...start] = answer.trim().split(/\s+/);
  return start.length === 0 || state.startsWith("Z") ? undefined : start.join(" ");
}

async function readFromProc(pid: number): Promise<string | undefined> {
  const [bootId, stat] = await Promise.all([
    readFile("/proc/sys/kernel/random/boot_id", "utf8"),
    readFile(`/proc/${pid}/stat`, "utf8").catch(() => undefined),
  ]);
  // The name in field 2 may hold blanks and brackets: count from behind its last bracket.
  const [state, ...later] = stat?.slice(stat.lastIndexOf(") ") + 2).split(" ") ?? [];
  const startTicks = later[18];
  if (state === undefined || startTicks === undefined || state === "Z" || state === "X") return undefined;
  return `${bootId.trim()}:${startTicks}`;
}

async function askSystem(pid: number): Promise<string | undefined> {
  const { PATH = "/usr/bin:/bin", SystemRoot = "" } = process.env;
  const { stdout } = await runProgram({
    ...buildIdentityQuery(pid, process.platform),
    // One zone and one language, or the same time would read differently another day.
    env: { PATH, SystemRoot, LC_ALL: "C", TZ: "UTC" },
    clock: systemClock,
    limitMs: systemAnswersMs,
  });
  return parseIdentityAnswer(stdout);
}
