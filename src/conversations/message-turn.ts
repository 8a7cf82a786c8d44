// The turn of one message on a held thread: sent once, or found again in the thread's history, then followed to its end.
import { isDeepStrictEqual } from "node:util";
import { findFate } from "../codex/history.ts";
import type { ThreadHold } from "../codex/threads.ts";
import type { TurnEvent } from "../codex/turn-events.ts";
import { TurnInbox, type TurnOutcome } from "../codex/turn-inbox.ts";
import { startTurn, stopTurn } from "../codex/turns.ts";
import { BridgeError, isBridgeError } from "../errors.ts";
import { type Clock, type Disposer, pause } from "../kit/clock.ts";
import type { Log } from "../kit/log.ts";
import { raceAbort } from "../kit/race-abort.ts";
import type { MessageState } from "../store/message-states.ts";
import type { Store } from "../store/open-store.ts";
import type { Message, TurnState } from "../store/rows.ts";
import { askFate } from "./fate-question.ts";
import type { OnPoint } from "./host-sender.ts";
import { askForSubAgents } from "./late-questions.ts";
import type { Outbox } from "./outbox.ts";
import type { QuestionContext } from "./question-line.ts";
import type { Questions } from "./questions.ts";
import type { Opened } from "./thread-opener.ts";
import { findTurnInput } from "./turn-input.ts";
import { TurnWatch } from "./turn-watch.ts";
import type { Notice, Voice } from "./voice.ts";

export interface TurnServices {
  store: Store;
  outbox: Outbox;
  questions: Questions;
  voice: Voice;
  clock: Clock;
  log: Log;
  onPoint: OnPoint;
  network: boolean;
  quietMs: number;
  limitMs?: number | undefined;
}

export interface MessageTurnOptions extends TurnServices {
  message: Message;
  opened: Opened;
  tell(notice: Notice): void;
  emit(event: TurnEvent): void;
}

/** Whose turn it is shows with its first message, tens of milliseconds after its start. */
const originGraceMs = 1_000;

export class MessageTurn {
  readonly inbox: TurnInbox;
  readonly hold: ThreadHold;
  readonly #options: MessageTurnOptions;
  readonly #disposers: Disposer[] = [];
  #foreign = false;
  #stopping: Promise<void> | undefined;

