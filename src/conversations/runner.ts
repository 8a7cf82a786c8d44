// The messages of every conversation in their lanes: one turn of ours per message, never two at a time on a thread.
// It knows which message each lane is at; how that one is carried is active-message.ts.
import { nanoid } from "nanoid";
import type { TurnEvent } from "../codex/turn-events.ts";
import { steerTurn } from "../codex/turns.ts";
import { BridgeError } from "../errors.ts";
import type { Disposer } from "../kit/clock.ts";
import { Listeners } from "../kit/listeners.ts";
import type { Lanes } from "../lanes/lanes.ts";
import type { Binding, Message, Question } from "../store/rows.ts";
import { ActiveMessage } from "./active-message.ts";
import { ExecTurn } from "./exec-turn.ts";
import { type Decision, decideFate } from "./fate-decision.ts";
import { buildLaneKey } from "./lane-key.ts";
import { readStage } from "./message-stage.ts";
import type { TurnServices } from "./message-turn.ts";
import { postNotice } from "./post-notice.ts";
import type { ThreadOpener } from "./thread-opener.ts";

export interface RunnerOptions extends TurnServices {
  opener: ThreadOpener;
  lanes: Lanes;
}

export interface ConversationEvent {
  conversation: string;
  event: TurnEvent;
}

export class Runner {
  readonly #options: RunnerOptions;
  readonly #active = new Map<number, ActiveMessage>();
  readonly #events = new Listeners<ConversationEvent>();
  readonly #rests = new Listeners<string>();
  readonly #bornAt: number;

  constructor(options: RunnerOptions) {
    this.#options = options;
    this.#bornAt = options.clock.now();
  }

  /** Every event of our turns, for a live display. */
  onEvent(listener: (event: ConversationEvent) => void): Disposer {
    return this.#events.on(listener);
  }

  /** Called with the conversation when a message is not carried any more, whatever became of its turn. */
  onRest(listener: (conversation: string) => void): Disposer {
    return this.#rests.on(listener);
  }

  /** Puts a message that is in the ledger into its lane; returns how many are ahead of it. */
  enqueue(message: Message, binding: Binding): number {
    const key = buildLaneKey(binding);
    const ahead = this.#options.store.messages.countAhead(message.id);
    if (ahead > 0 && message.state === "accepted") {
      const question = this.#findAsked(binding.id);
      postNotice(this.#options, message, { type: "queued", ahead, ...(question ? { question } : {}) });
    }
    this.#options.lanes
      .run(key, (closing) => this.#work(message, closing))
      .catch((error) => this.#options.log.debug(`lane: ${String(error)}`));
    return ahead;
  }

  /** What the running turn of the binding waits for. */
  #findAsked(bindingId: string): Question | undefined {
    const turnId = this.findActive(bindingId)?.turn?.inbox.turnId;
    return turnId === undefined ? undefined : this.#options.store.questions.openOfTurn(turnId)[0];
  }

  get isBusy(): boolean {
    return this.#active.size > 0;
  }

  /** The message of this binding that is being carried now. */
  findActive(bindingId: string): ActiveMessage | undefined {
    return [...this.#active.values()].find((active) => active.bindingId === bindingId);
  }

  /**
   * Stops the turn of this binding, or takes the message back when its turn has not begun. Throws `no-turn-running`,
   * `turn-not-ours` for a turn that our message only joined, and `cancelled` when `signal` aborts the waiting.
   */
  async stop(bindingId: string, signal?: AbortSignal): Promise<void> {
    const active = this.findActive(bindingId);
    if (!active) throw new BridgeError("no-turn-running", "nothing runs here");
    await active.stop(signal);
  }

  /** Stops what every lane is at; what waits behind it is taken back as its lane comes to it, while all is locked. */
  async stopAll(): Promise<void> {
    const stops = [...this.#active.values()].map((active) => active.stop());
    for (const stopped of await Promise.allSettled(stops)) {
      if (stopped.status === "rejected") this.#options.log.warn(`a turn was not stopped: ${stopped.reason}`);
    }
  }

  /** Adds words to the running turn. Throws `no-turn-running`. */
  async steer(bindingId: string, text: string): Promise<void> {
    const turn = this.findActive(bindingId)?.turn;
    const turnId = turn?.inbox.turnId;
    if (turn instanceof ExecTurn) throw new BridgeError("exec-no-steer", "exec takes no more words");
    if (!turn || turnId === undefined) throw new BridgeError("no-turn-running", "nothing runs here");
    await steerTurn(turn.hold, turnId, text, nanoid());
  }

  /** The person's answer to "Send it again?". Throws `question-closed` when somebody was faster. */
  decide(question: Question, sendAgain: boolean, by: string): Decision["type"] {
    const decision = decideFate(this.#options, question, sendAgain, by);
    if (decision.type === "sending") this.enqueue(decision.message, decision.binding);
    return decision.type;
  }

  /** Takes waiting messages of a binding back; the running one stays. Returns how many. */
  dropWaiting(bindingId: string, position?: number): number {
    const { store } = this.#options;
    const waiting = this.waiting(bindingId);
    const chosen = position === undefined ? waiting : waiting.slice(position - 1, position);
    return chosen.filter((message) => store.messages.move(message.id, message.state, "dropped") !== undefined)
      .length;
  }

  /** Takes back what somebody wrote and nobody has begun, or waits to be sent again. Returns them. */
  dropOf(bindingId: string, actor: string): Message[] {
    const { store, log } = this.#options;
    const theirs = store.messages.openOfBinding(bindingId).filter((message) => {
      const isUndecided = message.state === "interrupted" || message.state === "unknown";
      return message.actor === actor && (isUndecided || readStage(message.state) === "unsent");
    });
    for (const { id, state } of theirs) {
      const active = this.#active.get(id);
      if (active) active.stop().catch((error) => log.warn(`a message was not taken back: ${String(error)}`));
      else store.messages.move(id, state, "dropped");
    }
    return theirs;
  }

  /** Messages of a binding whose turn has not begun, in order. */
  waiting(bindingId: string): Message[] {
    return this.#options.store.messages
      .openOfBinding(bindingId)
      .filter((message) => readStage(message.state) === "unsent" && !this.#active.has(message.id));
  }

  async #work(message: Message, closing: AbortSignal): Promise<void> {
    const emit = (event: TurnEvent) => this.#events.emit({ conversation: message.conversation, event });
    const active = new ActiveMessage({ ...this.#options, message, emit, bornAt: this.#bornAt });
    this.#active.set(message.id, active);
    try {
      if (this.#options.store.lockdown.find()) await active.stop();
      await active.carry(closing);
    } finally {
      this.#active.delete(message.id);
      this.#rests.emit(message.conversation);
    }
  }
}
