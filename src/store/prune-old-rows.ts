// Forgets what ended long ago. Hosts redeliver a message within days; 30 days of rows are enough to know it again.
import type { Connection } from "./connection.ts";

const keptMs = 30 * 24 * 60 * 60 * 1000;

/**
 * Removes ended rows older than 30 days, never the turn of a message that is kept. An open question has no `closedAt`
 * and a running turn no `endedAt`, so they stay.
 */
export function pruneOldRows(connection: Connection, now: number): void {
  const before = now - keptMs;
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
  });
}
