// Hands what is settled to the host: in order within a conversation, again after a failure, across restarts.
// What the host has taken is delivered; what was being handed over when the process died is sent again, marked so.
import { nanoid } from "nanoid";
import { isBlank } from "../kit/blocks.ts";
import { type Clock, type Disposer, pause } from "../kit/clock.ts";
import type { Log } from "../kit/log.ts";
import type { Redactor } from "../kit/redactor.ts";
import type { Store } from "../store/open-store.ts";
import type { OutboxPart } from "../store/rows.ts";
import type { HostSender, NotTaken, OnPoint, OutgoingPart, Taken } from "./host-sender.ts";
import { type NewPart, writeParts } from "./outbox-parts.ts";
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

const firstRetryMs = 500;
const longestRetryMs = 60_000;
/** A notice is tried so often. */
const noticeAttempts = 2;
/** A channel may need so long to come up. */
const noticeRetryMs = 10_000;
/** After so many tries, some seven seconds, it is looked whether the host takes what stands behind. */
const stubbornAttempts = 4;
/** A person may answer what they see before the host has said that it sent it. */
const triedWaitMs = 2_000;
/** How long closing waits for a host that does not take what it is given. */
const closeWaitMs = 10_000;

export class Outbox {
  readonly #options: OutboxOptions;
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
    if (part.kind === "notice" && isBlank(part.blocks)) return;
    const { store } = this.#options;
    store.transaction(() => {
      const isNews = part.kind === "notice" && part.delayMs === undefined;
      if (isNews && part.messageId !== undefined) store.outbox.expireDelayed(part.messageId);
      writeParts(this.#options, part, part.key ?? nanoid());
      if (part.kind === "final" && part.messageId !== undefined) store.outbox.expireNotices(part.messageId);
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
      this.#kickAfterTrouble();
    }
  }

  /** Resolves when what is just being sent there was taken or not; at once when nothing is, and after two seconds at the latest. */
  async whenTried(conversation: string): Promise<void> {
    const sending = this.#sending.get(conversation);
    if (!sending) return;
    const waited = new AbortController();
    await Promise.race([sending, pause(this.#options.clock, triedWaitMs, waited.signal)]);
    waited.abort();
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
      store.outbox.markFailed(id, clock.now(), { maybeSeen: true });
      this.#cutOff.delete(id);
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
    return this.#options.store.outbox.markSending(part.id) && this.#hand(part);
  }

  /** `isLast`: the host takes others. */
  async #hand(part: OutboxPart, isLast = false): Promise<boolean> {
    const { store, sender, onPoint } = this.#options;
    const isReply = part.kind === "final";
    if (isReply) onPoint("sending");
    const sent = await sender
      .send(this.#buildOutgoing(part))
      .catch((error): NotTaken => ({ notTaken: "unknown", reason: String(error) }));
    if ("notTaken" in sent) return this.#takeRefusal(part, sent, isLast);
    if (isReply) onPoint("sent");
    try {
      store.transaction(() => this.#close(part, sent));
    } catch (error) {
      this.#sendLater(part, { notTaken: "unknown", reason: String(error) });
      return true;
    }
    if (isReply) onPoint("delivered");
    return true;
  }

  #close(part: OutboxPart, { hostId, state }: Taken): void {
    this.#options.store.outbox.markDelivered(part.id, hostId, state);
    if (state === "partial") this.#tellPartly(part);
    this.#closeMessage(part);
  }

  /** Whether the host took it after all. */
  async #takeRefusal(part: OutboxPart, refusal: NotTaken, isLast: boolean): Promise<boolean> {
    // The store counts this try already, the part in hand does not.
    const attempts = part.attempts + 1;
    if (attempts === 1) this.#tellUnreachable(part);
    if (part.kind === "notice") {
      if (refusal.notTaken === "refused" || attempts >= noticeAttempts) this.#giveUp(part, refusal);
      else this.#sendLater(part, { retryAfterMs: noticeRetryMs, ...refusal });
    } else if (refusal.notTaken === "refused") {
      if (part.isPlain) this.#giveUp(part, refusal);
      else this.#sendPlain(part, refusal);
    } else if (isLast) {
      this.#giveUp(part, refusal);
    } else if (attempts >= stubbornAttempts && (await this.#takesNext(part))) {
      // The trouble may have ended between the two.
      const maybeSeen = part.maybeSeen || refusal.notTaken === "unknown";
      return this.#hand({ ...part, maybeSeen }, true);
    } else {
      this.#sendLater(part, refusal);
    }
    return false;
  }

  /** When it takes what stands behind the part, it is the part that the host refuses; else it takes nothing now. */
  async #takesNext(part: OutboxPart): Promise<boolean> {
    const next = this.#options.store.outbox.findNext(part, this.#options.clock.now());
    return next !== undefined && (await this.#send(next).catch(() => false));
  }

  /** What only the owner may answer did not get into their own chat: nobody can agree to it meanwhile. */
  #tellUnreachable({ question: token, conversation, edits }: OutboxPart): void {
    const { store, voice } = this.#options;
    const asked =
      token === undefined || edits !== undefined
        ? undefined
        : store.questions.findAnywhere(token)?.conversation;
    if (asked === undefined || asked === conversation) return;
    const said = voice.say({ type: "owner-unreachable" });
    this.add({ conversation: asked, kind: "notice", ...said, key: `unreachable ${token}` });
  }

  #giveUp(part: OutboxPart, { reason }: NotTaken): void {
    const { store, log } = this.#options;
    log.warn(`a part is given up, the host refuses it: ${reason}`);
    const end = () => {
      store.outbox.markFailed(part.id);
      this.#tellPartly(part);
      this.#closeMessage(part);
    };
    this.#note(part, () => store.transaction(end));
  }

  /** Once more, at once, as nothing but words. */
  #sendPlain(part: OutboxPart, { reason }: NotTaken): void {
    const { store, clock, log } = this.#options;
    log.warn(`the host refuses a part, it goes out as plain words: ${reason}`);
    this.#note(part, () => void store.outbox.markFailed(part.id, clock.now(), { isPlain: true }));
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

  #buildOutgoing(part: OutboxPart): OutgoingPart {
    const { conversation, kind, blocks, typed, buttons, replyTo, isSilent, isPlain, maybeSeen, edits } = part;
    const address = this.#options.store.addresses.find(conversation);
    return {
      conversation,
      kind,
      blocks,
      isSilent,
      isPlain,
      maybeRepeated: maybeSeen,
      ...(address === undefined ? {} : { address }),
      ...(edits === undefined ? {} : { edits }),
      ...(typed === undefined ? {} : { typed }),
      ...(buttons === undefined ? {} : { buttons }),
      ...(replyTo === undefined ? {} : { replyTo }),
    };
  }

  #sendLater(part: OutboxPart, { notTaken, reason, retryAfterMs = 0 }: NotTaken): void {
    const { store, clock, log } = this.#options;
    log.warn(`sending to a conversation failed, it will be tried again: ${reason}`);
    const delayMs = Math.max(retryAfterMs, Math.min(firstRetryMs * 2 ** part.attempts, longestRetryMs));
    const maybeSeen = notTaken === "unknown";
    this.#note(part, () => void store.outbox.markFailed(part.id, clock.now() + delayMs, { maybeSeen }));
  }

  #closeMessage(part: OutboxPart): void {
    const { store } = this.#options;
    if (part.messageId === undefined || part.kind !== "final") return;
    const left = store.outbox.pendingOfMessage(part.messageId).filter((other) => other.kind === "final");
    if (left.length === 0) store.messages.move(part.messageId, "settled", "delivered");
  }

  #kickLater(): void {
    const { store, clock, sender } = this.#options;
    this.#cancelRetry?.();
    const waiting = store.outbox
      .pendingAtStart()
      .filter(({ conversation, state }) => state === "pending" && sender.serves(conversation));
    const now = clock.now();
    const next = waiting.reduce(
      (least, { nextAttemptAt: at }) => (at > now && at < least ? at : least),
      Number.POSITIVE_INFINITY,
    );
    if (!Number.isFinite(next)) return;
    this.#cancelRetry = clock.after(Math.max(next - clock.now(), 1), () => this.kick());
  }
}
