// What people see of a question: it is put, told again while it stays open, and edited when it is closed. It knows whether
// a prompt was seen by whom an answer comes from, and answers nothing.
import type { Asked, ChoiceName } from "../codex/questions.ts";
import type { Clock, Disposer } from "../kit/clock.ts";
import type { Log } from "../kit/log.ts";
import type { Store } from "../store/open-store.ts";
import type { OutboxPart, Question } from "../store/rows.ts";
import type { HostSender } from "./host-sender.ts";
import type { Outbox } from "./outbox.ts";
import type { Voice } from "./voice.ts";

/**
 * How a question was closed: by a choice, by words, by somebody in a terminal, because its turn is over, because nobody
 * could be asked, or by the lock of the machine's operator.
 */
export type Ending = { choice: ChoiceName } | "words" | "elsewhere" | "over" | "nobody" | "locked";

/** Where and as what an answer was written. */
export interface WrittenAnswer {
  conversation: string;
  /** The host's id of the message. */
  messageId: string;
}

export interface PromptsOptions {
  store: Store;
  outbox: Outbox;
  voice: Voice;
  clock: Clock;
  log: Log;
  sender: HostSender;
}

const firstReminderMs = 30 * 60_000;
const laterReminderMs = 24 * 60 * 60_000;

export class Prompts {
  readonly #options: PromptsOptions;
  readonly #reminders = new Map<string, Disposer>();

  constructor(options: PromptsOptions) {
    this.#options = options;
  }

  /** Takes up the questions of an earlier process. */
  start(): void {
    for (const question of this.#options.store.questions.allOpen()) this.#remindLater(question);
  }

  stop(): void {
    for (const cancel of this.#reminders.values()) cancel();
    this.#reminders.clear();
  }

  /** Part of the caller's transaction; `Outbox.kick` after it. */
  put(question: Question, asked: Asked, time = 0): void {
    const { outbox, voice } = this.#options;
    const { token, conversation, createdAt } = question;
    const again = time === 0 ? "" : ` again ${time}`;
    const key = `question ${token} ${createdAt}${again}`;
    outbox.add({
      conversation,
      kind: "question",
      ...voice.say({ type: "question", question, asked }),
      key,
      question: token,
    });
    this.#remindLater(question);
  }

  /** Somebody wrote beside it, or can be reached only now. */
  putAgain(question: Question, asked: Asked): void {
    const { store, outbox } = this.#options;
    this.put(question, asked, store.outbox.ofQuestion(question.token).length + 1);
    outbox.kick();
  }

  /**
   * Whether the prompt was there when the answer was written: all its parts delivered in one chat, and where the service
   * numbers its messages, with lower numbers. A prompt whose delivery is unknown was not seen. One that no part puts was
   * shown at once, as the answer to a command.
   */
  wasSeen({ token }: Question, answer: WrittenAnswer): boolean {
    const parts = this.#options.store.outbox.ofQuestion(token).filter(({ edits }) => edits === undefined);
    if (parts.length === 0) return true;
    const chats = Map.groupBy(parts, ({ conversation }) => conversation);
    return [...chats].some(
      ([conversation, all]) =>
        all.every(({ state }) => state === "delivered") &&
        (conversation !== answer.conversation || all.every((part) => isBefore(part, answer.messageId))),
    );
  }

  /** What was decided is shown where it was asked: nothing more has to be said to whoever clicked there. */
  showsDecision({ token }: Question): boolean {
    return this.#options.store.outbox.ofQuestion(token).some(({ edits }) => edits !== undefined);
  }

  /** Once only the first; where messages can be edited the prompt says what was decided, and has no buttons any more. */
  close(question: Question, ending: Ending, by?: string): void {
    const { store, outbox, voice, sender } = this.#options;
    const { token } = question;
    this.#reminders.get(token)?.();
    this.#reminders.delete(token);
    for (const part of store.outbox.ofQuestion(token)) {
      const { hostId, buttons, blocks, conversation } = part;
      const address = store.addresses.find(conversation);
      if (hostId === undefined || !buttons || address === undefined || !sender.canEdit?.(address)) continue;
      const closed = voice.say({
        type: "question-closed",
        ending,
        ...(by === undefined ? {} : { by }),
      }).blocks;
      store.outbox.add({
        key: `closed ${part.id}`,
        conversation,
        kind: "notice",
        edits: hostId,
        question: token,
        isSilent: true,
        blocks: [...blocks, ...closed],
      });
    }
    store.outbox.forgetQuestion(token);
    outbox.kick();
  }

  #remindLater({ token, reminders }: Question): void {
    const { clock } = this.#options;
    this.#reminders.get(token)?.();
    const delayMs = reminders === 0 ? firstReminderMs : laterReminderMs;
    this.#reminders.set(
      token,
      clock.after(delayMs, () => this.#remind(token)),
    );
  }

  #remind(token: string): void {
    const { store, outbox, voice, log } = this.#options;
    this.#reminders.delete(token);
    try {
      const question = store.questions.findAnywhere(token);
      if (question?.state !== "open" || !store.questions.countReminder(token)) return;
      const again = { ...question, reminders: question.reminders + 1 };
      const said = voice.say({ type: "question-waits", question });
      const shown = store.outbox.ofQuestion(token).find(({ hostId }) => hostId !== undefined);
      const replyTo = shown?.hostId === undefined ? {} : { replyTo: shown.hostId };
      const conversation = shown?.conversation ?? question.conversation;
      outbox.post({
        conversation,
        kind: "final",
        ...said,
        ...replyTo,
        key: `reminder ${token} ${again.reminders}`,
      });
      this.#remindLater(again);
    } catch (error) {
      log.warn(`a question was not told again: ${String(error)}`);
    }
  }
}

/** Telegram counts its messages, Slack numbers them by time; elsewhere an id says nothing of the order. */
function isBefore({ hostId = "" }: OutboxPart, messageId: string): boolean {
  const number = /^\d{1,15}(\.\d{1,9})?$/;
  return !number.test(hostId) || !number.test(messageId) || Number(hostId) < Number(messageId);
}
