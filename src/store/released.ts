// Conversations that we let go and that the host's books may still hold for us, with what the books said of them.
import { type Command, type Connection, type Query, readColumns } from "./connection.ts";

export interface ReleasedBinding {
  conversation: string;
  hostRecord: string;
}

export class Released {
  readonly #put: Command;
  readonly #remove: Command;
  readonly #all: Query<ReleasedBinding>;

  constructor(connection: Connection) {
    this.#put = connection.command(
      "INSERT OR REPLACE INTO released (conversation, hostRecord) VALUES (@conversation, @hostRecord)",
    );
    this.#remove = connection.command("DELETE FROM released WHERE conversation = @conversation");
    this.#all = connection.query("SELECT * FROM released ORDER BY conversation", (row) =>
      readColumns<ReleasedBinding>(row),
    );
  }

  add(conversation: string, hostRecord: string): void {
    this.#put({ conversation, hostRecord });
  }

  remove(conversation: string): void {
    this.#remove({ conversation });
  }

  all(): ReleasedBinding[] {
    return this.#all.list();
  }
}
