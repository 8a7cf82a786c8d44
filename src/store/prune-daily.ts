// Old rows go while the process runs on, not only when it is started: a gateway may run for months.
import type { Clock, Disposer } from "../kit/clock.ts";
import type { Log } from "../kit/log.ts";
import type { Store } from "./open-store.ts";

const dayMs = 24 * 60 * 60 * 1000;

/** At once too. What cannot be removed now is removed another day. */
export function pruneDaily(store: Pick<Store, "prune">, keepDays: number, clock: Clock, log: Log): Disposer {
  let cancel: Disposer = () => {};
  const prune = () => {
    try {
      store.prune(keepDays);
    } catch (error) {
      log.warn(`old rows stay: ${String(error)}`);
    }
    cancel = clock.after(dayMs, prune);
  };
  prune();
  return () => cancel();
}
