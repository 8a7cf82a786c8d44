// Lets everything happen that can happen without time passing: promises, and file system calls that are under way.
import { setImmediate as nextRound } from "node:timers/promises";
import type { FakeClock } from "./fake-clock.ts";
import { until } from "./until.ts";

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

/** Lets the time that `work` waits for pass, `ms` at a time, however often it waits; what runs in other processes goes on. */
export async function passing<T>(clock: FakeClock, ms: number, work: Promise<T>): Promise<T> {
  let isDone = false;
  const done = work.finally(() => {
    isDone = true;
  });
  await until(async () => {
    if (clock.pending > 0) await clock.advance(ms);
    return isDone;
  });
  return done;
}
