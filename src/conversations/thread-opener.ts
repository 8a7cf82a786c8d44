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
import type { ExecTurnOptions } from "./exec-turn.ts";
import { checkFolderOf, checkTurnFolder } from "./folder.ts";
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

/** What an exec turn stands on. */
export type ExecStand = Pick<ExecTurnOptions, "binding" | "place" | "exec" | "nameThread">;

export interface Opened {
  binding: Binding;
  place: Place;
  hold: ThreadHold;
}

/** A connection that fails so often in a row is reported instead of tried for ever. */
const connectionTries = 6;
/** An attempt that has lasted so long is said to last; then again, ever more rarely. */
const slowMs = 10_000;
const slowestSignMs = 5 * 60_000;
/** An event may be lost: how often the state of thread or server is looked at again while waiting. */
const lookAgainMs = 30_000;

export class ThreadOpener {
  readonly #options: ThreadOpenerOptions;
  readonly #backoffMs = buildBackoff({ firstMs: 500, maxMs: 30_000, random: Math.random });

  constructor(options: ThreadOpenerOptions) {
    this.#options = options;
  }

  /**
   * Throws setup, thread and folder errors at once; waits out the others, telling why. `signal` ends it at once;
   * `impatience` only where it may last: then it throws what is in the way, or `cancelled`.
   */
  async open(
    bindingId: string,
    tell: (notice: Notice) => void,
    signal: AbortSignal,
    impatience: AbortSignal,
  ): Promise<Opened> {
    let tries = 0;
    let connectionFailures = 0;
    for (;;) {
      signal.throwIfAborted();
      const binding = this.#options.store.bindings.findById(bindingId);
      if (!binding) throw new BridgeError("not-bound", "the conversation was detached");
      const place = this.#options.places.get(binding.place);
      try {
        return await this.#openOrSay(binding, place, tell, signal, impatience);
      } catch (error) {
        const reason = readWaitReason(error);
        tries += 1;
        connectionFailures = reason === "connection" ? connectionFailures + 1 : 0;
        if (reason === undefined || connectionFailures >= connectionTries) throw error;
        // A connection comes back, or is given up, within a minute; a node comes back when it does, and is stopped then.
        const isPatient = reason === "connection" || reason === "node-away";
        if (impatience.aborted && !isPatient) throw error;
        tell({ type: "waiting", reason, ...nameNode(place) });
        const until = isPatient ? signal : AbortSignal.any([signal, impatience]);
        await pause(this.#options.clock, this.#backoffMs(tries), until);
      }
    }
  }

  /** Where turns run by `codex exec` nothing is opened. Throws `not-bound`, `node-unknown`. */
  findExec(bindingId: string): ExecStand | undefined {
    const { store, places } = this.#options;
    const binding = store.bindings.findById(bindingId);
    if (!binding) throw new BridgeError("not-bound", "the conversation was detached");
    const place = places.get(binding.place);
    const nameThread = (threadId: string, inForce: InForce) => {
      this.#nameThread(binding, threadId, { inForce, threadSeen: true });
    };
    return place.exec && { binding, place, exec: place.exec, nameThread };
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
  async awaitGone(opened: Opened, tell: (notice: Notice) => void, signal: AbortSignal): Promise<void> {
    tell({ type: "waiting", reason: "connection", ...nameNode(opened.place) });
    await this.#waitFor(opened.hold, () => () => {}, signal);
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

  async #openOrSay(
    binding: Binding,
    place: Place,
    tell: (notice: Notice) => void,
    signal: AbortSignal,
    impatience: AbortSignal,
  ): Promise<Opened> {
    const done = new AbortController();
    const givenUp = new AbortController();
    void this.#saySlow(place, tell, done.signal, impatience).then(() => {
      if (!done.signal.aborted) givenUp.abort(new BridgeError("cancelled", "nobody wants to wait longer"));
    });
    try {
      return await this.#openOnce(binding, place, tell, AbortSignal.any([signal, givenUp.signal]));
    } finally {
      done.abort();
    }
  }

