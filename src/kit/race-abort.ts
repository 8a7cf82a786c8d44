// Waiting that can be given up while the work goes on.
import { BridgeError } from "../errors.ts";

/** Ends as `work` does, or rejects with `cancelled` as soon as `signal` aborts; what becomes of `work` is then ignored. */
export function raceAbort<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const onAbort = () => reject(new BridgeError("cancelled", "nobody waits any longer"));
  work.then(resolve, reject);
  if (signal?.aborted) onAbort();
  signal?.addEventListener("abort", onAbort, { once: true });
  return promise.finally(() => signal?.removeEventListener("abort", onAbort));
}
