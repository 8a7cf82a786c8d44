// The turn of one message at a place whose setting says that turns run by `codex exec`: told first, run once, and never
// again by itself. There is no server to ask what became of one that was cut off, so the person decides then.
import type { TurnEvent } from "../codex/turn-events.ts";
import type { TurnInbox, TurnOutcome } from "../codex/turn-inbox.ts";
import type { TurnInput } from "../codex/turns.ts";
import { isBridgeError } from "../errors.ts";
import { buildBackoff } from "../kit/backoff.ts";
import { pause } from "../kit/clock.ts";
import { Listeners } from "../kit/listeners.ts";
import type { MessageState } from "../store/message-states.ts";
import type { Binding, InForce, Message } from "../store/rows.ts";
import { askFate } from "./fate-question.ts";
import { checkTurnFolder } from "./folder.ts";
import { readStage } from "./message-stage.ts";
import type { TurnServices } from "./message-turn.ts";
import type { Place } from "./place.ts";
import { TurnWatch } from "./turn-watch.ts";
import type { Notice } from "./voice.ts";

/** What runs turns by `codex exec`; exec/exec-runner.ts is it. */
export interface PlaceExec {
  /** In force in every turn. */
  readonly policy: { sandbox: string; bypass: boolean; models: Readonly<Record<string, string>> };
  /** Throws only when nothing was started. An abort interrupts the turn, and the result comes when all of it is gone. */
  run(
    request: { input: TurnInput; cwd: string; threadId?: string; model?: string; effort?: string },
    listener: {
      /** From here on it may run. */
      onStarting(): void;
      onThread(threadId: string): void;
      onEvent(event: TurnEvent): void;
    },
    signal: AbortSignal,
  ): Promise<{ outcome: TurnOutcome }>;
}

export interface ExecTurnOptions extends TurnServices {
  message: Message;
  binding: Binding;
  place: Place;
  exec: PlaceExec;
  tell(notice: Notice): void;
  emit(event: TurnEvent): void;
  /** A new thread has its id. */
  nameThread(threadId: string, inForce: InForce): void;
}

/** As long as a terminal keeps a thread after its last turn (0.169.0). */
const heldRetry = { firstMs: 1_000, maxMs: 60_000, random: Math.random };

export class ExecTurn {
  /** What runs, as the inbox of a served turn tells it. */
  readonly inbox: { turnId: string | undefined; readonly running: TurnInbox["running"] } = {
    turnId: undefined,
    running: new Map(),
  };
  readonly #options: ExecTurnOptions;
  readonly #events = new Listeners<TurnEvent>();
  readonly #limit = new AbortController();

  constructor(options: ExecTurnOptions) {
    this.#options = options;
  }

  /** An outcome; nothing when the person has to decide. Throws what showed before anything ran. */
  async carry(stopped: AbortSignal, closing: AbortSignal): Promise<TurnOutcome | undefined> {
    if (readStage(this.#options.message.state) === "sent") return this.#ask("unknown");
    this.#tellFirst();
    const backoffMs = buildBackoff(heldRetry);
    const early = AbortSignal.any([stopped, closing]);
    for (let tries = 1; ; tries += 1) {
      early.throwIfAborted();
      const outcome = await this.#runOnce(AbortSignal.any([early, this.#limit.signal]));
      const isHeld = outcome.status === "failed" && isBridgeError(outcome.error, "thread-held");
      if (!isHeld || this.inbox.turnId !== undefined) return this.#finish(outcome, closing);
      this.#move("accepted");
      this.#options.tell({ type: "waiting", reason: "thread-held" });
      await pause(this.#options.clock, backoffMs(tries), early);
    }
  }

  async #runOnce(signal: AbortSignal): Promise<TurnOutcome> {
    const { message, binding, place, exec, clock, quietMs, limitMs, tell, onPoint } = this.#options;
    const { model, effort } = binding.requested;
    const { threadId } = binding;
    // Codex locks a thread to one process, and ours may still have it from reading it.
    if (threadId !== undefined) await place.threads.letGo(threadId);
    const request = {
      input: { text: message.text ?? "", images: message.images },
      cwd: await checkTurnFolder(place, binding, binding.cwd),
      ...(threadId === undefined ? {} : { threadId }),
      ...(model ? { model } : {}),
      ...(effort ? { effort } : {}),
    };
    const watch = new TurnWatch({
      inbox: { onEvent: (listener) => this.#events.on(listener), running: this.inbox.running },
      ...{ clock, quietMs, limitMs, notify: tell },
      isAsking: () => false,
      isOurs: () => true,
      lookAt: async () => true,
      onLimit: () => this.#limit.abort(),
    });
    const onStarting = () => {
      this.#move("submitted");
      onPoint("submitted");
    };
    const onThread = (opened: string) => this.#takeThread(opened);
    try {
      const onEvent = (event: TurnEvent) => this.#hear(event);
      return (await exec.run(request, { onStarting, onThread, onEvent }, signal)).outcome;
    } catch (error) {
      this.#move("accepted");
      throw error;
    } finally {
      watch.stop();
    }
  }

  #takeThread(threadId: string): void {
    const { binding, exec, nameThread } = this.#options;
    const { sandbox, bypass } = exec.policy;
    const policies = { sandbox: bypass ? "danger-full-access" : sandbox, approvalPolicy: "never" };
    if (binding.threadId === undefined) nameThread(threadId, { cwd: binding.cwd, ...policies });
  }

  #hear(event: TurnEvent): void {
    const { store, message, binding, place, tell, emit, onPoint } = this.#options;
    if (event.type === "turn-started") {
      this.inbox.turnId = event.turnId;
      const threadId = store.bindings.findById(binding.id)?.threadId ?? "";
      const { conversation } = message;
      store.turns.record({ id: event.turnId, place: place.id, threadId, conversation, origin: "ours" });
      this.#move("running");
      onPoint("running");
      tell({ type: "started" });
    }
    if (event.type === "tool-started")
      this.inbox.running.set(event.itemId, { title: event.title, item: event.item });
    if (event.type === "tool-completed") this.inbox.running.delete(event.itemId);
    this.#events.emit(event);
    emit(event);
  }

  #finish(outcome: TurnOutcome, closing: AbortSignal): TurnOutcome | undefined {
    const { store } = this.#options;
    const isEnded = outcome.status === "answered" || outcome.status === "empty";
    if (this.inbox.turnId !== undefined) {
      store.turns.end(
        this.inbox.turnId,
        isEnded ? "completed" : outcome.status === "failed" ? "failed" : "interrupted",
      );
    }
    if (outcome.status === "lost") return this.#ask("unknown");
    // Our own end is no decision of the person's.
    return outcome.status === "interrupted" && closing.aborted ? this.#ask("interrupted") : outcome;
  }

  #ask(state: "interrupted" | "unknown"): undefined {
    const { message, place } = this.#options;
    askFate(this.#options, message.id, place.id, state);
  }

  /** Once for a binding: the same key is written once. */
  #tellFirst(): void {
    const { outbox, voice, message, binding, exec } = this.#options;
    const said = voice.say({ type: "by-exec", bypass: exec.policy.bypass });
    const { conversation } = message;
    outbox.post({ conversation, kind: "notice", ...said, key: `by exec ${binding.id}` });
  }

  #move(to: MessageState): void {
    const { store, message } = this.#options;
    const from = store.messages.findById(message.id)?.state;
    if (from === undefined || from === to || (to === "accepted" && from === "waiting")) return;
    store.messages.move(message.id, from, to, this.inbox.turnId ? { turnId: this.inbox.turnId } : {});
  }
}
