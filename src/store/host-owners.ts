// Whom the host named as its owners when we last looked, so that somebody who is named no more is noticed after a restart too.
import { type Command, type Connection, insertSql, type Query } from "./connection.ts";
import { readStrings } from "./json-columns.ts";

export class HostOwners {
  readonly #write: Command;
  readonly #read: Query<string[]>;

  constructor(connection: Connection) {
    this.#write = connection.command(
      insertSql("hostOwners", ["one", "ids"], "ON CONFLICT (one) DO UPDATE SET ids = excluded.ids"),
    );
    this.#read = connection.query("SELECT ids FROM hostOwners", (row) =>
      readStrings(String(row.ids), "hostOwners.ids"),
    );
  }

  read(): string[] {
    return this.#read.find() ?? [];
  }

  write(ids: readonly string[]): void {
    this.#write({ one: 1, ids });
  }
}
