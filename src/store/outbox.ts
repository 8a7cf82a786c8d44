// Parts that are settled but not yet in the host's hands. Within a conversation strictly one after the other.
// It sends nothing and knows no back-off: when to try again is said from above.
import type { Clock } from "../kit/clock.ts";
import type { Audit } from "./audit.ts";
import { type Command, type Connection, insertSql, type Query, type Row, readColumns } from "./connection.ts";
import { readBlocks, readButtons } from "./json-columns.ts";
import type { OutboxPart } from "./rows.ts";

type Optional =
  | "edits"
  | "messageId"
  | "expiresAt"
  | "replyTo"
  | "buttons"
  | "typed"
  | "question"
  | "isSilent";

export type NewOutboxPart = Pick<OutboxPart, "key" | "conversation" | "kind" | "blocks"> & {
  [Name in Optional]?: OutboxPart[Name] | undefined;
} & {
  /** Not to be tried before, in ms since the epoch; absent: at once. */
  notBefore?: number;
};

/** How a part ended in the host's hands. */
export type DeliveryState = Extract<OutboxPart["state"], "delivered" | "suppressed" | "partial">;

const columns = [
  "key",
  "conversation",
  "kind",
  "blocks",
  "typed",
  "isSilent",
  "question",
  "edits",
  "messageId",
  "state",
  "attempts",
  "nextAttemptAt",
  "expiresAt",
  "replyTo",
  "buttons",
  "createdAt",
] as const satisfies readonly (keyof OutboxPart)[];

const isOpen = "state IN ('pending', 'sending')";
const isOpenQuestion =
  "EXISTS (SELECT 1 FROM questions WHERE questions.token = outbox.question AND questions.state = 'open')";
/** Questions go before replies, replies before notices; each in the order in which they were written. */
const order = "CASE kind WHEN 'question' THEN 0 WHEN 'final' THEN 1 ELSE 2 END, id";
// The first part of each conversation that is neither over nor past its time, if it may be tried now. What is being sent
// comes first and keeps the others waiting; a notice that may not be tried yet keeps nothing waiting.
const dueSql = `
  SELECT * FROM (
    SELECT *, row_number() OVER (PARTITION BY conversation ORDER BY state = 'sending' DESC, ${order}) AS place
    FROM outbox WHERE ${isOpen} AND (state = 'sending' OR expiresAt IS NULL OR expiresAt > @now)
      AND (kind != 'notice' OR state = 'sending' OR nextAttemptAt <= @now))
  WHERE place = 1 AND state = 'pending' AND nextAttemptAt <= @now
  ORDER BY ${order}`;

/** A statement wants every parameter. */
const none = undefined;
const empty = {
  messageId: none,
  expiresAt: none,
  replyTo: none,
  buttons: none,
  typed: none,
  question: none,
  edits: none,
};

export class Outbox {
  readonly #connection: Connection;
  readonly #clock: Clock;
  readonly #audit: Audit;
  readonly #add: Command;
  readonly #due: Query<OutboxPart>;
  readonly #sending: Command;
  readonly #delivered: Command;
  readonly #failed: Command;
  readonly #expire: Command;
  readonly #expireNotices: Command;
  readonly #expireDelayed: Command;
  readonly #open: Query<OutboxPart>;
  readonly #openOfMessage: Query<OutboxPart>;
  readonly #next: Query<OutboxPart>;
  readonly #ofQuestion: Query<OutboxPart>;
  readonly #forgetQuestion: Command;
  readonly #questionOf: Query<string>;
  readonly #lastReplyId: Query<number>;
  readonly #lastReply: Query<Pick<OutboxPart, "state">>;

