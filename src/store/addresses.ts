// Where a host delivers what is said in a conversation, in the host's own words. Kept beyond the binding: replies may come late.
import { type Command, type Connection, type Query, readColumns } from "./connection.ts";

export class Addresses {
  readonly #put: Command;
  readonly #find: Query<{ address: string }>;

  constructor(connection: Connection) {
    this.#put = connection.command(
      `INSERT INTO addresses (conversation, address) VALUES (@conversation, @address)
       ON CONFLICT (conversation) DO UPDATE SET address = @address`,
    );
    this.#find = connection.query("SELECT address FROM addresses WHERE conversation = @conversation", (row) =>
      readColumns<{ address: string }>(row),
    );
  }

  /** Writes only what is new. */
  remember(conversation: string, address: string): void {
    if (this.find(conversation) !== address) this.#put({ conversation, address });
  }

  find(conversation: string): string | undefined {
    return this.#find.find({ conversation })?.address;
  }
}
