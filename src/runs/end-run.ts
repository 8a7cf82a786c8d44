// Ends what runs in a run, and removes its thread as far as the place of it does that.
import { deleteThread, endCommands, type ThreadFate } from "../codex/load-thread.ts";
import { TurnInbox } from "../codex/turn-inbox.ts";
import { stopTurn } from "../codex/turns.ts";
import { BridgeError, isBridgeError } from "../errors.ts";
import type { Clock } from "../kit/clock.ts";
import type { RunPlace } from "./run-places.ts";
import type { Run } from "./run-store.ts";

export interface RunRemoval {
  wasRunning: boolean;
  /** unreached: the other machine is away, and what runs there goes on. */
  thread: ThreadFate | "unreached";
}

const nothingToStop = ["run-idle", "no-turn-running", "thread-gone", "thread-archived"] as const;
const unreachable = ["node-offline", "node-unknown", "node-not-allowed", "connection-lost"] as const;

/** Interrupts the turn that runs and ends what it left running. Throws `run-idle`, `thread-held`, wire errors. */
export async function stopRun(
  { name, threadId }: Run,
  { threads }: RunPlace,
  clock: Clock,
  signal?: AbortSignal,
): Promise<void> {
  const idle = new BridgeError("run-idle", "nothing runs", { name });
  if (threadId === undefined) throw idle;
  const hold = await threads.hold(threadId, signal);
  try {
    const { activeTurnId, activity } = hold.feed;
    if (activity !== "active" || activeTurnId === undefined) throw idle;
    const inbox = new TurnInbox({ feed: hold.feed, clock, clientId: "" });
    try {
      inbox.adopt(activeTurnId, { joined: true });
      await stopTurn(hold, inbox, signal);
      // Those that began before we listened are not known to the inbox.
      await endCommands(hold.client, hold.threadId);
    } finally {
      inbox.close();
    }
  } finally {
    hold.release();
  }
}

/** A run of a machine that is away, perhaps for good, can be forgotten too. Throws `thread-held`, setup and wire errors. */
export async function removeRunThread(
  run: Run,
  place: RunPlace,
  clock: Clock,
  signal?: AbortSignal,
): Promise<RunRemoval> {
  const { threadId, host } = run;
  if (threadId === undefined) return { wasRunning: false, thread: "deleted" };
  try {
    const wasRunning = await stopRun(run, place, clock, signal).then(() => true, passOverIdle);
    return { wasRunning, thread: await deleteThread(await place.servers.pick(signal), threadId) };
  } catch (error) {
    if (host && isBridgeError(error, ...unreachable)) return { wasRunning: false, thread: "unreached" };
    throw error;
  }
}

function passOverIdle(error: unknown): false {
  if (isBridgeError(error, ...nothingToStop)) return false;
  throw error;
}
