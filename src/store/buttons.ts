// What a click does: a command line, kept under a short token. A token works once.
import { customAlphabet } from "nanoid";
import type { Clock } from "../kit/clock.ts";
import { type Command, type Connection, insertSql, type Query, type Row, readColumns } from "./connection.ts";
import type { Button } from "./rows.ts";

/** A button as the chat room asks for it. */
export interface ButtonSpec {
  label: string;
  /** What follows `/cx` when somebody types it instead. */
  line: string;
}

export interface ButtonScope {
  conversation: string;
  /** Only this person may click; absent: whoever may type the command. */
  actor?: string | undefined;
  /** It means the turn of this message: nothing happens once that has ended. */
  messageId?: number | undefined;
}

export interface StoredButton extends ButtonScope {
  token: string;
  line: string;
  usedAt?: number;
  createdAt: number;
}

/** No letters that look alike; 12 of them are 60 bits. */
const newToken = customAlphabet("abcdefghijkmnpqrstuvwxyz23456789", 12);

export class Buttons {
  readonly #clock: Clock;
  readonly #add: Command;
  readonly #use: Command;
  readonly #release: Command;
  readonly #forget: Command;
  readonly #byToken: Query<StoredButton>;

  constructor(connection: Connection, clock: Clock) {
    this.#clock = clock;
    const columns = ["token", "conversation", "line", "actor", "messageId", "createdAt"];
    this.#add = connection.command(insertSql("buttons", columns));
    this.#use = connection.command(
      "UPDATE buttons SET usedAt = @now WHERE token = @token AND usedAt IS NULL",
    );
    this.#release = connection.command("UPDATE buttons SET usedAt = NULL WHERE token = @token");
    this.#forget = connection.command("UPDATE buttons SET line = '' WHERE token = @token");
    this.#byToken = connection.query("SELECT * FROM buttons WHERE token = @token", readButton);
  }

  make(rows: readonly (readonly ButtonSpec[])[], scope: ButtonScope): Button[][] {
    const createdAt = this.#clock.now();
    return rows.map((row) =>
      row.map(({ label, line }) => {
        const token = newToken();
        this.#add({ token, line, ...scope, createdAt });
        return { label, token };
      }),
    );
  }

  find(token: string): StoredButton | undefined {
    return this.#byToken.find({ token });
  }

  /** The click did nothing: somebody else may. */
  release(token: string): void {
    this.#release({ token });
  }

  /** The click has done what it does, and no other will: what that was is forgotten. */
  forgetLine(token: string): void {
    this.#forget({ token });
  }

  /** False when it was used before. */
  use(token: string): boolean {
    return this.#use({ token, now: this.#clock.now() }) > 0;
  }
}

function readButton(row: Row): StoredButton {
  return readColumns<StoredButton>(row);
}
