// One message that its lane is at: carried round by round, one per connection, until its outcome is written down.
// What has started is never sent again by itself, and nothing is over before the store has it.
import type { TurnEvent } from "../codex/turn-events.ts";
import type { TurnOutcome } from "../codex/turn-inbox.ts";
import { BridgeError, isBridgeError, toBridgeError } from "../errors.ts";
import { buildBackoff } from "../kit/backoff.ts";
import { pause } from "../kit/clock.ts";
import type { Message } from "../store/rows.ts";
import { ExecTurn } from "./exec-turn.ts";
import { askFate } from "./fate-question.ts";
import { type MessageStage, readStage } from "./message-stage.ts";
import { MessageTurn, type TurnServices } from "./message-turn.ts";
import { postNotice } from "./post-notice.ts";
import { RoundPace } from "./round-pace.ts";
import { settleMessage } from "./settle-message.ts";
import { type ExecStand, isConnectionTrouble, type Opened, type ThreadOpener } from "./thread-opener.ts";
import type { Notice, WaitReason } from "./voice.ts";

export interface ActiveMessageOptions extends TurnServices {
  opener: ThreadOpener;
  message: Message;
  /** When this process started; what was accepted earlier is told late. */
  bornAt: number;
  emit(event: TurnEvent): void;
}

/** If nothing has started by then, the person is told what is being done. */
const firstSignMs = 1_500;

export class ActiveMessage {
  readonly bindingId: string;
  readonly actor: string;
  readonly startedAt: number;
  turn?: MessageTurn | ExecTurn;
  readonly #options: ActiveMessageOptions;
  readonly #storeBackoffMs = buildBackoff({ firstMs: 500, maxMs: 30_000, random: Math.random });
  /** Ends the waiting before a turn. */
  readonly #stopped = new AbortController();
  /** Something was said since the lane came to it. */
  #told = false;
  /** What it was said to wait for since it last went on. */
  readonly #waitsFor = new Set<WaitReason>();

  constructor(options: ActiveMessageOptions) {
    const { message, clock } = options;
    this.#options = options;
    this.bindingId = message.bindingId;
    this.actor = message.actor;
    this.startedAt = clock.now();
  }