  /** A server that reads its session files for the first time is silent for minutes, and a long thread for a while. */
  async #saySlow(
    place: Place,
    tell: (notice: Notice) => void,
    done: AbortSignal,
    impatience: AbortSignal,
  ): Promise<void> {
    const { clock } = this.#options;
    const startedAt = clock.now();
    await pause(clock, slowMs, done);
    const until = AbortSignal.any([done, impatience]);
    for (let nextMs = slowMs; !until.aborted; nextMs = Math.min(2 * nextMs, slowestSignMs)) {
      const reason = place.servers.status().connected ? "loading" : "backfill";
      tell({ type: "waiting", reason, elapsedMs: clock.now() - startedAt, ...nameNode(place) });
      await pause(clock, nextMs, until);
    }
  }

  async #openOnce(
    binding: Binding,
    place: Place,
    tell: (notice: Notice) => void,
    signal: AbortSignal,
  ): Promise<Opened> {
    // On a thread that we hold the turn itself says when the login is gone.
    const isHeld = binding.threadId !== undefined && place.threads.findFeed(binding.threadId) !== undefined;
    const opened = await this.#openThread(binding, place, tell, signal);
    try {
      if (!isHeld) await place.threads.requireLogin({ machine: place.name, user: place.user }, signal);
      return opened;
    } catch (error) {
      opened.hold.release();
      throw error;
    }
  }

  async #openThread(
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
      return { place, hold, binding: await this.#readBack(binding, place, hold, tell) };
    } catch (error) {
      hold.release();
      throw error;
    }
  }

  async #start(binding: Binding, place: Place, signal: AbortSignal): Promise<Opened> {
    const { model, approvalPolicy } = binding.requested;
    const request = {
      cwd: await checkTurnFolder(place, binding, undefined),
      ...(model ? { model } : {}),
      ...(approvalPolicy ? { approvalPolicy } : {}),
    };
    const hold = await place.threads.start(request, signal);
    try {
      const started = this.#nameThread(binding, hold.threadId, { inForce: hold.feed.inForce });
      return { binding: started, place, hold };
    } catch (error) {
      hold.release();
      throw error;
    }
  }

  #nameThread(
    binding: Binding,
    threadId: string,
    facts: Partial<Pick<Binding, "inForce" | "threadSeen">>,
  ): Binding {
    const { store, lanes, onPoint } = this.#options;
    const named = store.bindings.update(binding.id, { threadId, ...facts }) ?? binding;
    lanes.alias(buildLaneKey(binding), buildThreadKey(binding.place, threadId));
    onPoint("thread-started");
    return named;
  }

  /** A resumed thread keeps what it has: we read back what is in force, and say when its folder moved. */
  async #readBack(
    binding: Binding,
    place: Place,
    hold: ThreadHold,
    tell: (notice: Notice) => void,
  ): Promise<Binding> {
    const keepsOwn = binding.requested.sandbox === undefined;
    // Policies that travel with each turn are not what the thread itself keeps (it was started read-only).
    const inForce = keepsOwn ? hold.feed.inForce : { ...hold.feed.inForce, ...pickPolicies(binding.inForce) };
    if (keepsOwn) refuseRaisedPolicy(binding, inForce);
    const { cwd = binding.cwd } = inForce;
    // Bound by a link, it is known by its real path, and told under its own.
    const moved = keepsOwn && cwd !== binding.cwd && cwd !== binding.inForce.cwd;
    if (moved) tell({ type: "folder-changed", cwd });
    if (!moved && isDeepStrictEqual(inForce, binding.inForce)) return binding;
    // One that cannot be used is said when the turn is about to work in it.
    const change = { inForce, ...(moved ? { cwd: await checkFolderOf(place, cwd).catch(() => cwd) } : {}) };
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

function nameNode({ isNode, name }: Place): { node?: string } {
  return isNode ? { node: name } : {};
}

function readWaitReason(error: unknown): WaitReason | undefined {
  if (isBridgeError(error, "thread-held")) return "thread-held";
  if (isBridgeError(error, "server-backfilling")) return "backfill";
  if (isBridgeError(error, "node-offline")) return "node-away";
  return isConnectionTrouble(error) ? "connection" : undefined;
}

/** What a new connection may mend; not what the server has answered and will answer again. */
export function isConnectionTrouble(error: unknown): boolean {
  if (isBridgeError(error, "backend-protocol-error")) return !("message" in error.details);
  return isBridgeError(
    error,
    "connection-lost",
    "node-offline",
    "server-exited",
    "backend-timeout",
    "server-overloaded",
    "server-draining",
    "backend-json-parse-error",
  );
}
