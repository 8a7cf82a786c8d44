// Hands what is settled to the host: in order within a conversation, again after a failure, across restarts.
// What the host has taken is delivered; what was being handed over when the process died is sent again, marked so.
import { nanoid } from "nanoid";
import { splitText } from "../kit/chunks.ts";
import { type Clock, type Disposer, pause } from "../kit/clock.ts";
import type { Log } from "../kit/log.ts";
import type { Redactor } from "../kit/redactor.ts";
import type { ButtonSpec } from "../store/buttons.ts";
import type { Store } from "../store/open-store.ts";
import type { OutboxKind, OutboxPart } from "../store/rows.ts";
import type { HostSender, OnPoint, OutgoingPart, Taken } from "./host-sender.ts";
import type { Voice } from "./voice.ts";

export interface OutboxOptions {
  store: Store;
  clock: Clock;
  sender: HostSender;
  redactor: Redactor;
  log: Log;
  onPoint: OnPoint;
  voice: Voice;
}

export interface NewPart {
  conversation: string;
  kind: OutboxKind;
  text: string;
  /** As in `Said`. Of a notice only this is said there; of a reply or a question the owner gets the text. */
  inGroup?: string;
  buttons?: readonly (readonly ButtonSpec[])[];
  /** The host's id of the message that this answers. */
  replyTo?: string;
  /** Same key, same part: written once. Without one the part is always new. */
  key?: string;
  messageId?: number;
}

/** A notice that could not be sent for so long says nothing any more. */
const noticeLifeMs = 10 * 60_000;
const firstRetryMs = 500;
const longestRetryMs = 60_000;
/** After so many tries, some four minutes, it is looked whether the host refuses the part itself. */
const stubbornAttempts = 10;
/** How long closing waits for a host that does not take what it is given. */
const closeWaitMs = 10_000;

export class Outbox {
  readonly #options: OutboxOptions;
  /** Parts that an earlier process, or a full store, left half sent: the person may have seen them. */
  readonly #repeated = new Set<number>();
  /** What is being sent, by conversation: one that does not answer keeps no other from being served. */
  readonly #sending = new Map<string, Promise<void>>();
  /** Parts that were cut off while being sent, by the death of a process or by a full store: id and conversation. */
  readonly #cutOff = new Map<number, string>();
  #closed = false;
  #cancelRetry: Disposer | undefined;

  constructor(options: OutboxOptions) {
    this.#options = options;
  }

  /** Writes it down, in several parts when it is long; call `kick` after the transaction it belongs to. */
  add(part: NewPart): void {
    const { conversation, inGroup } = part;
    const { store } = this.#options;
    const key = part.key ?? nanoid();
    const ownerChat =
      inGroup === undefined ? undefined : store.bindings.findByConversation(conversation)?.ownerChat;
    store.transaction(() => {
      if (inGroup === undefined || ownerChat === undefined) {
        this.#addText(part, key, conversation);
        return;
      }
      this.#addText({ ...part, text: inGroup }, key, conversation);
      if (part.kind === "notice" || store.addresses.find(ownerChat) === undefined) return;
      // Whether the owner's chat can be reached does not decide whether the message was answered.
      const { kind, text, buttons } = part;
      const forOwner = { conversation, kind, text, ...(buttons ? { buttons } : {}) };
      this.#addText(forOwner, `${key} for the owner`, ownerChat);
    });
  }

