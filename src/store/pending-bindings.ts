// Bindings that were prepared and wait for the host's approval. One per conversation; the newest counts.
import type { Block } from "../kit/blocks.ts";
import type { Clock } from "../kit/clock.ts";
import type { NewBinding } from "./bindings.ts";
import { type Command, type Connection, type Query, type Row, readColumns } from "./connection.ts";
import { readBlocks, readRecord } from "./json-columns.ts";

export interface PendingBinding {
  id: string;
  /** Where it was asked for. The host may know the conversation under another key once it is bound. */
  conversation: string;
  draft: Omit<NewBinding, "id">;
  /** What the person reads when it is approved. */
  says: Block[];
  /** Milliseconds since the Unix epoch. */
  expiresAt: number;
}

export class PendingBindings {
  readonly #clock: Clock;
  readonly #put: Command;
  readonly #remove: Command;
  readonly #byId: Query<PendingBinding>;
  readonly #all: Query<PendingBinding>;

  constructor(connection: Connection, clock: Clock) {
    this.#clock = clock;
    this.#put = connection.command(
      `INSERT OR REPLACE INTO pendingBindings (id, conversation, draft, says, expiresAt)
       VALUES (@id, @conversation, @draft, @says, @expiresAt)`,
    );
    this.#remove = connection.command("DELETE FROM pendingBindings WHERE id = @id");
    this.#byId = connection.query("SELECT * FROM pendingBindings WHERE id = @id", readPending);
    this.#all = connection.query("SELECT * FROM pendingBindings ORDER BY expiresAt, id", readPending);
  }

  /** Replaces what was pending in the same conversation. `lifeMs`: how long the host's question stays open. */
  put(pending: Omit<PendingBinding, "expiresAt">, lifeMs: number): PendingBinding {
    const row = { ...pending, expiresAt: this.#clock.now() + lifeMs };
    this.#put({ ...row });
    return row;
  }

  /** Undefined when it was replaced, expired or taken. */
  take(id: string): PendingBinding | undefined {
    const found = this.#byId.find({ id });
    return found && this.#remove({ id }) > 0 ? found : undefined;
  }

  /** Soonest to expire first. */
  all(): PendingBinding[] {
    return this.#all.list();
  }
}

function readPending(row: Row): PendingBinding {
  const stored = readColumns<Omit<PendingBinding, "draft" | "says"> & { draft: string; says: string }>(row);
  // Written by this class only; a torn one is found by readRecord.
  const draft = readRecord(stored.draft, "pendingBindings.draft") as unknown as PendingBinding["draft"];
  return { ...stored, draft, says: readBlocks(stored.says, "pendingBindings.says") };
}
