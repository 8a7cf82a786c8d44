// Hands what is settled to the host: in order within a conversation, again after a failure, across restarts.
// What the host has taken is delivered; what was being handed over when the process died is sent again, marked so.
import { nanoid } from "nanoid";
import { type Clock, type Disposer, pause } from "../kit/clock.ts";
import type { Log } from "../kit/log.ts";
import type { Redactor } from "../kit/redactor.ts";
import type { Store } from "../store/open-store.ts";
import type { OutboxKind, OutboxPart } from "../store/rows.ts";
import type { HostSender, OnPoint } from "./host-sender.ts";

export interface OutboxOptions {
  store: Store;
  clock: Clock;
  sender: HostSender;
  redactor: Redactor;
  log: Log;
  onPoint: OnPoint;
}

export interface NewPart {
  conversation: string;
  kind: OutboxKind;
  text: string;
  /** Same key, same part: written once. Without one the part is always new. */
  key?: string;
  messageId?: number;
}

/** A notice that could not be sent for so long says nothing any more. */
const noticeLifeMs = 10 * 60_000;
const firstRetryMs = 500;
const longestRetryMs = 60_000;
/** How long closing waits for a host that does not take what it is given. */
const closeWaitMs = 10_000;

export class Outbox {
  readonly #options: OutboxOptions;
  /** Parts that an earlier process, or a full store, left half sent: the person may have seen them. */
  readonly #repeated = new Set<number>();
  /** What is being sent, by conversation: one that does not answer keeps no other from being served. */
  readonly #sending = new Map<string, Promise<void>>();
  /** Parts that an earlier process was sending when it died: id and conversation. */
  readonly #cutOff = new Map<number, string>();
  #closed = false;
  #cancelRetry: Disposer | undefined;

  constructor(options: OutboxOptions) {
    this.#options = options;
  }

  /** Writes the part down; call `kick` after the transaction it belongs to. */
  add(part: NewPart): void {
    const { store, clock, redactor } = this.#options;
    const lasting = part.kind === "final" || part.kind === "question";
    store.outbox.add({
      key: part.key ?? nanoid(),
      conversation: part.conversation,
      kind: part.kind,
      text: redactor.redact(part.text),
      ...(part.messageId === undefined ? {} : { messageId: part.messageId }),
      ...(lasting ? {} : { expiresAt: clock.now() + noticeLifeMs }),
    });
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
      this.#cancelRetry?.();
      this.#cancelRetry = clock.after(longestRetryMs, () => this.kick());
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
      this.#cutOff.delete(id);
      this.#repeated.add(id);
      store.outbox.markFailed(id, clock.now());
    }
  }

  #start(part: OutboxPart): void {
    const work = this.#send(part)
      .catch((error) => this.#options.log.warn(`outbox: ${String(error)}`))
      .finally(() => {
        this.#sending.delete(part.conversation);
        this.kick();
      });
    this.#sending.set(part.conversation, work);
  }

  async #send(part: OutboxPart): Promise<void> {
    const { store, sender, onPoint } = this.#options;
    if (!store.outbox.markSending(part.id)) return;
    const { conversation, kind, text } = part;
    const isReply = kind === "final";
    let taken: { hostId?: string };
    try {
      if (isReply) onPoint("sending");
      taken = await sender.send({ conversation, kind, text, maybeRepeated: this.#repeated.has(part.id) });
      if (isReply) onPoint("sent");
    } catch (error) {
      this.#sendLater(part, error);
      return;
    }
    try {
      store.transaction(() => {
        store.outbox.markDelivered(part.id, taken.hostId);
        this.#closeMessage(part);
      });
    } catch (error) {
      this.#repeated.add(part.id);
      this.#sendLater(part, error);
      return;
    }
    this.#repeated.delete(part.id);
    if (isReply) onPoint("delivered");
  }

  #sendLater(part: OutboxPart, error: unknown): void {
    const { store, clock, log } = this.#options;
    log.warn(`sending to a conversation failed, it will be tried again: ${String(error)}`);
    const delayMs = Math.min(firstRetryMs * 2 ** part.attempts, longestRetryMs);
    store.outbox.markFailed(part.id, clock.now() + delayMs);
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
