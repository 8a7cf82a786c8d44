// Forgets what ended long ago. Hosts redeliver a message within days; the rows of some days are enough to know it again.
import type { Connection } from "./connection.ts";

const dayMs = 24 * 60 * 60 * 1000;
const auditDays = 400;

/**
 * Removes rows that ended more than `keepDays` ago, never the turn of a message that is kept, and what was audited 400
 * days ago. An open question has no `closedAt` and a running turn no `endedAt`, so they stay.
 */
export function pruneOldRows(connection: Connection, now: number, keepDays: number): void {
  const before = now - keepDays * dayMs;
  const remove = (sql: string) => connection.command(`DELETE FROM ${sql}`)({ before });
  connection.transaction(() => {
    remove("outbox WHERE state NOT IN ('pending', 'sending') AND createdAt < @before");
    remove(
      "messages WHERE state IN ('delivered', 'refused', 'dropped') AND coalesce(settledAt, acceptedAt) < @before",
    );
    remove("questions WHERE closedAt < @before");
    remove(
      `turns WHERE endedAt < @before
       AND id NOT IN (SELECT turnId FROM messages WHERE turnId IS NOT NULL)`,
    );
    remove("buttons WHERE createdAt < @before");
    remove("lists WHERE rememberedAt < @before");
    connection.command("DELETE FROM audit WHERE at < @before")({ before: now - auditDays * dayMs });
  });
}