  constructor(connection: Connection, clock: Clock, audit: Audit) {
    this.#connection = connection;
    this.#clock = clock;
    this.#audit = audit;
    this.#add = connection.command(insertSql("outbox", columns, "ON CONFLICT (key) DO NOTHING"));
    this.#due = connection.query(dueSql, readPart);
    this.#sending = connection.command(
      "UPDATE outbox SET state = 'sending', attempts = attempts + 1 WHERE id = @id AND state = 'pending'",
    );
    this.#delivered = connection.command(
      // The prompt of an open question is edited when that is closed.
      `UPDATE outbox SET state = @state, hostId = @hostId, typed = NULL,
         blocks = iif(${isOpenQuestion}, blocks, '[]'), buttons = iif(${isOpenQuestion}, buttons, NULL)
       WHERE id = @id AND state = 'sending'`,
    );
    this.#failed = connection.command(
      `UPDATE outbox SET state = iif(@nextAttemptAt IS NULL, 'failed', 'pending'),
         nextAttemptAt = coalesce(@nextAttemptAt, nextAttemptAt),
         maybeSeen = max(maybeSeen, @maybeSeen), isPlain = max(isPlain, @isPlain),
         blocks = iif(@nextAttemptAt IS NULL, '[]', blocks), typed = iif(@nextAttemptAt IS NULL, NULL, typed),
         buttons = iif(@nextAttemptAt IS NULL, NULL, buttons)
       WHERE id = @id AND state = 'sending'`,
    );
    const over =
      "UPDATE outbox SET state = 'expired', blocks = '[]', typed = NULL, buttons = NULL WHERE state = 'pending'";
    this.#expire = connection.command(`${over} AND expiresAt <= @now`);
    this.#expireNotices = connection.command(`${over} AND kind = 'notice' AND messageId = @messageId`);
    this.#expireDelayed = connection.command(
      `${over} AND kind = 'notice' AND messageId = @messageId AND attempts = 0 AND nextAttemptAt > createdAt`,
    );
    const open = `SELECT * FROM outbox WHERE ${isOpen}`;
    this.#open = connection.query(`${open} ORDER BY id`, readPart);
    this.#openOfMessage = connection.query(`${open} AND messageId = @messageId ORDER BY id`, readPart);
    this.#next = connection.query(
      `SELECT * FROM outbox WHERE conversation = @conversation AND id != @id AND state = 'pending'
         AND (expiresAt IS NULL OR expiresAt > @now) ORDER BY ${order} LIMIT 1`,
      readPart,
    );
    this.#ofQuestion = connection.query("SELECT * FROM outbox WHERE question = @token ORDER BY id", readPart);
    this.#questionOf = connection.query(
      `SELECT question FROM outbox
       WHERE question IS NOT NULL AND conversation = @conversation AND hostId = @hostId`,
      (row) => String(row.question),
    );
    this.#forgetQuestion = connection.command(
      `UPDATE outbox SET blocks = '[]', typed = NULL, buttons = NULL WHERE question = @token AND state NOT IN ('pending', 'sending')`,
    );
    this.#lastReplyId = connection.query(
      `SELECT max(id) AS id FROM outbox
       WHERE conversation = @conversation AND kind = 'final' AND messageId IS NOT NULL`,
      (row) => Number(row.id ?? 0),
    );
    this.#lastReply = connection.query(
      `SELECT state FROM outbox WHERE kind = 'final' AND messageId = (
         SELECT max(id) FROM messages WHERE conversation = @conversation AND state IN ('settled', 'delivered'))
       ORDER BY id`,
      (row) => readColumns<Pick<OutboxPart, "state">>(row),
    );
  }

  /** False when a part with this key was written before, whatever became of it. */
  add(part: NewOutboxPart): boolean {
    const { notBefore, isSilent = false, ...given } = part;
    const now = this.#clock.now();
    const fresh = { state: "pending", attempts: 0, nextAttemptAt: notBefore ?? now, createdAt: now };
    return this.#add({ ...empty, ...given, isSilent, ...fresh }) > 0;
  }

  /**
   * At most one part of each conversation: its first undelivered one, when that may be tried at `now`. While it is
   * being sent or waits for its next attempt, the conversation has none. Questions first, then replies, then notices.
   */
  due(now: number): OutboxPart[] {
    return this.#due.list({ now });
  }

  /** What is next besides a part of its conversation, whenever it may be tried. */
  findNext(
    { conversation, id }: Pick<OutboxPart, "conversation" | "id">,
    now: number,
  ): OutboxPart | undefined {
    return this.#next.find({ conversation, id, now });
  }

  /** Takes the part for sending and counts the attempt; false when another call took it. */
  markSending(id: number): boolean {
    return this.#sending({ id }) > 0;
  }

  /** The host has it. What it says is forgotten, of a question when that is closed. `hostId`: the host's id of what it sent, where it tells one. */
  markDelivered(id: number, hostId?: string, state: DeliveryState = "delivered"): boolean {
    return this.#connection.transaction(() => {
      const isDone = this.#delivered({ id, hostId, state }) > 0;
      if (isDone && state === "suppressed") this.#audit.writeRefused(id);
      return isDone;
    });
  }

  /** With a time: to be tried again then, and nothing of its conversation before. Without: given up, and its text forgotten. */
  markFailed(
    id: number,
    nextAttemptAt?: number,
    { maybeSeen = false, isPlain = false }: Partial<Pick<OutboxPart, "maybeSeen" | "isPlain">> = {},
  ): boolean {
    return this.#connection.transaction(() => {
      const isDone = this.#failed({ id, nextAttemptAt, maybeSeen, isPlain }) > 0;
      if (isDone && nextAttemptAt === undefined) this.#audit.writeRefused(id);
      return isDone;
    });
  }

  /** Something newer is said of the message: what has not begun to be said of it says nothing any more. */
  expireDelayed(messageId: number): void {
    this.#expireDelayed({ messageId });
  }

  /** The message is settled: what was still to be said about its way says nothing any more. */
  expireNotices(messageId: number): void {
    this.#expireNotices({ messageId });
  }

  /** The token of the question that a message of ours puts. */
  findQuestion(conversation: string, hostId: string): string | undefined {
    return this.#questionOf.find({ conversation, hostId });
  }

  /** The question is closed. */
  forgetQuestion(token: string): void {
    this.#forgetQuestion({ token });
  }

  /** The number of the newest reply to a message of the conversation; 0 where there was none. */
  lastReply(conversation: string): number {
    return this.#lastReplyId.find({ conversation }) ?? 0;
  }

  /** The parts that put a question, in order; also those that are over. */
  ofQuestion(token: string): OutboxPart[] {
    return this.#ofQuestion.list({ token });
  }

  /** Gives up parts whose time has passed and forgets their texts, but none that is being sent. Returns how many. */
  expire(now: number): number {
    return this.#expire({ now });
  }

  /** All undelivered parts in order. Those in `sending` were cut off: whether the host has them is not known. */
  pendingAtStart(): OutboxPart[] {
    return this.#open.list();
  }

  /** What became of the parts of the newest reply; empty when there was none. */
  statesOfLastReply(conversation: string): OutboxPart["state"][] {
    return this.#lastReply.list({ conversation }).map(({ state }) => state);
  }

  /** Undelivered parts of a message, in order; none means that the message is delivered. */
  pendingOfMessage(messageId: number): OutboxPart[] {
    return this.#openOfMessage.list({ messageId });
  }
}

type Columns = Omit<OutboxPart, "buttons" | "blocks" | "typed" | "isSilent" | "isPlain" | "maybeSeen"> & {
  blocks: string;
  typed?: string;
  buttons?: string;
  isSilent: number;
  isPlain: number;
  maybeSeen: number;
};

function readPart(row: Row): OutboxPart {
  const { buttons, typed, ...stored } = readColumns<Columns>(row);
  return {
    ...stored,
    blocks: readBlocks(stored.blocks, "outbox.blocks"),
    isSilent: stored.isSilent !== 0,
    isPlain: stored.isPlain !== 0,
    maybeSeen: stored.maybeSeen !== 0,
    ...(typed === undefined ? {} : { typed: readBlocks(typed, "outbox.typed") }),
    ...(buttons === undefined ? {} : { buttons: readButtons(buttons, "outbox.buttons") }),
  };
}
