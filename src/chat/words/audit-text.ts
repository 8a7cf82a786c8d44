// The audit as the machine's operator reads it, and as a program does. Names and ids are words from outside.
import type { Block } from "../../kit/blocks.ts";
import { showHidden } from "../../kit/visible.ts";
import type { AuditEntry } from "../../store/audit.ts";
import { parseConversationKey, type Route } from "../inbound-message.ts";

/** Oldest first. Times are ISO 8601, in UTC. */
export function buildAuditRows(entries: readonly AuditEntry[]): unknown[] {
  return entries.map(({ at, conversation, ...rest }) => ({
    at: new Date(at).toISOString(),
    ...rest,
    ...(conversation === undefined ? {} : { conversation: parseConversationKey(conversation) }),
  }));
}

const heads = ["time (UTC)", "what", "who", "where", "thread", "about", "shown"] as const;

/** One line for each, under a line of heads. */
export function formatAuditTable(entries: readonly AuditEntry[]): Block {
  const rows = [heads, ...entries.map(formatRow)];
  const widths = heads.map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)));
  const lines = rows.map((row) =>
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join("  ")
      .trimEnd(),
  );
  return { literal: lines.join("\n"), as: "text" };
}

function formatRow({ at, act, actor, conversation, place, threadId, about, digest }: AuditEntry): string[] {
  const time = new Date(at).toISOString().slice(0, 19).replace("T", " ");
  const thread = place === undefined ? threadId : `${threadId ?? "(not begun)"} on ${place}`;
  const where = conversation === undefined ? undefined : formatRoute(parseConversationKey(conversation));
  // Here already, so that no cell begins a line of its own and the columns have their widths.
  return [time, act, actor, where, thread, about, digest].map((cell) =>
    showHidden(cell ?? "-", { mode: "strict" }),
  );
}

function formatRoute({ channel, account, chat, topic }: Route): string {
  return [channel, account, chat, ...(topic === undefined ? [] : [topic])].join(" ");
}
