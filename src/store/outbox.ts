// Parts that are settled but not yet in the host's hands. Within a conversation strictly one after the other.
// It sends nothing and knows no back-off: when to try again is said from above.
import type { Clock } from "../kit/clock.ts";
import { type Command, type Connection, insertSql, type Query, type Row, readColumns } from "./connection.ts";
import { readButtons } from "./json-columns.ts";
import type { OutboxPart } from "./rows.ts";

export type NewOutboxPart = Pick<
  OutboxPart,
  "key" | "conversation" | "kind" | "text" | "messageId" | "expiresAt" | "replyTo" | "buttons"
>;

/** How a part ended in the host's hands. */
export type DeliveryState = Extract<OutboxPart["state"], "delivered" | "suppressed" | "partial">;

const columns = [
  "key",
  "conversation",
  "kind",
  "text",
  "messageId",
  "state",
  "attempts",
  "nextAttemptAt",
  "expiresAt",
  "replyTo",
  "buttons",
  "createdAt",
] as const satisfies readonly (keyof OutboxPart)[];

// The first part of each conversation that is neither over nor past its time, if it may be tried now.
const dueSql = `
  SELECT * FROM outbox WHERE state = 'pending' AND nextAttemptAt <= @now AND id IN (
    SELECT min(id) FROM outbox
    WHERE state IN ('pending', 'sending') AND (state = 'sending' OR expiresAt IS NULL OR expiresAt > @now)
    GROUP BY conversation)
  ORDER BY id`;

export class Outbox {
  readonly #clock: Clock;
  readonly #add: Command;
  readonly #due: Query<OutboxPart>;
  readonly #sending: Command;
  readonly #delivered: Command;
  readonly #failed: Command;
  readonly #expire: Command;
  readonly #open: Query<OutboxPart>;
  readonly #openOfMessage: Query<OutboxPart>;
  readonly #next: Query<OutboxPart>;
  readonly #lastReply: Query<Pick<OutboxPart, "state">>;

  constructor(connection: Connection, clock: Clock) {
    this.#clock = clock;
    this.#add = connection.command(insertSql("outbox", columns, "ON CONFLICT (key) DO NOTHING"));
    this.#due = connection.query(dueSql, readPart);
    this.#sending = connection.command(
      "UPDATE outbox SET state = 'sending', attempts = attempts + 1 WHERE id = @id AND state = 'pending'",
    );
    this.#delivered = connection.command(
      "UPDATE outbox SET state = @state, hostId = @hostId, text = '' WHERE id = @id AND state = 'sending'",
    );
    this.#failed = connection.command(
      `UPDATE outbox SET state = iif(@nextAttemptAt IS NULL, 'failed', 'pending'),
         nextAttemptAt = coalesce(@nextAttemptAt, nextAttemptAt)
       WHERE id = @id AND state = 'sending'`,
    );
    this.#expire = connection.command(
      "UPDATE outbox SET state = 'expired' WHERE state = 'pending' AND expiresAt <= @now",
    );
    const open = "SELECT * FROM outbox WHERE state IN ('pending', 'sending')";
    this.#open = connection.query(`${open} ORDER BY id`, readPart);
    this.#openOfMessage = connection.query(`${open} AND messageId = @messageId ORDER BY id`, readPart);
    this.#next = connection.query(
      `SELECT * FROM outbox WHERE conversation = @conversation AND id > @id AND state = 'pending'
         AND (expiresAt IS NULL OR expiresAt > @now) ORDER BY id LIMIT 1`,
      readPart,
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
    const { key, conversation, kind, text, messageId, expiresAt, replyTo, buttons } = part;
    const now = this.#clock.now();
    const fresh = { state: "pending", attempts: 0, nextAttemptAt: now, createdAt: now };
    return this.#add({ key, conversation, kind, text, messageId, expiresAt, replyTo, buttons, ...fresh }) > 0;
  }

  /**
   * At most one part of each conversation: its first undelivered one, when that may be tried at `now`. While it is
   * being sent or waits for its next attempt, the conversation has none.
   */
  due(now: number): OutboxPart[] {
    return this.#due.list({ now });
  }

  /** What stands behind a part of its conversation, whenever it may be tried. */
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

  /** The host has it. Its text is forgotten. `hostId`: the host's id of what it sent, where it tells one. */
  markDelivered(id: number, hostId?: string, state: DeliveryState = "delivered"): boolean {
    return this.#delivered({ id, hostId, state }) > 0;
  }

  /** With a time: to be tried again then, and nothing of its conversation before. Without: given up. */
  markFailed(id: number, nextAttemptAt?: number): boolean {
    return this.#failed({ id, nextAttemptAt }) > 0;
  }

  /** Gives up parts whose time has passed, but none that is being sent. Returns how many. */
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

function readPart(row: Row): OutboxPart {
  const { buttons, ...stored } = readColumns<Omit<OutboxPart, "buttons"> & { buttons?: string }>(row);
  return buttons === undefined ? stored : { ...stored, buttons: readButtons(buttons, "outbox.buttons") };
}
