// `lock` and `unlock` from a process of their own: done by the process that owns the state directory, or here when no
// process does. Either way it stands in the store, and outlives both.
import { type Clock, pause } from "../kit/clock.ts";
import { openStore } from "./open-store.ts";
import { findRequest, type OperatorRequest, putRequest, removeRequest } from "./operator-request.ts";
import { findStateLock } from "./state-lock.ts";

/** pending: it is written down, and the owner of the directory has not taken it yet. unchanged: it was so before. */
export type Switched = "done" | "done-here" | "unchanged" | "pending";

export interface SwitchOptions {
  directory: string;
  act: OperatorRequest["act"];
  by: string;
  clock: Clock;
  /** How long the owner is waited for. */
  waitMs: number;
}

const pauseMs = 50;

/** Throws what opening the state throws, but for `state-held`. */
export async function switchLockdown({
  directory,
  act,
  by,
  clock,
  waitMs,
}: SwitchOptions): Promise<Switched> {
  let asked: OperatorRequest | undefined;
  for (let waitedMs = 0; waitedMs <= waitMs; waitedMs += pauseMs) {
    const lock = findStateLock(directory, clock);
    if (lock) {
      try {
        const isChanged = changeHere(directory, act, by, clock);
        removeRequest(directory);
        return isChanged ? "done-here" : "unchanged";
      } finally {
        lock.release();
      }
    }
    const found = findRequest(directory);
    if (asked === undefined) asked = putRequest(directory, { act, by });
    else if (found === undefined || found === "torn" || found.id !== asked.id) return "done";
    await pause(clock, pauseMs);
  }
  return "pending";
}

/** Nothing is pruned: how long rows are kept is a setting of the owner. */
function changeHere(directory: string, act: OperatorRequest["act"], by: string, clock: Clock): boolean {
  const store = openStore({ directory, clock });
  try {
    return store.lockdown.change(act, by);
  } finally {
    store.close();
  }
}
