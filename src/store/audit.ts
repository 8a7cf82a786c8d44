// Who did what, when and where: one row for each decision, in the transaction of the decision itself. No prompts, no
// output; of what somebody agreed to only a digest. Ids are the order; the time is for showing and for the age alone.
import { createHash } from "node:crypto";
import type { Clock } from "../kit/clock.ts";
import { type Command, type Connection, insertSql, type Query, readColumns } from "./connection.ts";

export type AuditedAct =
  | "held"
  | "released"
  | "allowed"
  | "disallowed"
  | "approved"
  /** A question that wants words got them. */
  | "answered"
  | "declined"
  | "rule made"
  | "send refused"
  | "locked"
  | "unlocked";

export interface AuditEntry {
  id: number;
  /** Milliseconds since the Unix epoch. */
  at: number;
  /** The host's id of the person, `operator:<user>` of the machine, or one of `auditActors`. */
  actor: string;
  act: AuditedAct;
  /** Absent for what is about all of them. */
  conversation?: string;
  place?: string;
  threadId?: string;
  /** Who was allowed or disallowed; how long a rule holds. */
  about?: string;
  /** Of exactly what was shown to the one who decided. */
  digest?: string;
}

/** Nobody: a question that nobody could be asked. */
export const auditActors = { host: "the host", nobody: "nobody" } as const;

const columns = ["at", "actor", "act", "conversation", "place", "threadId", "about", "digest"] as const;

export class Audit {
  readonly #clock: Clock;
  readonly #add: Command;
  readonly #addRefused: Command;
  readonly #since: Query<AuditEntry>;

  constructor(connection: Connection, clock: Clock) {
    this.#clock = clock;
    this.#add = connection.command(insertSql("audit", columns));
    this.#addRefused = connection.command(
      `INSERT INTO audit (at, actor, act, conversation, place, threadId)
       SELECT @at, '${auditActors.host}', 'send refused', part.conversation, bindings.place, bindings.threadId
       FROM outbox AS part LEFT JOIN bindings ON bindings.conversation = part.conversation
       WHERE part.id = @partId AND part.kind <> 'notice'`,
    );
    this.#since = queryAudit(connection);
  }

  write(entry: Omit<AuditEntry, "id" | "at">): void {
    const row = { ...entry, at: this.#clock.now() };
    this.#add(Object.fromEntries(columns.map((name) => [name, row[name]])));
  }

  /** The host does not show a part of the outbox, now or ever. A notice is expendable and leaves no row. */
  writeRefused(partId: number): void {
    this.#addRefused({ partId, at: this.#clock.now() });
  }

  /** In the order in which it happened; without `since` all that is kept. */
  list(since = 0): AuditEntry[] {
    return this.#since.list({ since });
  }
}

export function queryAudit(connection: Connection): Query<AuditEntry> {
  return connection.query("SELECT * FROM audit WHERE at >= @since ORDER BY id", (row) =>
    readColumns<AuditEntry>(row),
  );
}

/** First 16 hex digits of SHA-256 of the UTF-8 text. */
export function digestText(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}
