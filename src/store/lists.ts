// The numbered list of threads last shown in a conversation, so that "resume 2" means what the person saw.
import type { Clock } from "../kit/clock.ts";
import { type Command, type Connection, insertSql, type Query, type Row } from "./connection.ts";
import { isRecord, readList } from "./json-columns.ts";
import { TornColumn } from "./to-store-error.ts";

export interface ListedThread {
  threadId: string;
  place: string;
}

export class Lists {
  readonly #clock: Clock;
  readonly #remember: Command;
  readonly #read: Query<ListedThread[]>;

  constructor(connection: Connection, clock: Clock) {
    this.#clock = clock;
    this.#remember = connection.command(
      insertSql(
        "lists",
        ["conversation", "entries", "rememberedAt"],
        "ON CONFLICT (conversation) DO UPDATE SET entries = excluded.entries, rememberedAt = excluded.rememberedAt",
      ),
    );
    this.#read = connection.query(
      "SELECT entries FROM lists WHERE conversation = @conversation",
      readEntries,
    );
  }

  /** Takes the place of the list shown before. */
  remember(conversation: string, rows: readonly ListedThread[]): void {
    const entries = rows.map(({ threadId, place }) => ({ threadId, place }));
    this.#remember({ conversation, entries, rememberedAt: this.#clock.now() });
  }

  /** In the order shown; empty when none was shown. */
  read(conversation: string): ListedThread[] {
    return this.#read.find({ conversation }) ?? [];
  }
}

function readEntries(row: Row): ListedThread[] {
  return readList(String(row.entries), "lists.entries").map((entry) => {
    if (!isRecord(entry) || typeof entry.threadId !== "string" || typeof entry.place !== "string") {
      throw new TornColumn("lists.entries");
    }
    return { threadId: entry.threadId, place: entry.place };
  });
}
