// The turn of one run on a held thread: started when the thread is idle, told event by event, interrupted when asked.
// Nobody is there to be asked: every question of Codex is declined, saying so.
import { formatDeclined, formatStopFailure, turnText } from "../../chat/words/turn-text.ts";
import { buildDecline, noDynamicTools, readAsked } from "../../codex/questions.ts";
import type { ServerRequest } from "../../codex/thread-feed.ts";
import type { ThreadHold } from "../../codex/threads.ts";
import type { TurnEvent } from "../../codex/turn-events.ts";
import { TurnInbox, type TurnOutcome } from "../../codex/turn-inbox.ts";
import { startTurn, stopTurn, type TurnRequest } from "../../codex/turns.ts";
import { BridgeError, toBridgeError } from "../../errors.ts";
import { says } from "../../kit/blocks.ts";
import { type Clock, type Disposer, pause } from "../../kit/clock.ts";
import type { TurnReport } from "./turn-report.ts";
import { type TurnStops, waitAtMost } from "./turn-stops.ts";

export interface FollowOptions {
  hold: ThreadHold;
  clock: Clock;
  report: TurnReport;
  stops: TurnStops;
  /** Our id of the message. */
  clientId: string;
  onStarted(turnId: string): void;
}

/** Whose turn it is shows with its first message, tens of milliseconds after its start. */
const originGraceMs = 1_000;
/** An interrupt takes 10 to 40 ms (0.169.0); after this long the turn is left to itself. */
const interruptLimitMs = 30_000;

/**
 * Resolves with how the turn ended; undefined when it was left running. Throws `cancelled` when it was stopped before it
 * began, thread and wire errors of its start.
 */
export async function followTurn(
  options: FollowOptions,
  request: Omit<TurnRequest, "clientId">,
): Promise<TurnOutcome | undefined> {
  const turn = new FollowedTurn(options);
  try {
    return await turn.carry(request);
  } finally {
    turn.close();
  }
}

class FollowedTurn {
  readonly #options: FollowOptions;
  readonly #inbox: TurnInbox;
  readonly #left = Promise.withResolvers<undefined>();
  readonly #disposers: Disposer[] = [];
  #stopping: Promise<void> | undefined;

  constructor(options: FollowOptions) {
    const { hold, clock, clientId } = options;
    this.#options = options;
    this.#inbox = new TurnInbox({ feed: hold.feed, clock, clientId });
    this.#disposers.push(
      () => this.#inbox.close(),
      this.#inbox.onEvent((event) => this.#hear(event)),
      this.#inbox.onRequest((asked) => this.#decline(asked)),
      hold.client.onClosed(({ reason, error }) =>
        this.#inbox.lose(
          error instanceof BridgeError
            ? error
            : new BridgeError("connection-lost", reason, { reason }, error),
        ),
      ),
    );
  }

  close(): void {
    for (const dispose of this.#disposers) dispose();
  }

  async carry(request: Omit<TurnRequest, "clientId">): Promise<TurnOutcome | undefined> {
    const { hold, stops, clientId, onStarted, report } = this.#options;
    await this.#awaitIdle();
    if (stops.asked.aborted) throw new BridgeError("cancelled", "stopped before the turn began");
    // Not to be aborted: a turn that has begun has to be interrupted by its id.
    const turnId = await startTurn(hold, this.#inbox, { ...request, clientId });
    onStarted(turnId);
    this.#inbox.origin.then(
      (origin) => {
        if (origin !== "foreign") return;
        report.print({ type: "backend_status", payload: { phase: "turn:joined", turnId } });
        report.say(says(turnText.joined));
      },
      () => {},
    );
    this.#onAbort(stops.leaving, () => this.#left.resolve(undefined));
    this.#onAbort(stops.asked, () => {
      this.#stopping = this.#stop();
    });
    const outcome = await Promise.race([this.#inbox.outcome, this.#left.promise]);
    // A stop also ends the commands that the turn left running.
    if (outcome) await this.#stopping;
    return outcome;
  }

  /** A turn that somebody else runs there is waited for: ours would otherwise become a part of it. */
  async #awaitIdle(): Promise<void> {
    const { hold, clock, report, stops } = this.#options;
    const { feed, client } = hold;
    if (feed.activity !== "active") return;
    report.print({
      type: "backend_status",
      payload: { phase: "thread:busy", turnId: feed.activeTurnId ?? null },
    });
    report.say(says(turnText.busy));
    const idle = new AbortController();
    const disposers = [feed.onIdle(() => idle.abort()), client.onClosed(() => idle.abort())];
    const signal = AbortSignal.any([idle.signal, stops.asked]);
    while (!signal.aborted && feed.activity === "active") await pause(clock, interruptLimitMs, signal);
    for (const dispose of disposers) dispose();
  }

  /** Never throws. Afterwards the turn is over, or left. */
  async #stop(): Promise<void> {
    const { hold, clock, report, stops } = this.#options;
    await Promise.race([this.#inbox.origin, pause(clock, originGraceMs, stops.leaving)]);
    const isForeign = (await Promise.race([this.#inbox.origin, undefined])) === "foreign";
    if (isForeign) report.say(says(turnText.foreign));
    else {
      const stopped = stopTurn(hold, this.#inbox, stops.leaving).catch((error: unknown) =>
        report.say(says(formatStopFailure(toBridgeError(error).message))),
      );
      await waitAtMost(clock, stopped, interruptLimitMs, stops.leaving);
    }
    this.#left.resolve(undefined);
  }

  #hear(event: TurnEvent): void {
    const { report } = this.#options;
    // S2-87: what ends the turn cannot be read, and nothing more will come.
    if (event.type === "other" && event.method === "turn/completed") {
      const details = { method: event.method };
      this.#inbox.lose(
        new BridgeError("backend-response-invalid", "turn/completed came without a readable status", details),
      );
      return;
    }
    report.hear(event);
  }

  #decline(request: ServerRequest): void {
    const { hold, report } = this.#options;
    const { client, feed } = hold;
    const asked = readAsked(request);
    if (asked) client.answer(feed, request.id, buildDecline(asked));
    else if (request.method === "item/tool/call") client.answer(feed, request.id, noDynamicTools);
    else client.refuse(feed, request);
    const { itemId } = request.params;
    const item = typeof itemId === "string" ? this.#inbox.running.get(itemId) : undefined;
    const payload = { phase: request.method, declined: true, itemId: itemId ?? null };
    report.print({ type: "backend_status", payload });
    report.say(says(formatDeclined(request.method, item?.title)));
  }

  #onAbort(signal: AbortSignal, run: () => void): void {
    if (signal.aborted) {
      run();
      return;
    }
    signal.addEventListener("abort", run, { once: true });
    this.#disposers.push(() => signal.removeEventListener("abort", run));
  }
}