  /** Resolves when the lane has nothing more to do for it, or is `closing`. */
  async carry(closing: AbortSignal): Promise<void> {
    const { clock, log } = this.#options;
    const cancelSign = clock.after(firstSignMs, () => {
      if (!this.#told) this.#say({ type: "opening" });
    });
    try {
      for (let tries = 1; ; tries += 1) {
        const trouble = await this.#carryOnce(closing);
        if (trouble === undefined || closing.aborted) return;
        log.warn(`a message is carried on when the store can be written to again: ${trouble.message}`);
        await pause(clock, this.#storeBackoffMs(tries), closing);
      }
    } catch (error) {
      if (!closing.aborted) log.warn(`a message is left to the next start: ${String(error)}`);
    } finally {
      cancelSign();
    }
  }

  /**
   * Stops its turn, or takes it back when that has not begun. Throws `turn-not-ours` for a turn that it only joined,
   * wire errors, and `cancelled` when `signal` aborts: then the stop goes on, but nobody waits for it.
   */
  async stop(signal?: AbortSignal): Promise<void> {
    this.#stopped.abort(new BridgeError("cancelled", "stopped by the person"));
    if (this.turn instanceof MessageTurn) await this.turn.stop(signal);
  }

  /**
   * What the store refused, to be done again: the ledger has the message where it was, and the history of its thread
   * tells the rest.
   */
  async #carryOnce(closing: AbortSignal): Promise<BridgeError | undefined> {
    try {
      const pace = new RoundPace(this.#options.clock);
      try {
        while (await this.#round(pace, closing));
      } catch (error) {
        if (closing.aborted || isStoreTrouble(error)) throw error;
        this.#giveUp(toBridgeError(error));
      }
      return undefined;
    } catch (error) {
      if (isStoreTrouble(error)) return error;
      throw error;
    }
  }

  /** One round per connection: what a cut connection leaves open, the next finds in the history. False: no other. */
  async #round(pace: RoundPace, closing: AbortSignal): Promise<boolean> {
    const { store, opener, clock, bornAt } = this.#options;
    const message = store.messages.findById(this.#options.message.id);
    const stage = readStage(message?.state);
    if (!message || stage === "done") return false;
    if (stage === "unsent") pace.assertMaySend();
    const untilStopped = AbortSignal.any([closing, this.#stopped.signal]);
    // What Codex may have is followed to its end, whatever the person wants meanwhile.
    const signal = stage === "unsent" ? untilStopped : closing;
    const tell = this.#buildTell(stage);
    const exec = opener.findExec(message.bindingId);
    if (exec) return this.#carryByExec(exec, message, tell, closing);
    const opened = await opener.open(message.bindingId, tell, signal, this.#stopped.signal);
    const startedAt = clock.now();
    try {
      const outcome = await this.#carryOn(message, opened, tell, signal, closing);
      if (outcome) {
        settleMessage(this.#options, message.id, outcome, bornAt);
        return false;
      }
    } catch (error) {
      if (stage !== "sent" || !isConnectionTrouble(error)) throw error;
    } finally {
      delete this.turn;
      opened.hold.release();
    }
    const next = readStage(store.messages.findById(message.id)?.state);
    await pace.rest(stage, next, clock.now() - startedAt, next === "unsent" ? untilStopped : closing);
    return true;
  }

  /** Settled, or put before the person: there is no other round. */
  async #carryByExec(
    stand: ExecStand,
    message: Message,
    tell: (notice: Notice) => void,
    closing: AbortSignal,
  ): Promise<false> {
    const turn = new ExecTurn({ ...this.#options, ...stand, message, tell });
    this.turn = turn;
    // The signal that a stop aborts is all that it needs.
    const outcome = await turn.carry(this.#stopped.signal, closing);
    if (outcome) settleMessage(this.#options, message.id, outcome, this.#options.bornAt);
    return false;
  }

  /** An outcome, or nothing: then the message's state says what comes next. */
  async #carryOn(
    message: Message,
    opened: Opened,
    tell: (notice: Notice) => void,
    signal: AbortSignal,
    closing: AbortSignal,
  ): Promise<TurnOutcome | undefined> {
    const { opener } = this.#options;
    const isStopped = () => this.#stopped.signal.aborted;
    const isUnsent = readStage(message.state) === "unsent";
    if (isUnsent) await opener.awaitIdle(opened, tell, signal);
    signal.throwIfAborted();
    if (!opened.hold.client.isOpen) return undefined;
    const turn = new MessageTurn({ ...this.#options, message, opened, tell });
    this.turn = turn;
    try {
      return isUnsent ? await turn.submit(closing, isStopped) : await turn.follow(closing, isStopped);
    } catch (error) {
      if (!isBridgeError(error, "server-draining")) throw error;
      await opener.awaitGone(opened, tell, signal);
      return undefined;
    } finally {
      turn.close();
    }
  }

  #giveUp(error: BridgeError): void {
    const { store, log, bornAt } = this.#options;
    const isStopped = this.#stopped.signal.aborted;
    const message = store.messages.findById(this.#options.message.id);
    const stage = readStage(message?.state);
    if (!message || stage === "done") return;
    log.warn(`a message could not be carried on: ${error.code} ${error.message}`);
    if (stage === "sent") {
      // Its turn may run or have run: that is not ours to call failed.
      if (!isStopped) this.#say({ type: "failed", error, late: message.acceptedAt < bornAt });
      const place = store.bindings.findById(message.bindingId)?.place ?? "";
      askFate(this.#options, message.id, place, "unknown");
    } else if (isStopped) {
      this.#drop(message);
    } else {
      settleMessage(this.#options, message.id, { status: "failed", error }, bornAt);
    }
  }

  #drop({ id, state, conversation }: Message): void {
    const { store, outbox, voice } = this.#options;
    store.transaction(() => {
      store.messages.move(id, state, "dropped");
      outbox.add({ conversation, kind: "notice", ...voice.say({ type: "dropped" }), messageId: id });
    });
    outbox.kick();
  }

  #buildTell(stage: MessageStage): (notice: Notice) => void {
    return (notice) => {
      if (notice.type === "waiting") this.#tellWaiting({ ...notice, isSent: stage === "sent" });
      // A connection that came back before anybody was told is no news.
      else if (notice.type !== "following" || !this.#told || this.#waitsFor.size > 0) {
        this.#waitsFor.clear();
        this.#say(notice);
      }
    };
  }

  /** Said once, and again when it is about how long that has lasted. Never throws: it is called out of timers too. */
  #tellWaiting(notice: Extract<Notice, { type: "waiting" }>): void {
    const { store, log, message } = this.#options;
    try {
      store.messages.move(message.id, "accepted", "waiting");
    } catch (error) {
      log.warn(`that a message waits was not written down: ${String(error)}`);
    }
    const isKnown = this.#waitsFor.has(notice.reason) && notice.elapsedMs === undefined;
    this.#waitsFor.add(notice.reason);
    if (!isKnown) this.#say(notice);
  }

  #say(notice: Notice): void {
    this.#told = true;
    postNotice(this.#options, this.#options.message, notice);
  }
}

function isStoreTrouble(error: unknown): error is BridgeError {
  return isBridgeError(error, "state-full", "state-unusable");
}
