// Gets hold of a binding's thread for its next turn, however long a lock, the network or a back-fill is in the way.
// It never replaces a thread: only one that never had a message is started anew.
import { isDeepStrictEqual } from "node:util";
import type { ThreadHold } from "../codex/threads.ts";
import { BridgeError, isBridgeError } from "../errors.ts";
import { buildBackoff } from "../kit/backoff.ts";
import { type Clock, type Disposer, pause } from "../kit/clock.ts";
import type { Lanes } from "../lanes/lanes.ts";
import type { Store } from "../store/open-store.ts";
import type { Binding, InForce } from "../store/rows.ts";
import { checkFolder } from "./folder.ts";
import type { OnPoint } from "./host-sender.ts";
import { buildLaneKey, buildThreadKey } from "./lane-key.ts";
import type { Place, Places } from "./place.ts";
import type { Notice, WaitReason } from "./voice.ts";

export interface ThreadOpenerOptions {
  store: Store;
  places: Places;
  lanes: Lanes;
  clock: Clock;
  onPoint: OnPoint;
}

export interface Opened {
  binding: Binding;
  place: Place;
  hold: ThreadHold;
}

/** A connection that fails so often in a row is reported instead of tried for ever. */
const connectionTries = 6;
/** An event may be lost: how often the state of thread or server is looked at again while waiting. */
const lookAgainMs = 30_000;

export class ThreadOpener {
  readonly #options: ThreadOpenerOptions;
  readonly #backoffMs = buildBackoff({ firstMs: 500, maxMs: 30_000, random: Math.random });

  constructor(options: ThreadOpenerOptions) {
    this.#options = options;
  }

  /** Throws setup, thread and folder errors at once; waits out the others, telling why. */
  async open(bindingId: string, tell: (notice: Notice) => void, signal: AbortSignal): Promise<Opened> {
    let tries = 0;
    let connectionFailures = 0;
    for (;;) {
      signal.throwIfAborted();
      const binding = this.#options.store.bindings.findById(bindingId);
      if (!binding) throw new BridgeError("not-bound", "the conversation was detached");
      const place = this.#options.places.get(binding.place);
      try {
        return await this.#openOnce(binding, place, tell, signal);
      } catch (error) {
        const reason = readWaitReason(error);
        tries += 1;
        connectionFailures = reason === "connection" ? connectionFailures + 1 : 0;
        if (reason === undefined || connectionFailures >= connectionTries) throw error;
        tell({ type: "waiting", reason });
        await pause(this.#options.clock, this.#backoffMs(tries), signal);
      }
    }
  }

  /** Resolves when no turn runs on the thread, or the connection is gone; says that somebody else's turn runs. */
  async awaitIdle(opened: Opened, tell: (notice: Notice) => void, signal: AbortSignal): Promise<void> {
    const { hold, place } = opened;
    if (hold.feed.activity !== "active") return;
    tell({ type: "waiting", reason: "foreign-turn" });
    while (hold.client.isOpen && hold.feed.activity === "active") {
      signal.throwIfAborted();
      await this.#waitFor(hold, (wake) => hold.feed.onIdle(wake), signal);
      if (!hold.client.isOpen || hold.feed.activity !== "active") return;
      const read = await place.threads.read(hold.threadId, signal).catch((error) => {
        if (!isConnectionTrouble(error)) throw error;
      });
      if (read) hold.feed.takeNotification("thread/status/changed", { status: read.status });
    }
  }

  /** A server that is about to stop takes nothing new: resolves when it is gone, or after a while. */
  async awaitGone({ hold }: Opened, tell: (notice: Notice) => void, signal: AbortSignal): Promise<void> {
    tell({ type: "waiting", reason: "connection" });
    await this.#waitFor(hold, () => () => {}, signal);
    signal.throwIfAborted();
  }

  /** Until woken, the connection closes, `signal` aborts, or it is time to look again. */
  async #waitFor(hold: ThreadHold, on: (wake: () => void) => Disposer, signal: AbortSignal): Promise<void> {
    const woken = new AbortController();
    const wake = () => woken.abort();
    const disposers = [on(wake), hold.client.onClosed(wake)];
    await pause(this.#options.clock, lookAgainMs, AbortSignal.any([signal, woken.signal]));
    for (const dispose of disposers) dispose();
  }

  async #openOnce(
    binding: Binding,
    place: Place,
    tell: (notice: Notice) => void,
    signal: AbortSignal,
  ): Promise<Opened> {
    if (binding.threadId === undefined) return this.#start(binding, place, signal);
    let hold: ThreadHold;
    try {
      hold = await place.threads.hold(binding.threadId, signal);
    } catch (error) {
      if (!isBridgeError(error, "thread-gone") || binding.threadSeen) throw error;
      return this.#start(binding, place, signal);
    }
    try {
      return { place, hold, binding: this.#readBack(binding, hold, tell) };
    } catch (error) {
      hold.release();
      throw error;
    }
  }

  async #start(binding: Binding, place: Place, signal: AbortSignal): Promise<Opened> {
    const { store, lanes, onPoint } = this.#options;
    const { model, approvalPolicy } = binding.requested;
    const request = {
      cwd: await checkFolder(binding.cwd),
      ...(model ? { model } : {}),
      ...(approvalPolicy ? { approvalPolicy } : {}),
    };
    const hold = await place.threads.start(request, signal);
    const started =
      store.bindings.update(binding.id, { threadId: hold.threadId, inForce: hold.feed.inForce }) ?? binding;
    lanes.alias(buildLaneKey(binding), buildThreadKey(binding.place, hold.threadId));
    onPoint("thread-started");
    return { binding: started, place, hold };
  }

