// Which conversation is bound to which thread. It decides nothing: who may bind is settled above.
import type { Clock } from "../kit/clock.ts";
import { type Command, type Connection, insertSql, type Query, type Row, readColumns } from "./connection.ts";
import { readCeiling, readDrivers, readInForce, readTurnSettings } from "./json-columns.ts";
import type { Binding } from "./rows.ts";

export type NewBinding = Omit<Binding, "createdAt" | "updatedAt">;
export type BindingChange = Partial<Omit<NewBinding, "id">>;

const columns = [
  "id",
  "conversation",
  "place",
  "threadId",
  "cwd",
  "requested",
  "inForce",
  "ceiling",
  "owner",
  "drivers",
  "ownerChat",
  "threadSeen",
  "hostRecord",
  "createdAt",
  "updatedAt",
] as const satisfies readonly (keyof Binding)[];

export class Bindings {
  readonly #connection: Connection;
  readonly #clock: Clock;
  readonly #insert: Command;
  readonly #update: Command;
  readonly #remove: Command;
  readonly #byId: Query<Binding>;
  readonly #byConversation: Query<Binding>;
  readonly #byThread: Query<Binding>;
  readonly #all: Query<Binding>;

  constructor(connection: Connection, clock: Clock) {
    this.#connection = connection;
    this.#clock = clock;
    this.#insert = connection.command(insertSql("bindings", columns));
    const changes = columns.map((name) => `${name} = @${name}`).join(", ");
    this.#update = connection.command(`UPDATE bindings SET ${changes} WHERE id = @id`);
    this.#remove = connection.command("DELETE FROM bindings WHERE id = @id");
    const select = (rest: string) => connection.query(`SELECT * FROM bindings ${rest}`, readBinding);
    this.#byId = select("WHERE id = @id");
    this.#byConversation = select("WHERE conversation = @conversation");
    this.#byThread = select("WHERE place = @place AND threadId = @threadId ORDER BY createdAt, id");
    this.#all = select("ORDER BY createdAt, id");
  }

  /** The caller has made sure that the conversation has none yet. */
  insert(binding: NewBinding): Binding {
    const now = this.#clock.now();
    const row: Binding = { ...binding, createdAt: now, updatedAt: now };
    this.#insert(paramsOf(row));
    return row;
  }

  /** Undefined when the binding is gone. Fields that are not named stay; `threadId` cannot be unset. */
  update(id: string, change: BindingChange): Binding | undefined {
    return this.#connection.transaction(() => {
      const old = this.findById(id);
      if (old === undefined) return undefined;
      const row: Binding = { ...old, ...change, updatedAt: this.#clock.now() };
      this.#update(paramsOf(row));
      return row;
    });
  }

  /** False when it was gone already. */
  remove(id: string): boolean {
    return this.#remove({ id }) > 0;
  }

  findById(id: string): Binding | undefined {
    return this.#byId.find({ id });
  }

  findByConversation(conversation: string): Binding | undefined {
    return this.#byConversation.find({ conversation });
  }

  /** Oldest first. */
  findByThread(place: string, threadId: string): Binding[] {
    return this.#byThread.list({ place, threadId });
  }

  /** Oldest first. */
  all(): Binding[] {
    return this.#all.list();
  }
}

function paramsOf(binding: Binding): Record<string, unknown> {
  return Object.fromEntries(columns.map((name) => [name, binding[name]]));
}

type BindingColumns = Omit<Binding, "requested" | "inForce" | "ceiling" | "drivers" | "threadSeen"> &
  Record<"requested" | "inForce" | "ceiling" | "drivers", string> & { threadSeen: number };

function readBinding(row: Row): Binding {
  const stored = readColumns<BindingColumns>(row);
  return {
    ...stored,
    requested: readTurnSettings(stored.requested, "bindings.requested"),
    inForce: readInForce(stored.inForce, "bindings.inForce"),
    ceiling: readCeiling(stored.ceiling, "bindings.ceiling"),
    drivers: readDrivers(stored.drivers, "bindings.drivers"),
    threadSeen: stored.threadSeen !== 0,
  };
}
