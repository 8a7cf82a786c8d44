// Carries each message from its lane to its outcome: one turn of ours per message, never two at a time on a thread,
// never again what may have started. It makes no words and sends nothing itself.
import { nanoid } from "nanoid";
import type { TurnEvent } from "../codex/turn-events.ts";
import type { TurnOutcome } from "../codex/turn-inbox.ts";
import { steerTurn } from "../codex/turns.ts";
import { BridgeError, isBridgeError, toBridgeError } from "../errors.ts";
import type { Clock, Disposer } from "../kit/clock.ts";
import { Listeners } from "../kit/listeners.ts";
import type { Log } from "../kit/log.ts";
import type { Lanes } from "../lanes/lanes.ts";
import type { Store } from "../store/open-store.ts";
import type { Binding, Message } from "../store/rows.ts";
import { askFate } from "./fate-question.ts";
import type { OnPoint } from "./host-sender.ts";
import { buildLaneKey } from "./lane-key.ts";
import { readStage } from "./message-stage.ts";
import { MessageTurn, type TurnServices } from "./message-turn.ts";
import type { Outbox } from "./outbox.ts";
import { RoundPace } from "./round-pace.ts";
import { settleMessage } from "./settle-message.ts";
import { isConnectionTrouble, type Opened, type ThreadOpener } from "./thread-opener.ts";
import type { Notice, Voice, WaitReason } from "./voice.ts";

export interface RunnerOptions extends TurnServices {
  store: Store;
  outbox: Outbox;
  opener: ThreadOpener;
  voice: Voice;
  lanes: Lanes;
  clock: Clock;
  log: Log;
  onPoint: OnPoint;
}

/** A message that its lane is at. */
export interface ActiveMessage {
  messageId: number;
  bindingId: string;
  conversation: string;
  actor: string;
  startedAt: number;
  turn?: MessageTurn;
  /** Something was said since the lane came to it. */
  told: boolean;
  /** What it was last said to wait for. */
  waitsFor?: WaitReason | undefined;
  /** Ends the waiting before a turn. */
  abort: AbortController;
  stopRequested: boolean;
}

export interface ConversationEvent {
  conversation: string;
  event: TurnEvent;
}

/** If nothing has started by then, the person is told what is being done. */
const firstSignMs = 1_500;

export class Runner {
  readonly #options: RunnerOptions;
  readonly #active = new Map<number, ActiveMessage>();
  readonly #events = new Listeners<ConversationEvent>();
  readonly #bornAt: number;

  constructor(options: RunnerOptions) {
    this.#options = options;
    this.#bornAt = options.clock.now();
  }

  /** Every event of our turns, for a live display. */
  onEvent(listener: (event: ConversationEvent) => void): Disposer {
    return this.#events.on(listener);
  }