  /** A resumed thread keeps what it has: we read back what is in force, and say when its folder moved. */
  #readBack(binding: Binding, hold: ThreadHold, tell: (notice: Notice) => void): Binding {
    const keepsOwn = binding.requested.sandbox === undefined;
    // Policies that travel with each turn are not what the thread itself keeps (it was started read-only).
    const inForce = keepsOwn ? hold.feed.inForce : { ...hold.feed.inForce, ...pickPolicies(binding.inForce) };
    if (keepsOwn) refuseRaisedPolicy(binding, inForce);
    const moved = keepsOwn && inForce.cwd !== undefined && inForce.cwd !== binding.cwd;
    if (moved) tell({ type: "folder-changed", cwd: inForce.cwd ?? "" });
    if (!moved && isDeepStrictEqual(inForce, binding.inForce)) return binding;
    const change = { inForce, ...(moved ? { cwd: inForce.cwd ?? binding.cwd } : {}) };
    return this.#options.store.bindings.update(binding.id, change) ?? binding;
  }
}

/** Somebody gave the thread more rights than its owner agreed to when binding it. */
function refuseRaisedPolicy(binding: Binding, inForce: Binding["inForce"]): void {
  const { sandbox, approvalPolicy } = binding.ceiling;
  const raised =
    (inForce.sandbox === "danger-full-access" && sandbox !== "danger-full-access") ||
    (inForce.approvalPolicy === "never" && approvalPolicy !== "never");
  if (raised) {
    throw new BridgeError("not-allowed", "the thread's policies were raised", {
      reason: "policy-raised",
      sandbox: inForce.sandbox,
      approvalPolicy: inForce.approvalPolicy,
    });
  }
}

function pickPolicies({ sandbox, approvalPolicy }: InForce): InForce {
  return { ...(sandbox ? { sandbox } : {}), ...(approvalPolicy ? { approvalPolicy } : {}) };
}

function readWaitReason(error: unknown): WaitReason | undefined {
  if (isBridgeError(error, "thread-held")) return "thread-held";
  if (isBridgeError(error, "server-backfilling")) return "backfill";
  return isConnectionTrouble(error) ? "connection" : undefined;
}

/** What a new connection may mend; not what the server has answered and will answer again. */
export function isConnectionTrouble(error: unknown): boolean {
  if (isBridgeError(error, "backend-protocol-error")) return !("message" in error.details);
  return isBridgeError(
    error,
    "connection-lost",
    "server-exited",
    "backend-timeout",
    "server-overloaded",
    "server-draining",
    "backend-json-parse-error",
  );
}
