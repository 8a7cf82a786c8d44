// The private app-servers that we started, one per place, so that the next start can adopt or stop them.
import type { Clock } from "../kit/clock.ts";
import { type Command, type Connection, insertSql, type Query, type Row, readColumns } from "./connection.ts";
import type { ServerRecord } from "./rows.ts";

const columns = [
  "place",
  "instance",
  "pid",
  "startedAt",
  "socketPath",
  "version",
  "recordedAt",
] as const satisfies readonly (keyof ServerRecord)[];

export class Servers {
  readonly #clock: Clock;
  readonly #record: Command;
  readonly #remove: Command;
  readonly #byPlace: Query<ServerRecord>;
  readonly #all: Query<ServerRecord>;

  constructor(connection: Connection, clock: Clock) {
    this.#clock = clock;
    const changes = columns.map((name) => `${name} = excluded.${name}`).join(", ");
    this.#record = connection.command(
      insertSql("servers", columns, `ON CONFLICT (place) DO UPDATE SET ${changes}`),
    );
    this.#remove = connection.command("DELETE FROM servers WHERE place = @place");
    this.#byPlace = connection.query("SELECT * FROM servers WHERE place = @place", readServer);
    this.#all = connection.query("SELECT * FROM servers ORDER BY place", readServer);
  }

  /** Takes the place of what was recorded for this place. */
  record(server: Omit<ServerRecord, "recordedAt">): void {
    const { place, instance, pid, startedAt, socketPath, version } = server;
    this.#record({ place, instance, pid, startedAt, socketPath, version, recordedAt: this.#clock.now() });
  }

  findByPlace(place: string): ServerRecord | undefined {
    return this.#byPlace.find({ place });
  }

  /** False when there was none. */
  remove(place: string): boolean {
    return this.#remove({ place }) > 0;
  }

  all(): ServerRecord[] {
    return this.#all.list();
  }
}

function readServer(row: Row): ServerRecord {
  return readColumns<ServerRecord>(row);
}
