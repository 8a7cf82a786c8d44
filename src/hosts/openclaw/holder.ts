// The life of the gateway's side: empty until the service starts, filled by start, emptied by stop. A start that fails
// is tried again; until it works everybody who asks gets its error.
import { BridgeError, toBridgeError } from "../../errors.ts";
import { buildBackoff } from "../../kit/backoff.ts";
import { type Clock, type Disposer, pause } from "../../kit/clock.ts";
import type { Log } from "../../kit/log.ts";
import type { Gateway } from "./gateway.ts";

const serving = Symbol.for("openclaw-codex-threads.serving");

/**
 * What the instances of the plugin in one process share. After some changes of its settings the host hands messages to
 * an instance that it registered anew, and leaves the service with the old one (OpenClaw 2026.9.6).
 */
export interface Shared {
  [serving]?: Holder;
}

export interface HolderOptions {
  clock: Clock;
  log: Log;
  shared?: Shared;
}

type State =
  | { type: "stopped" }
  | { type: "starting"; started: Promise<void> }
  | { type: "ready"; gateway: Gateway; leave: Disposer }
  | { type: "failed"; error: BridgeError };

/** A channel may hand over messages shortly before the service starts. */
const startWaitMs = 5_000;

export class Holder {
  readonly #options: HolderOptions;
  readonly #shared: Shared;
  readonly #started = Promise.withResolvers<void>();
  #state: State = { type: "stopped" };
  #cancelRetry: Disposer | undefined;

  constructor(options: HolderOptions) {
    this.#options = options;
    this.#shared = options.shared ?? {};
  }

  /** Never throws. `enter`: called with what was opened; what it returns is called before that is closed. */
  async start(open: () => Promise<Gateway>, enter: (gateway: Gateway) => Disposer): Promise<void> {
    if (this.#state.type !== "stopped") return;
    this.#shared[serving] = this;
    await this.#open(open, enter, 0);
  }

  async stop(): Promise<void> {
    if (this.#shared[serving] === this) delete this.#shared[serving];
    this.#cancelRetry?.();
    const state = this.#state;
    if (state.type === "starting") await state.started;
    const last = this.#state;
    this.#cancelRetry?.();
    this.#state = { type: "stopped" };
    if (last.type !== "ready") return;
    last.leave();
    await last.gateway.app.close();
  }

  /** Throws the error of the start, or `gateway-starting`. */
  async get(): Promise<Gateway> {
    const other = this.#shared[serving];
    if (this.#state.type === "stopped" && other && other !== this) return other.get();
    if (this.#state.type === "stopped" || this.#state.type === "starting") await this.#waitForStart();
    switch (this.#state.type) {
      case "ready":
        return this.#state.gateway;
      case "failed":
        throw this.#state.error;
      default:
        throw new BridgeError("gateway-starting", "the service has not started");
    }
  }

  async #open(
    open: () => Promise<Gateway>,
    enter: (gateway: Gateway) => Disposer,
    tries: number,
  ): Promise<void> {
    const { log, clock } = this.#options;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#state = { type: "starting", started: promise };
    try {
      const gateway = await open();
      this.#state = { type: "ready", gateway, leave: enter(gateway) };
      if (tries > 0) log.info("started, after all");
    } catch (thrown) {
      const error = toBridgeError(thrown);
      this.#state = { type: "failed", error };
      log.warn(`the start failed, it will be tried again: ${error.code} ${error.message}`);
      this.#cancelRetry = clock.after(retryDelay(tries + 1), () => {
        this.#open(open, enter, tries + 1).catch((failure) => log.warn(String(failure)));
      });
    } finally {
      resolve();
      this.#started.resolve();
    }
  }

  async #waitForStart(): Promise<void> {
    const waited = new AbortController();
    await Promise.race([this.#started.promise, pause(this.#options.clock, startWaitMs, waited.signal)]);
    waited.abort();
    if (this.#state.type === "starting") await this.#state.started;
  }
}

const retryDelay = buildBackoff({ firstMs: 1_000, maxMs: 60_000, random: Math.random });
