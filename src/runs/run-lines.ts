// One line of a run at a time, in the order in which they came, over all clients of the user in all processes: Codex has no
// way to say "only if nothing runs", and would put two lines of the same milliseconds into one turn.
import { nanoid } from "nanoid";
import { BridgeError } from "../errors.ts";
import { type Clock, pause } from "../kit/clock.ts";
import { isSameProcess, readProcessIdentity } from "../process/identity.ts";
import type { RunStore } from "./run-store.ts";

const lookMs = 30;
/** Every so many looks: whether who is first still lives. */
const looksBetweenDoubts = 30;

export interface RunLinesOptions {
  store: Pick<RunStore, "addLine" | "findFirstLine" | "removeLine">;
  clock: Clock;
}

/**
 * Does `work` when every line of the run that came before is done with: its turn is accepted, or it failed.
 * Throws `cancelled`, `run-none` when the run is deleted meanwhile, and what `work` throws.
 */
export async function takeLine<T>(
  { store, clock }: RunLinesOptions,
  run: string,
  work: () => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  const ticket = nanoid();
  const sender = (await readProcessIdentity(process.pid)) ?? { pid: 0, startedAt: "" };
  store.addLine({ ticket, run, sender });
  try {
    for (let looks = 1; ; looks++) {
      const first = store.findFirstLine(run);
      if (!first) throw new BridgeError("run-none", `${run} is gone`, { selector: run });
      if (first.ticket === ticket) return await work();
      const isDoubted = looks % looksBetweenDoubts === 0;
      if (isDoubted && !(await isSameProcess(first.sender))) store.removeLine(first);
      else await pause(clock, lookMs, signal);
      if (signal.aborted) throw new BridgeError("cancelled", "left before the line was sent");
    }
  } finally {
    store.removeLine({ ticket });
  }
}
