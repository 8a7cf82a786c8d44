// The ledger's rows: what happened to each message. Only moves of message-states.ts are made; a message that ended
// keeps its row, so that a redelivery is known, and loses its text, images and files.
import type { Clock } from "../kit/clock.ts";
import { type Connection, insertSql, type Query, type Row, readColumns } from "./connection.ts";
import { readStrings } from "./json-columns.ts";
import { type MessageState, mayMove, messageStates, openStates } from "./message-states.ts";
import type { Message } from "./rows.ts";

export type NewMessage = Pick<
  Message,
  "conversation" | "hostMessageId" | "bindingId" | "actor" | "text" | "images" | "clientId"
> &
  Partial<Pick<Message, "files">>;

/**
 * `clientId` must be a new one when a person sends an interrupted message again: the old names the cut-off turn.
 * `bindingId`: the conversation was bound to the thread anew meanwhile.
 */
export type MoveFields = Partial<Pick<Message, "turnId" | "clientId" | "bindingId">>;

const columns = [
  "conversation",
  "hostMessageId",
  "bindingId",
  "actor",
  "text",
  "images",
  "files",
  "clientId",
] as const satisfies readonly (keyof NewMessage)[];

const endStates = (Object.keys(messageStates) as MessageState[]).filter(
  (state) => !openStates.includes(state),
);
const quoted = (states: readonly MessageState[]) => states.map((state) => `'${state}'`).join(", ");
// The words of the partial index `messagesOpen`.
const isOpen = `state NOT IN (${quoted(endStates)})`;
/** What keeps its lane busy, or will. */
const inLane = quoted(["accepted", "waiting", "submitted", "running"]);

const moveSql = `
  UPDATE messages SET
    state = @to,
    clientId = coalesce(@clientId, clientId),
    bindingId = coalesce(@bindingId, bindingId),
    turnId = CASE WHEN @to = 'accepted' THEN NULL ELSE coalesce(@turnId, turnId) END,
    attempts = attempts + (@to = 'submitted'),
    submittedAt = CASE @to WHEN 'accepted' THEN NULL WHEN 'submitted' THEN @now ELSE submittedAt END,
    settledAt = CASE WHEN @to IN ('settled', 'refused', 'dropped') THEN @now ELSE settledAt END,
    text = CASE WHEN @to IN (${quoted(endStates)}) THEN NULL ELSE text END,
    images = CASE WHEN @to IN (${quoted(endStates)}) THEN '[]' ELSE images END,
    files = CASE WHEN @to IN (${quoted(endStates)}) THEN '[]' ELSE files END
  WHERE id = @id AND state = @from
  RETURNING *`;

// Two conversations may be bound to one thread: they share its lane.
const aheadSql = `
  SELECT count(*) AS ahead FROM messages AS other JOIN messages AS mine ON mine.id = @id
  WHERE other.id < mine.id AND other.state IN (${inLane})
    AND (other.bindingId = mine.bindingId OR EXISTS (
      SELECT 1 FROM bindings AS one JOIN bindings AS two ON one.place = two.place AND one.threadId = two.threadId
      WHERE one.id = mine.bindingId AND two.id = other.bindingId))`;

// By our own clock alone, and by the order of acceptance: a message that was sent again later has a newer turn.
const turnBeforeSql = `
  SELECT other.turnId FROM messages AS other JOIN messages AS mine ON mine.id = @id
  WHERE other.bindingId = mine.bindingId AND other.id < mine.id AND other.turnId IS NOT NULL
    AND other.settledAt < mine.submittedAt
  ORDER BY other.id DESC LIMIT 1`;

export class Messages {
  readonly #connection: Connection;
  readonly #clock: Clock;
  readonly #accept: Query<Message>;
  readonly #move: Query<Message>;
  readonly #byId: Query<Message>;
  readonly #byClientId: Query<Message>;
  readonly #open: Query<Message>;
  readonly #openOfBinding: Query<Message>;
  readonly #ahead: Query<number>;
  readonly #turnBefore: Query<string>;

  constructor(connection: Connection, clock: Clock) {
    this.#connection = connection;
    this.#clock = clock;
    this.#accept = connection.query(
      insertSql(
        "messages",
        [...columns, "state", "attempts", "acceptedAt"],
        "ON CONFLICT (conversation, hostMessageId) DO NOTHING RETURNING *",
      ),
      readMessage,
    );
    this.#move = connection.query(moveSql, readMessage);
    const select = (rest: string) => connection.query(`SELECT * FROM messages WHERE ${rest}`, readMessage);
    this.#byId = select("id = @id");
    this.#byClientId = select("clientId = @clientId");
    this.#open = select(`${isOpen} ORDER BY id`);
    this.#openOfBinding = select(`bindingId = @bindingId AND ${isOpen} ORDER BY id`);
    this.#ahead = connection.query(aheadSql, (row) => Number(row.ahead));
    this.#turnBefore = connection.query(turnBeforeSql, (row) => String(row.turnId));
  }

  /** One write, for `Store.flush` to see through. `seen`: this host message of this conversation is in the ledger already, in whatever state. */
  accept(message: NewMessage): Message | "seen" {
    const full = { ...message, files: message.files ?? [] };
    const given = Object.fromEntries(columns.map((name) => [name, full[name]]));
    const row = {
      ...given,
      state: "accepted" satisfies MessageState,
      attempts: 0,
      acceptedAt: this.#clock.now(),
    };
    return this.#accept.find(row) ?? "seen";
  }

  /**
   * Moves the message on if it is still in `from`; undefined when it is not. Times and attempts are kept here; going
   * back to `accepted` forgets the turn. What is about to be sent is written through: a ledger that forgot it would
   * send it again.
   * @throws Error for a move that message-states.ts does not know: a mistake of the program
   */
  move(id: number, from: MessageState, to: MessageState, fields: MoveFields = {}): Message | undefined {
    if (!mayMove(from, to)) throw new Error(`a message cannot go from ${from} to ${to}`);
    const { turnId, clientId, bindingId } = fields;
    const row = { id, from, to, turnId, clientId, bindingId, now: this.#clock.now() };
    return to === "submitted" ? this.#connection.durably(() => this.#move.find(row)) : this.#move.find(row);
  }

  findById(id: number): Message | undefined {
    return this.#byId.find({ id });
  }

  findByClientId(clientId: string): Message | undefined {
    return this.#byClientId.find({ clientId });
  }

  /** Everything that still needs something to happen, in the order of acceptance. */
  open(): Message[] {
    return this.#open.list();
  }

  /** In the order of acceptance. */
  openOfBinding(bindingId: string): Message[] {
    return this.#openOfBinding.list({ bindingId });
  }

  /** The turn of an earlier message of the same binding that had ended when this one was sent. */
  findTurnBefore(id: number): string | undefined {
    return this.#turnBefore.find({ id });
  }

  /** How many messages of the same lane run or wait before this one. */
  countAhead(id: number): number {
    return this.#ahead.find({ id }) ?? 0;
  }
}

function readMessage(row: Row): Message {
  const stored = readColumns<Omit<Message, "images" | "files"> & { images: string; files: string }>(row);
  return {
    ...stored,
    images: readStrings(stored.images, "messages.images"),
    files: readStrings(stored.files, "messages.files"),
  };
}