  /** `to`: where it is said; its buttons mean the conversation of the part. */
  #addText(part: NewPart, key: string, to: string): void {
    const { store, clock, redactor, sender } = this.#options;
    const { kind, messageId, replyTo } = part;
    const lasting = kind === "final" || kind === "question";
    const shared = {
      conversation: to,
      kind,
      ...(messageId === undefined ? {} : { messageId }),
      ...(lasting ? {} : { expiresAt: clock.now() + noticeLifeMs }),
    };
    const most = sender.longest?.(store.addresses.find(to)) ?? Number.POSITIVE_INFINITY;
    const texts = splitText(redactor.redact(part.text), most);
    for (const [at, text] of texts.entries()) {
      const buttons = at === texts.length - 1 ? this.#makeButtons(part) : undefined;
      const added = store.outbox.add({
        ...shared,
        key: at === 0 ? key : `${key} part ${at + 1}`,
        text,
        ...(at === 0 && replyTo !== undefined ? { replyTo } : {}),
        ...(buttons ? { buttons } : {}),
      });
      if (!added) return;
    }
  }

  #makeButtons({ buttons, conversation, kind, messageId }: NewPart) {
    const { store, sender, redactor } = this.#options;
    if (!buttons || !sender.hasButtons) return undefined;
    const rows = buttons.map((row) =>
      row.map(({ label, line }) => ({ label: redactor.redact(label), line })),
    );
    // Those of a question outlive the turn's notices; the question itself knows when it is closed.
    return store.buttons.make(rows, { conversation, ...(kind === "notice" ? { messageId } : {}) });
  }

  post(part: NewPart): void {
    this.add(part);
    this.kick();
  }

  /** Takes up what an earlier process left: parts that it was just sending may have been seen. */
  start(): void {
    for (const part of this.#options.store.outbox.pendingAtStart()) {
      if (part.state === "sending") this.#cutOff.set(part.id, part.conversation);
    }
    this.kick();
  }

  /** Sends what is due. Safe to call at any time, any number of times. */
  kick(): void {
    if (this.#closed) return;
    const { store, clock, sender, log } = this.#options;
    try {
      this.#reviveCutOff();
      if (store.outbox.pendingAtStart().length === 0) return;
      store.outbox.expire(clock.now());
      for (const part of store.outbox.due(clock.now())) {
        if (!this.#sending.has(part.conversation) && sender.serves(part.conversation)) this.#start(part);
      }
      this.#kickLater();
    } catch (error) {
      log.warn(`outbox: ${String(error)}`);
      this.#kickAfterTrouble();
    }
  }

  /** Resolves when nothing is being sent and nothing is due now. */
  async idle(): Promise<void> {
    while (this.#sending.size > 0) await Promise.all(this.#sending.values());
  }

  async close(): Promise<void> {
    const waited = new AbortController();
    await Promise.race([this.idle(), pause(this.#options.clock, closeWaitMs, waited.signal)]);
    waited.abort();
    this.#closed = true;
    this.#cancelRetry?.();
  }

  /** As late as possible: until it is sent again, the store still says that it may have been seen. */
  #reviveCutOff(): void {
    const { store, clock, sender } = this.#options;
    for (const [id, conversation] of this.#cutOff) {
      if (!sender.serves(conversation)) continue;
      store.outbox.markFailed(id, clock.now());
      this.#cutOff.delete(id);
      this.#repeated.add(id);
    }
  }

  #start(part: OutboxPart): void {
    const work = this.#send(part).then(
      () => {
        this.#sending.delete(part.conversation);
        this.kick();
      },
      (error) => {
        this.#sending.delete(part.conversation);
        this.#options.log.warn(`outbox: ${String(error)}`);
        this.#kickAfterTrouble();
      },
    );
    this.#sending.set(part.conversation, work);
  }

  /** The store cannot be written to: at once it would fail again, without end. */
  #kickAfterTrouble(): void {
    this.#cancelRetry?.();
    if (!this.#closed) this.#cancelRetry = this.#options.clock.after(longestRetryMs, () => this.kick());
  }

  /** Whether the host took it. */
  async #send(part: OutboxPart): Promise<boolean> {
    const { store, sender, onPoint } = this.#options;
    if (!store.outbox.markSending(part.id)) return false;
    const isReply = part.kind === "final";
    let taken: Taken;
    try {
      if (isReply) onPoint("sending");
      taken = await sender.send(this.#buildOutgoing(part));
      if (isReply) onPoint("sent");
    } catch (error) {
      if (part.attempts >= stubbornAttempts && (await this.#takesNext(part))) this.#giveUp(part, error);
      else this.#sendLater(part, error);
      return false;
    }
    try {
      store.transaction(() => {
        store.outbox.markDelivered(part.id, taken.hostId, taken.state);
        if (taken.state === "partial") this.#tellPartly(part);
        this.#closeMessage(part);
      });
    } catch (error) {
      this.#repeated.add(part.id);
      this.#sendLater(part, error);
      return true;
    }
    this.#repeated.delete(part.id);
    if (isReply) onPoint("delivered");
    return true;
  }

  /** When it takes what stands behind the part, it is the part that the host refuses; else it takes nothing now. */
  async #takesNext(part: OutboxPart): Promise<boolean> {
    const next = this.#options.store.outbox.findNext(part, this.#options.clock.now());
    return next !== undefined && (await this.#send(next).catch(() => false));
  }

  #giveUp(part: OutboxPart, error: unknown): void {
    const { store, log } = this.#options;
    log.warn(`a part is given up, the host takes others but refuses this one: ${String(error)}`);
    const end = () => {
      store.outbox.markFailed(part.id);
      this.#tellPartly(part);
      this.#closeMessage(part);
    };
    this.#note(part, () => store.transaction(end));
  }

  /** What the store refuses now is noted when it can be written to again. */
  #note({ id, conversation }: OutboxPart, write: () => void): void {
    try {
      write();
    } catch (trouble) {
      this.#cutOff.set(id, conversation);
      throw trouble;
    }
  }

  #tellPartly({ conversation, kind }: OutboxPart): void {
    if (kind === "notice") return;
    this.add({ conversation, kind: "notice", ...this.#options.voice.say({ type: "shown-partly" }) });
  }

  #buildOutgoing({ id, conversation, kind, text, buttons, replyTo }: OutboxPart): OutgoingPart {
    const address = this.#options.store.addresses.find(conversation);
    return {
      conversation,
      kind,
      text,
      maybeRepeated: this.#repeated.has(id),
      ...(address === undefined ? {} : { address }),
      ...(buttons === undefined ? {} : { buttons }),
      ...(replyTo === undefined ? {} : { replyTo }),
    };
  }

  #sendLater(part: OutboxPart, error: unknown): void {
    const { store, clock, log } = this.#options;
    log.warn(`sending to a conversation failed, it will be tried again: ${String(error)}`);
    const delayMs = Math.min(firstRetryMs * 2 ** part.attempts, longestRetryMs);
    this.#note(part, () => void store.outbox.markFailed(part.id, clock.now() + delayMs));
  }

  #closeMessage(part: OutboxPart): void {
    const { store } = this.#options;
    if (part.messageId === undefined || part.kind !== "final") return;
    const left = store.outbox.pendingOfMessage(part.messageId).filter((other) => other.kind === "final");
    if (left.length === 0) store.messages.move(part.messageId, "settled", "delivered");
  }

  /** Only the first part of each conversation counts: the others wait for it. */
  #kickLater(): void {
    const { store, clock, sender } = this.#options;
    this.#cancelRetry?.();
    const heads = new Map<string, OutboxPart>();
    for (const part of store.outbox.pendingAtStart()) {
      if (!heads.has(part.conversation)) heads.set(part.conversation, part);
    }
    const waiting = [...heads.values()].filter(
      ({ conversation, state }) => state === "pending" && sender.serves(conversation),
    );
    const next = Math.min(...waiting.map((part) => part.nextAttemptAt));
    if (!Number.isFinite(next)) return;
    this.#cancelRetry = clock.after(Math.max(next - clock.now(), 1), () => this.kick());
  }
}
