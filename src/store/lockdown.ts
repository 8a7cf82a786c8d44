// Whether the machine's operator has locked this state: then nobody is heard. It outlives every process.
import type { Clock } from "../kit/clock.ts";
import type { Audit } from "./audit.ts";
import { type Command, type Connection, type Query, readColumns } from "./connection.ts";

export interface LockdownRow {
  by: string;
  /** Milliseconds since the Unix epoch. */
  at: number;
}

export class Lockdown {
  readonly #connection: Connection;
  readonly #clock: Clock;
  readonly #audit: Audit;
  readonly #put: Command;
  readonly #remove: Command;
  readonly #row: Query<LockdownRow>;

  constructor(connection: Connection, clock: Clock, audit: Audit) {
    this.#connection = connection;
    this.#clock = clock;
    this.#audit = audit;
    this.#put = connection.command("INSERT OR IGNORE INTO lockdown (id, by, at) VALUES (1, @by, @at)");
    this.#remove = connection.command("DELETE FROM lockdown");
    this.#row = connection.query("SELECT by, at FROM lockdown", (row) => readColumns<LockdownRow>(row));
  }

  find(): LockdownRow | undefined {
    return this.#row.find();
  }

  /** False when it is so already. */
  change(act: "lock" | "unlock", by: string): boolean {
    return this.#connection.transaction(() => {
      const changed = act === "lock" ? this.#put({ by, at: this.#clock.now() }) : this.#remove();
      if (changed === 0) return false;
      this.#audit.write({ actor: by, act: act === "lock" ? "locked" : "unlocked" });
      return true;
    });
  }
}
