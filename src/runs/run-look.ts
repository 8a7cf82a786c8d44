// How a run stands, asked of the server where its thread lives; from the thread's history when it is at rest.
import type { TurnInfo } from "../codex/schemas.ts";
import type { Threads } from "../codex/threads.ts";
import { isBridgeError } from "../errors.ts";
import { isSameProcess } from "../process/identity.ts";
import { measureEntries, readTurnEntries } from "./run-log.ts";
import type { RunPlace } from "./run-places.ts";
import type { Run, RunEnd } from "./run-store.ts";

/** asking: it runs and waits for an answer. idle: a repl run that waits for a line. unknown: no server tells. */
export type RunStatus = "starting" | "running" | "asking" | "idle" | "unknown" | RunEnd;

export interface RunLook {
  status: RunStatus;
  /** Of the server that it runs on, on this machine. */
  pid?: number;
  /** Oldest first. */
  turns: TurnInfo[];
  outputBytes: number;
  errorBytes: number;
}

const pageSize = 100;

/** Throws setup and wire errors; a thread that is gone is a status. */
export async function lookAtRun(run: Run, place: RunPlace, signal?: AbortSignal): Promise<RunLook> {
  const { threadId } = run;
  if (threadId === undefined) return lookAtUnbegun(run);
  try {
    const { status } = await place.threads.read(threadId, signal);
    const turns = await readAllTurns(place.threads, threadId, signal);
    const isActive = status.type === "active";
    const isAsking = isActive && (status.activeFlags ?? []).length > 0;
    const word = await readStatus(run, turns, { isActive, isAsking }, place, signal);
    const pid = isActive && !run.host ? await readServerPid(place) : undefined;
    const entries = turns.flatMap((turn) => readTurnEntries(turn));
    return { status: word, turns, ...measureEntries(entries), ...(pid === undefined ? {} : { pid }) };
  } catch (error) {
    if (!isBridgeError(error, "thread-not-loaded", "thread-gone")) throw error;
    const isStarting = run.state === "starting" && (await isSameProcess(run.creator));
    return { status: isStarting ? "starting" : "lost", turns: [], outputBytes: 0, errorBytes: 0 };
  }
}

async function lookAtUnbegun(run: Run): Promise<RunLook> {
  const isStarting = run.state === "starting" && (await isSameProcess(run.creator));
  const status = run.state === "open" ? "idle" : isStarting ? "starting" : "lost";
  return { status, turns: [], outputBytes: 0, errorBytes: 0 };
}

async function readStatus(
  run: Run,
  turns: readonly TurnInfo[],
  { isActive, isAsking }: { isActive: boolean; isAsking: boolean },
  place: RunPlace,
  signal: AbortSignal | undefined,
): Promise<RunStatus> {
  const newest = turns.at(-1);
  // Others may have gone on with the thread of an exec run; it is its own turn that counts.
  const own = run.kind === "exec" ? findOwnTurn(run, turns) : newest;
  const runs = isActive && (own === undefined || own === newest || own.status === "inProgress");
  if (runs) return isAsking ? "asking" : "running";
  switch (own?.status) {
    case "completed":
      return run.kind === "exec" ? "completed" : "idle";
    case "failed":
      return "failed";
    case "interrupted":
      if (own.completedAt) return "stopped";
      return (await isHeldElsewhere(run, place, signal)) ? "running" : "lost";
    default:
      return "lost";
  }
}

/** The turn of an exec run; where its creator was killed before it was written down, the first one. */
export function findOwnTurn({ turnId }: Run, turns: readonly TurnInfo[]): TurnInfo | undefined {
  return turnId === undefined ? turns[0] : turns.find(({ id }) => id === turnId);
}

/** A turn that runs in another process reads like one that was cut off; only who can load the thread knows. */
async function isHeldElsewhere(
  { threadId = "" }: Run,
  place: RunPlace,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  try {
    (await place.threads.hold(threadId, signal)).release();
    return false;
  } catch (error) {
    if (isBridgeError(error, "thread-held")) return true;
    throw error;
  }
}

export async function readAllTurns(
  threads: Threads,
  threadId: string,
  signal?: AbortSignal,
): Promise<TurnInfo[]> {
  const turns: TurnInfo[] = [];
  let cursor: string | undefined;
  do {
    const page = await threads.readTurns(threadId, cursor, pageSize, signal);
    turns.push(...page.turns);
    cursor = page.next;
  } while (cursor !== undefined);
  return turns.reverse();
}

async function readServerPid({ servers }: RunPlace): Promise<number | undefined> {
  // Every kind of instance ends in the pid of its server, but for one that tells none.
  const pid = Number((await servers.pick()).instance.split(":").at(-1));
  return Number.isSafeInteger(pid) && pid > 0 ? pid : undefined;
}
