// What one turn says, in order, and what became of it. Opened before the turn is started, so that nothing is missed;
// events of other turns of the thread never get in.
import { BridgeError } from "../errors.ts";
import type { Clock, Disposer } from "../kit/clock.ts";
import { Listeners } from "../kit/listeners.ts";
import { readTurnError } from "./error-meanings.ts";
import type { Item, TurnInfo } from "./schemas.ts";
import type { ServerRequest, ThreadFeed } from "./thread-feed.ts";
import {
  type ReadEvent,
  readUserMessage,
  type TurnEvent,
  type TurnEventBody,
  type Usage,
} from "./turn-events.ts";
import { buildReply, type ReplyPart, readParts } from "./turn-reply.ts";

export type TurnOutcome =
  | { status: "answered"; text: string; usage?: Usage }
  /** Ended well without a word. */
  | { status: "empty"; usage?: Usage }
  | { status: "failed"; error: BridgeError; text?: string; usage?: Usage }
  | { status: "interrupted"; text?: string; usage?: Usage }
  /** The connection went; only the thread's history can tell. */
  | { status: "lost"; error: BridgeError };

/** ours: our message opened the turn. foreign: it landed in somebody else's. none: it never appeared in the turn. */
export type TurnOrigin = "ours" | "foreign" | "none";

export interface TurnInboxOptions {
  feed: ThreadFeed;
  clock: Clock;
  /** `clientUserMessageId` of our message. */
  clientId: string;
}

/** How long `turn/completed` may lag behind a final `error` (protocol: it follows at once). */
const failureGraceMs = 10_000;

export class TurnInbox {
  readonly outcome: Promise<TurnOutcome>;
  readonly origin: Promise<TurnOrigin>;
  turnId: string | undefined;
  /** What runs right now, newest last, for telling people. */
  readonly running = new Map<string, { title: string; item: Item }>();
  /** Items of this turn's commands: what a stop may end. */
  readonly commandItems = new Set<string>();
  readonly #options: TurnInboxOptions;
  readonly #events: Listeners<TurnEvent>;
  readonly #requests: Listeners<ServerRequest>;
  readonly #parts: ReplyPart[] = [];
  readonly #disposers: Disposer[] = [];
  readonly #settle: (outcome: TurnOutcome) => void;
  readonly #settleOrigin: (origin: TurnOrigin) => void;
  #early: ReadEvent[] = [];
  #origin: TurnOrigin | undefined;
  #settled = false;
  #seq = 0;
  #usageBase: Usage | undefined;
  #usage: Usage | undefined;