  constructor(options: MessageTurnOptions) {
    const { opened, clock, message } = options;
    this.#options = options;
    this.hold = opened.hold;
    this.inbox = new TurnInbox({ feed: opened.hold.feed, clock, clientId: message.clientId });
    this.#disposers.push(
      opened.hold.client.onClosed((info) =>
        this.inbox.lose(new BridgeError("connection-lost", info.reason, { reason: info.reason }, info.error)),
      ),
      this.inbox.onEvent((event) => this.#hear(event)),
      this.inbox.onRequest((request) => {
        options.questions.take(request, opened.hold.client, opened.hold.feed, this.#buildContext());
      }),
    );
  }

  /** Sends the message. Nothing returned: the message's state says how to go on (look it up, or send it again). */
  async submit(closing: AbortSignal, isStopped: () => boolean): Promise<TurnOutcome | undefined> {
    const { message, opened, onPoint, network } = this.#options;
    const { binding } = opened;
    const input = await findTurnInput(message, opened, closing);
    if (!input) return undefined;
    if (isStopped()) throw new BridgeError("cancelled", "stopped before it was sent");
    // A thread of our own always gets its folder; a resumed one keeps the folder it has.
    const cwd = binding.requested.sandbox === undefined ? {} : { cwd: binding.cwd };
    this.#move("submitted");
    onPoint("submitted");
    try {
      const request = { input, clientId: message.clientId, settings: binding.requested, network, ...cwd };
      await startTurn(this.hold, this.inbox, request);
    } catch (error) {
      return this.#afterRefusal(error);
    }
    this.#move("running");
    onPoint("turn-accepted");
    this.#options.tell({ type: "started" });
    if (isStopped()) this.#stopSoon();
    return this.#finish(closing);
  }

  /** Looks in the history what became of a message that was sent before a crash or a cut. */
  async follow(closing: AbortSignal, isStopped: () => boolean): Promise<TurnOutcome | undefined> {
    const { message, opened, clock, store, questions } = this.#options;
    const fate = await findFate({
      hold: this.hold,
      threads: opened.place.threads,
      clock,
      clientId: message.clientId,
      ...(message.turnId ? { turnId: message.turnId } : {}),
      turnBefore: store.messages.findTurnBefore(message.id),
      historyExpected: opened.binding.threadSeen,
      signal: closing,
    });
    switch (fate.kind) {
      case "absent":
        if (message.turnId) questions.withdraw(message.turnId);
        this.#move("accepted");
        return undefined;
      case "running":
      case "ended":
        this.inbox.adopt(fate.turn.id);
        if (message.state === "submitted") this.#move("running");
        this.#recordTurn(fate.origin);
        this.inbox.takeHistory(fate.turn);
        if (fate.kind === "running") this.#tellFollowing(fate.turn.id, fate.origin);
        if (fate.kind === "running" && fate.origin === "ours" && isStopped()) this.#stopSoon();
        return this.#finish(closing);
      case "cut-off":
        store.turns.end(fate.turn.id, "interrupted");
        askFate(this.#options, message.id, opened.place.id, "interrupted");
        return undefined;
      case "unknown":
        askFate(this.#options, message.id, opened.place.id, "unknown");
        return undefined;
    }
  }

  /**
   * Interrupts our turn, whatever it does. Throws `turn-not-ours` for one that the message only joined, wire errors, and
   * `cancelled` when `signal` aborts: then it goes on, but nobody waits for it.
   */
  async stop(signal?: AbortSignal): Promise<void> {
    if (this.inbox.turnId === undefined) return;
    this.#stopping ??= this.#stop().finally(() => {
      this.#stopping = undefined;
    });
    await raceAbort(this.#stopping, signal);
  }

  async #stop(): Promise<void> {
    await Promise.race([this.inbox.origin, pause(this.#options.clock, originGraceMs)]);
    if (this.#foreign) throw new BridgeError("turn-not-ours", "the turn was started by somebody else");
    await stopTurn(this.hold, this.inbox);
  }

  /** For a stop that was asked for before there was a turn; nobody waits for it. */
  #stopSoon(): void {
    this.stop().catch((error) => this.#options.log.warn(`stopping a turn failed: ${String(error)}`));
  }

  close(): void {
    this.inbox.close();
    for (const dispose of this.#disposers) dispose();
  }

  async #finish(closing: AbortSignal): Promise<TurnOutcome | undefined> {
    const { store, questions, onPoint, opened } = this.#options;
    const watch = this.#watch();
    this.#disposers.push(() => watch.stop());
    const origin = this.inbox.origin.then((found) => {
      if (found === "none") return;
      this.#recordTurn(found);
      const { inForce } = this.hold.feed;
      const isKnown = opened.binding.threadSeen && isDeepStrictEqual(inForce, opened.binding.inForce);
      if (!isKnown) store.bindings.update(opened.binding.id, { threadSeen: true, inForce });
      if (found === "foreign") this.#joinForeign();
      onPoint("running");
    });
    origin.catch((error) => this.#options.log.warn(`origin of a turn: ${String(error)}`));
    // Our own closing is not the end of a turn: it goes on, and the next start follows it.
    const outcome = await raceAbort(this.inbox.outcome, closing);
    watch.stop();
    if (outcome.status === "lost") return undefined;
    const turnId = this.inbox.turnId ?? "";
    store.turns.end(turnId, turnStates[outcome.status]);
    questions.withdraw(turnId);
    if (!this.#foreign) askForSubAgents(questions, this.hold, turnId, this.#buildContext());
    // A stop also ends the commands that the turn left; that it failed was told to who asked for it.
    await raceAbort(Promise.allSettled([this.#stopping]), closing);
    return outcome;
  }

  #joinForeign(): void {
    this.#foreign = true;
    const state = this.#options.store.messages.findById(this.#options.message.id)?.state;
    if (state !== "running") return;
    this.#move("steered");
    this.#options.tell({ type: "steered" });
  }

  /** turn/start failed: refused for certain, or nobody knows. */
  #afterRefusal(error: unknown): undefined {
    const wire = isBridgeError(
      error,
      "backend-timeout",
      "connection-lost",
      "backend-json-parse-error",
      "backend-protocol-error",
      "backend-response-invalid",
    );
    const answered = isBridgeError(error) && "message" in error.details;
    const unsent = isBridgeError(error) && error.details.sent === false;
    // Unknown: the message stays `submitted`, and the next round looks into the history.
    if (wire && !answered && !unsent) return undefined;
    this.#move("accepted");
    // The server has unloaded it and we did not hear of it: the next round resumes it.
    if (isBridgeError(error, "thread-not-loaded")) this.hold.feed.takeNotification("thread/closed", {});
    if (unsent || isBridgeError(error, "thread-not-loaded", "server-overloaded")) return undefined;
    throw error;
  }

  #hear(event: TurnEvent): void {
    if (event.type === "question-resolved") {
      this.#options.questions.resolved(this.hold.client.instance, event.requestId);
    }
    this.#options.emit(event);
  }

  #tellFollowing(turnId: string, origin: "ours" | "foreign"): void {
    const questions = this.#options.store.questions.openOfTurn(turnId);
    this.#options.tell({ type: "following", isOurs: origin === "ours", questions });
  }

  #watch(): TurnWatch {
    const { clock, quietMs, limitMs, questions, tell, opened } = this.#options;
    return new TurnWatch({
      inbox: this.inbox,
      clock,
      quietMs,
      limitMs,
      isAsking: () => questions.isOpen(this.inbox.turnId ?? ""),
      isOurs: () => !this.#foreign,
      notify: tell,
      lookAt: async () => {
        const { turns } = await opened.place.threads.readTurns(this.hold.threadId, undefined, 5);
        const found = turns.find((turn) => turn.id === this.inbox.turnId);
        // An "interrupted" without an end is how a turn that still runs looks to another process.
        const isOver = found !== undefined && found.status !== "inProgress" && Boolean(found.completedAt);
        if (isOver) this.inbox.takeHistory(found);
        return !isOver;
      },
      onLimit: () => this.#stopSoon(),
    });
  }

  #buildContext(): QuestionContext {
    const { message, opened } = this.#options;
    return {
      message,
      place: opened.place.id,
      placeName: opened.place.name,
      cwd: this.hold.feed.inForce.cwd ?? opened.binding.cwd,
      findItem: (itemId) => this.inbox.running.get(itemId)?.item,
    };
  }

  #recordTurn(origin: "ours" | "foreign"): void {
    const { store, opened, message } = this.#options;
    const id = this.inbox.turnId ?? "";
    store.turns.record({
      id,
      place: opened.place.id,
      threadId: this.hold.threadId,
      conversation: message.conversation,
      origin,
    });
  }

  #move(to: MessageState): void {
    const { store, message } = this.#options;
    const from = store.messages.findById(message.id)?.state;
    if (from === undefined || from === to) return;
    store.messages.move(message.id, from, to, this.inbox.turnId ? { turnId: this.inbox.turnId } : {});
  }
}

const turnStates: Record<Exclude<TurnOutcome["status"], "lost">, Exclude<TurnState, "running">> = {
  answered: "completed",
  empty: "completed",
  failed: "failed",
  interrupted: "interrupted",
};