  /** Puts a message that is in the ledger into its lane; returns how many are ahead of it. */
  enqueue(message: Message, binding: Binding): number {
    const key = buildLaneKey(binding);
    const ahead = this.#options.store.messages.countAhead(message.id);
    if (ahead > 0 && message.state === "accepted") this.#tell(message, { type: "queued", ahead });
    this.#options.lanes
      .run(key, (signal) => this.#work(message.id, signal))
      .catch((error) => this.#options.log.debug(`lane: ${String(error)}`));
    return ahead;
  }

  get isBusy(): boolean {
    return this.#active.size > 0;
  }

  /** The message of this binding that is being carried now. */
  findActive(bindingId: string): ActiveMessage | undefined {
    return [...this.#active.values()].find((active) => active.bindingId === bindingId);
  }

  /**
   * Stops the turn of this binding, or takes the message back when its turn has not begun.
   * Throws `no-turn-running`, and `turn-not-ours` for a turn that our message only joined.
   */
  async stop(bindingId: string): Promise<void> {
    const active = this.findActive(bindingId);
    if (!active) throw new BridgeError("no-turn-running", "nothing runs here");
    active.stopRequested = true;
    active.abort.abort(new BridgeError("cancelled", "stopped by the person"));
    await active.turn?.stop();
  }

  /** Adds words to the running turn. Throws `no-turn-running`. */
  async steer(bindingId: string, text: string): Promise<void> {
    const turn = this.findActive(bindingId)?.turn;
    const turnId = turn?.inbox.turnId;
    if (!turn || turnId === undefined) throw new BridgeError("no-turn-running", "nothing runs here");
    await steerTurn(turn.hold, turnId, text, nanoid());
  }

  /** The person's decision about a message whose turn was cut off or is unknown. */
  decide(messageId: number, sendAgain: boolean): boolean {
    const { store } = this.#options;
    const message = store.messages.findById(messageId);
    if (message?.state !== "interrupted" && message?.state !== "unknown") return false;
    if (!sendAgain) return store.messages.move(messageId, message.state, "dropped") !== undefined;
    const binding = store.bindings.findById(message.bindingId);
    const moved =
      binding && store.messages.move(messageId, message.state, "accepted", { clientId: nanoid() });
    if (!binding || !moved) return false;
    this.enqueue(moved, binding);
    return true;
  }

  /** Takes waiting messages of a binding back; the running one stays. Returns how many. */
  dropWaiting(bindingId: string, position?: number): number {
    const { store } = this.#options;
    const waiting = this.waiting(bindingId);
    const chosen = position === undefined ? waiting : waiting.slice(position - 1, position);
    return chosen.filter((message) => store.messages.move(message.id, message.state, "dropped") !== undefined)
      .length;
  }

  /** Messages of a binding whose turn has not begun, in order. */
  waiting(bindingId: string): Message[] {
    return this.#options.store.messages
      .openOfBinding(bindingId)
      .filter((message) => readStage(message.state) === "unsent" && !this.#active.has(message.id));
  }

  async #work(messageId: number, closing: AbortSignal): Promise<void> {
    const { store, clock } = this.#options;
    const message = store.messages.findById(messageId);
    if (!message || readStage(message.state) === "done") return;
    const { bindingId, conversation, actor } = message;
    const active: ActiveMessage = {
      messageId,
      bindingId,
      conversation,
      actor,
      startedAt: clock.now(),
      told: false,
      abort: new AbortController(),
      stopRequested: false,
    };
    this.#active.set(messageId, active);
    const cancelSign = clock.after(firstSignMs, () => {
      if (!active.told) this.#tell(message, { type: "opening" });
    });
    try {
      await this.#carry(active, closing);
    } catch (error) {
      if (!closing.aborted) this.#giveUp(active, toBridgeError(error));
    } finally {
      cancelSign();
      this.#active.delete(messageId);
    }
  }

  async #carry(active: ActiveMessage, closing: AbortSignal): Promise<void> {
    const pace = new RoundPace(this.#options.clock);
    const untilStopped = AbortSignal.any([closing, active.abort.signal]);
    while (await this.#round(active, pace, closing, untilStopped));
  }

  /** One round per connection: what a cut connection leaves open, the next finds in the history. False: no other. */
  async #round(
    active: ActiveMessage,
    pace: RoundPace,
    closing: AbortSignal,
    untilStopped: AbortSignal,
  ): Promise<boolean> {
    const { store, opener, clock } = this.#options;
    const message = store.messages.findById(active.messageId);
    const stage = readStage(message?.state);
    if (!message || stage === "done") return false;
    if (stage === "unsent") pace.assertMaySend();
    // What Codex may have is followed to its end, whatever the person wants meanwhile.
    const signal = stage === "unsent" ? untilStopped : closing;
    const opened = await opener.open(message.bindingId, this.#buildTell(active, message), signal);
    const startedAt = clock.now();
    try {
      const outcome = await this.#carryOn(active, message, opened, signal, closing);
      if (outcome) {
        settleMessage(this.#options, message.id, outcome, this.#bornAt);
        return false;
      }
    } catch (error) {
      if (stage !== "sent" || !isConnectionTrouble(error)) throw error;
    } finally {
      delete active.turn;
      opened.hold.release();
    }
    const next = readStage(store.messages.findById(message.id)?.state);
    await pace.rest(stage, next, clock.now() - startedAt, next === "unsent" ? untilStopped : closing);
    return true;
  }

  /** An outcome, or nothing: then the message's state says what comes next. */
  async #carryOn(
    active: ActiveMessage,
    message: Message,
    opened: Opened,
    signal: AbortSignal,
    closing: AbortSignal,
  ): Promise<TurnOutcome | undefined> {
    const { opener } = this.#options;
    const tell = this.#buildTell(active, message);
    const emit = (event: TurnEvent) => this.#events.emit({ conversation: message.conversation, event });
    const isStopped = () => active.stopRequested;
    const isUnsent = readStage(message.state) === "unsent";
    if (isUnsent) await opener.awaitIdle(opened, tell, signal);
    signal.throwIfAborted();
    if (!opened.hold.client.isOpen) return undefined;
    const turn = new MessageTurn({ ...this.#options, message, opened, tell, emit });
    active.turn = turn;
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

  #giveUp(active: ActiveMessage, error: BridgeError): void {
    const { store, log } = this.#options;
    const message = store.messages.findById(active.messageId);
    const stage = readStage(message?.state);
    if (!message || stage === "done") return;
    log.warn(`a message could not be carried on: ${error.code} ${error.message}`);
    if (stage === "sent") {
      // Its turn may run or have run: that is not ours to call failed.
      this.#tell(message, { type: "failed", error, late: message.acceptedAt < this.#bornAt });
      const place = store.bindings.findById(message.bindingId)?.place ?? "";
      askFate(this.#options, message.id, place, "unknown");
    } else if (active.stopRequested) {
      store.messages.move(message.id, message.state, "dropped");
      this.#tell(message, { type: "dropped" });
    } else {
      settleMessage(this.#options, message.id, { status: "failed", error }, this.#bornAt);
    }
  }

  #buildTell(active: ActiveMessage, message: Message): (notice: Notice) => void {
    return (notice) => {
      const reason = notice.type === "waiting" ? notice.reason : undefined;
      if (reason !== undefined) this.#options.store.messages.move(message.id, "accepted", "waiting");
      if (reason !== undefined && active.waitsFor === reason) return;
      active.waitsFor = reason;
      active.told = true;
      this.#tell(message, notice);
    };
  }

  #tell(message: Message, notice: Notice): void {
    const { outbox, voice } = this.#options;
    outbox.post({
      conversation: message.conversation,
      kind: "notice",
      text: voice.say(notice),
      messageId: message.id,
    });
  }
}
