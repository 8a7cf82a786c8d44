// Turns of bound threads, ours and those of others, apart from messages: many messages may join one turn, some have none.
import type { Clock } from "../kit/clock.ts";
import { type Command, type Connection, insertSql, type Query, type Row, readColumns } from "./connection.ts";
import type { Turn, TurnState } from "./rows.ts";

export type NewTurn = Omit<Turn, "state" | "startedAt" | "endedAt">;

const columns = ["id", "place", "threadId", "conversation", "origin", "state", "startedAt"] as const;

export class Turns {
  readonly #clock: Clock;
  readonly #record: Command;
  readonly #end: Command;
  readonly #byId: Query<Turn>;
  readonly #running: Query<Turn>;

  constructor(connection: Connection, clock: Clock) {
    this.#clock = clock;
    this.#record = connection.command(insertSql("turns", columns, "ON CONFLICT (id) DO NOTHING"));
    this.#end = connection.command(
      "UPDATE turns SET state = @state, endedAt = @now WHERE id = @id AND state IN ('running', 'lost')",
    );
    this.#byId = connection.query("SELECT * FROM turns WHERE id = @id", readTurn);
    this.#running = connection.query(
      "SELECT * FROM turns WHERE state = 'running' ORDER BY startedAt, id",
      readTurn,
    );
  }

  /** Writes down a running turn. False when it is known already: what was recorded first, its origin too, stays. */
  record(turn: NewTurn): boolean {
    const { id, place, threadId, conversation, origin } = turn;
    const row = { id, place, threadId, conversation, origin, state: "running", startedAt: this.#clock.now() };
    return this.#record(row) > 0;
  }

  /** False when it is unknown or has ended. A lost turn may still turn out to have ended in another way. */
  end(id: string, state: Exclude<TurnState, "running">): boolean {
    return this.#end({ id, state, now: this.#clock.now() }) > 0;
  }

  findById(id: string): Turn | undefined {
    return this.#byId.find({ id });
  }

  /** False also for a turn that was never recorded: what is not known to be ours is not touched. */
  isOurs(id: string): boolean {
    return this.findById(id)?.origin === "ours";
  }

  /** Oldest first. */
  running(): Turn[] {
    return this.#running.list();
  }
}

function readTurn(row: Row): Turn {
  return readColumns<Turn>(row);
}
