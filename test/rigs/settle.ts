// Lets everything happen that can happen without time passing: promises, and file system calls that are under way.
import { setImmediate as nextRound } from "node:timers/promises";
import type { FakeClock } from "./fake-clock.ts";

const calmRounds = 3;

export async function settle(): Promise<void> {
  for (let calm = 0; calm < calmRounds; ) {
    await nextRound();
    const reading = process.getActiveResourcesInfo().some((name) => name.startsWith("FSReq"));
    calm = reading ? 0 : calm + 1;
  }
}

/** Time goes on in steps, so that what one step starts is done before the next. */
export async function pass(clock: FakeClock, ms: number, stepMs = 250): Promise<void> {
  await settle();
  for (let left = ms; left > 0; left -= stepMs) {
    await clock.advance(Math.min(stepMs, left));
    await settle();
  }
}