  constructor(options: TurnInboxOptions) {
    this.#options = options;
    this.#events = new Listeners(options.feed.onError);
    this.#requests = new Listeners(options.feed.onError);
    const outcome = Promise.withResolvers<TurnOutcome>();
    const origin = Promise.withResolvers<TurnOrigin>();
    this.outcome = outcome.promise;
    this.origin = origin.promise;
    this.#settle = outcome.resolve;
    this.#settleOrigin = origin.resolve;
    this.#disposers.push(
      options.feed.onEvent((event) => this.#take(event)),
      options.feed.onRequest((request) => this.#takeRequest(request)),
    );
  }

  onEvent(listener: (event: TurnEvent) => void): Disposer {
    return this.#events.on(listener);
  }

  /** Questions of this turn, and only when the turn is ours. */
  onRequest(listener: (request: ServerRequest) => void): Disposer {
    return this.#requests.on(listener);
  }

  /**
   * Names the turn: what was heard of it until now is told, in order. `joined`: it ran before our message was sent, so
   * it is somebody else's, although the first message that we hear in it is ours.
   */
  adopt(turnId: string, { joined = false }: { joined?: boolean } = {}): void {
    this.turnId = turnId;
    if (joined) this.#setOrigin("foreign");
    const early = this.#early;
    this.#early = [];
    for (const event of early) this.#take(event);
  }

  /** What history says about the turn; used when following a turn after a restart or when an event was lost. */
  takeHistory(turn: TurnInfo): void {
    const first = turn.items.find((item) => item.type === "userMessage");
    if (first) this.#decideOrigin(readUserMessage(first).clientId);
    if (turn.status !== "inProgress") this.#end(turn);
    // What was said before we joined belongs to the reply too.
    else this.#parts.unshift(...readParts(turn));
  }

  /** The connection is gone: whoever waits has to look at the history. */
  lose(error: BridgeError): void {
    this.#finish({ status: "lost", error });
  }

  close(): void {
    for (const dispose of this.#disposers) dispose();
  }

  #take(event: ReadEvent): void {
    if (this.#settled) return;
    if (this.turnId === undefined) {
      this.#early.push(event);
      return;
    }
    if (event.turnId !== this.turnId) return;
    this.#apply(event.body);
    this.#events.emit({ ...event.body, seq: ++this.#seq, turnId: this.turnId });
    if (event.body.type === "turn-ended") this.#end(event.body.turn);
  }

  #apply(body: TurnEventBody): void {
    switch (body.type) {
      case "user-message":
        this.#decideOrigin(body.clientId);
        return;
      case "message":
        this.#parts.push({ kind: "message", text: body.text, ...(body.phase ? { phase: body.phase } : {}) });
        return;
      case "plan":
        this.#parts.push({ kind: "plan", text: body.text });
        return;
      case "tool-started":
        this.running.set(body.itemId, { title: body.title, item: body.item });
        if (body.tool === "command") this.commandItems.add(body.itemId);
        return;
      case "tool-completed":
        this.running.delete(body.itemId);
        return;
      case "usage":
        this.#usageBase ??= subtract(body.total, body.last);
        this.#usage = subtract(body.total, this.#usageBase);
        return;
      case "failing":
        this.#disposers.push(
          this.#options.clock.after(failureGraceMs, () =>
            this.#finish({ status: "failed", error: body.error }),
          ),
        );
        return;
      default:
        return;
    }
  }

  #decideOrigin(clientId: string | undefined): void {
    this.#setOrigin(clientId === this.#options.clientId ? "ours" : "foreign");
  }

  #setOrigin(origin: TurnOrigin): void {
    if (this.#origin !== undefined) return;
    this.#origin = origin;
    this.#settleOrigin(origin);
    for (const request of this.#options.feed.openRequests) this.#takeRequest(request);
  }

  #takeRequest(request: ServerRequest): void {
    if (this.#origin !== "ours" || request.params.turnId !== this.turnId || this.#settled) return;
    this.#requests.emit(request);
  }

  #end(turn: TurnInfo): void {
    const text = buildReply(turn, this.#parts);
    const withText = text === "" ? {} : { text };
    const usage = this.#usage ? { usage: this.#usage } : {};
    switch (turn.status) {
      case "completed":
        this.#finish(text === "" ? { status: "empty", ...usage } : { status: "answered", text, ...usage });
        return;
      case "interrupted":
        this.#finish({ status: "interrupted", ...withText, ...usage });
        return;
      default: {
        const error = turn.error
          ? readTurnError(turn.error)
          : new BridgeError("turn-failed", `turn ended as ${turn.status}`, { message: turn.status });
        this.#finish({ status: "failed", error, ...withText, ...usage });
      }
    }
  }

  #finish(outcome: TurnOutcome): void {
    if (this.#settled) return;
    this.#settled = true;
    this.#settleOrigin(this.#origin ?? "none");
    this.#settle(outcome);
  }
}

function subtract(from: Usage, amount: Usage): Usage {
  return {
    inputTokens: from.inputTokens - amount.inputTokens,
    cachedInputTokens: from.cachedInputTokens - amount.cachedInputTokens,
    outputTokens: from.outputTokens - amount.outputTokens,
    reasoningOutputTokens: from.reasoningOutputTokens - amount.reasoningOutputTokens,
    totalTokens: from.totalTokens - amount.totalTokens,
  };
}
