// Our requests from the call to their one end: the window of those in flight, the queue behind it, deadlines, aborts,
// and the repeat of what an overloaded server refused. Does not read or write the transport.
import { BridgeError } from "../errors.ts";
import { buildBackoff } from "../kit/backoff.ts";
import type { Clock, Disposer } from "../kit/clock.ts";
import { RpcError } from "./rpc-error.ts";
import type { RpcResponse } from "./rpc-message.ts";

const overloadedCode = -32001;
const internalErrorCode = -32603;
const maxRepeats = 5;

export interface RequestOptions {
  /** From the call to the answer, time in the queue included, in ms. */
  deadlineMs: number;
  signal?: AbortSignal | undefined;
}

export interface OutgoingRequestsOptions {
  clock: Clock;
  random: () => number;
  maxInFlight: number;
  /** Puts a request on the wire; what it throws ends that request. */
  write: (id: number, method: string, params: unknown) => void;
}

interface Pending {
  readonly method: string;
  readonly params: unknown;
  readonly deadlineAtMs: number;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly disposers: Disposer[];
  /** Set while the server may be working on it. */
  id: number | undefined;
  repeats: number;
}

export class OutgoingRequests {
  readonly #options: OutgoingRequestsOptions;
  readonly #backoff: (attempt: number) => number;
  readonly #waiting = new Set<Pending>();
  /** Those that hold a place in the window, also while a repeat is due. */
  readonly #inFlight = new Set<Pending>();
  readonly #byId = new Map<number, Pending>();
  #nextId = 1;
  #repeated = 0;

  constructor(options: OutgoingRequestsOptions) {
    this.#options = options;
    this.#backoff = buildBackoff({ firstMs: 50, maxMs: 2_000, random: options.random });
  }

  get repeated(): number {
    return this.#repeated;
  }

  start(method: string, params: unknown, { deadlineMs, signal }: RequestOptions): Promise<unknown> {
    const { clock } = this.#options;
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const deadlineAtMs = clock.now() + deadlineMs;
    const pending: Pending = {
      ...{ method, params, deadlineAtMs, resolve, reject },
      disposers: [],
      id: undefined,
      repeats: 0,
    };
    const onAbort = () => this.#fail(pending, "cancelled", `${method} was cancelled`);
    if (signal?.aborted) {
      onAbort();
      return promise;
    }
    signal?.addEventListener("abort", onAbort, { once: true });
    const onDeadline = () =>
      this.#fail(pending, "backend-timeout", `${method} had no answer within ${deadlineMs} ms`, {
        deadlineMs,
      });
    pending.disposers.push(
      () => signal?.removeEventListener("abort", onAbort),
      clock.after(deadlineMs, onDeadline),
    );
    this.#waiting.add(pending);
    this.#fill();
    return promise;
  }

  /** Whether the id was given out by us, answered or not. */
  knows(id: unknown): boolean {
    return typeof id === "number" && Number.isInteger(id) && id > 0 && id < this.#nextId;
  }

  /** False when no request waits for this response. */
  settle({ id, result, error }: RpcResponse): boolean {
    const pending = typeof id === "number" ? this.#byId.get(id) : undefined;
    if (!pending) return false;
    if (error !== undefined) {
      this.#settleError(pending, buildRpcError(pending.method, error));
    } else if (result === undefined) {
      this.#fail(
        pending,
        "backend-response-invalid",
        `${pending.method} was answered without result and error`,
      );
    } else {
      this.#release(pending);
      pending.resolve(result);
    }
    return true;
  }

  /** Ends everything: `error` says why, each request learns whether it had been sent. */
  failAll(error: BridgeError): void {
    for (const pending of [...this.#inFlight, ...this.#waiting]) {
      const { code, message, details } = error;
      const told = new BridgeError(code, message, { ...details, ...describe(pending) }, error.cause ?? error);
      this.#release(pending, false);
      pending.reject(told);
    }
  }

  #settleError(pending: Pending, error: RpcError): void {
    const { clock } = this.#options;
    const delayMs = this.#backoff(pending.repeats + 1);
    const mayRepeat = pending.repeats < maxRepeats && clock.now() + delayMs < pending.deadlineAtMs;
    if (error.code !== overloadedCode || !mayRepeat) {
      this.#release(pending);
      pending.reject(error);
      return;
    }
    // The server refused it, so it is not being worked on; its place in the window stays taken to spare the server.
    this.#forget(pending);
    pending.repeats += 1;
    this.#repeated += 1;
    pending.disposers.push(clock.after(delayMs, () => this.#write(pending)));
  }

  #fill(): void {
    for (const pending of this.#waiting) {
      if (this.#inFlight.size >= this.#options.maxInFlight) return;
      // Its own timer is due in this very moment: sending it now could only do what nobody waits for any more.
      if (pending.deadlineAtMs <= this.#options.clock.now()) continue;
      this.#waiting.delete(pending);
      this.#inFlight.add(pending);
      this.#write(pending);
    }
  }

  #write(pending: Pending): void {
    const id = this.#nextId++;
    pending.id = id;
    this.#byId.set(id, pending);
    try {
      this.#options.write(id, pending.method, pending.params);
    } catch (error) {
      this.#release(pending);
      pending.reject(error instanceof Error ? error : new Error(String(error)));
    }
  }

  #fail(
    pending: Pending,
    code: "cancelled" | "backend-timeout" | "backend-response-invalid",
    message: string,
    details = {},
  ): void {
    const error = new BridgeError(code, message, { ...details, ...describe(pending) });
    this.#release(pending);
    pending.reject(error);
  }

  #release(pending: Pending, fill = true): void {
    for (const dispose of pending.disposers.splice(0)) dispose();
    this.#forget(pending);
    this.#waiting.delete(pending);
    if (this.#inFlight.delete(pending) && fill) this.#fill();
  }

  #forget(pending: Pending): void {
    if (pending.id !== undefined) this.#byId.delete(pending.id);
    pending.id = undefined;
  }
}

/** `sent` tells a caller whether the server may have acted on the request. */
function describe(pending: Pending): { method: string; sent: boolean } {
  return { method: pending.method, sent: pending.id !== undefined };
}

function buildRpcError(method: string, error: unknown): RpcError {
  const { code, message, data } =
    typeof error === "object" && error !== null ? (error as Record<string, unknown>) : {};
  const text = typeof message === "string" ? message : JSON.stringify(error);
  return new RpcError(method, typeof code === "number" ? code : internalErrorCode, text, data);
}
