// The lines of `codex exec --json` (0.169.0) in the words of this project: items become those of the app-server, so that
// both ways of running a turn are read by the same code.

import * as z from "zod";
import { isRetryNotice, readTurnError } from "../codex/error-meanings.ts";
import { readTurnEvent, type TurnEventBody, type Usage } from "../codex/turn-events.ts";
import type { BridgeError } from "../errors.ts";
import { parseJson } from "../kit/json.ts";

export type ExecLine =
  | { type: "thread"; threadId: string }
  | { type: "event"; body: TurnEventBody }
  | { type: "completed"; total: Usage }
  | { type: "failed"; error: BridgeError }
  /** Of this version or a later one; `name` is the event's own word. */
  | { type: "unknown"; name: string };

const text = z.string();
const count = z.number().catch(0);
const line = z.looseObject({ type: text });
const threadStarted = z.looseObject({ thread_id: text });
const itemHolder = z.looseObject({ item: z.looseObject({ type: text, id: text }) });
const message = z.looseObject({ message: text });
const failure = z.looseObject({ message: text.optional(), error: message.optional() });
const completed = z.looseObject({
  usage: z.looseObject({
    input_tokens: count,
    cached_input_tokens: count,
    cache_write_input_tokens: count,
    output_tokens: count,
    reasoning_output_tokens: count,
  }),
});

/** Undefined for what is no JSON object with a type. Never throws. */
export function parseExecLine(raw: string): ExecLine | undefined {
  const read = line.safeParse(readJson(raw));
  return read.success ? (readLine(read.data) ?? { type: "unknown", name: read.data.type }) : undefined;
}

function readJson(raw: string): unknown {
  try {
    return parseJson(raw);
  } catch {
    return undefined;
  }
}

function readLine(event: z.output<typeof line>): ExecLine | undefined {
  switch (event.type) {
    case "thread.started": {
      const read = threadStarted.safeParse(event);
      return read.success ? { type: "thread", threadId: read.data.thread_id } : undefined;
    }
    case "turn.started":
      return { type: "event", body: { type: "turn-started" } };
    case "item.started":
      return readItem("item/started", event);
    case "item.completed":
      return readItem("item/completed", event);
    case "turn.completed": {
      const read = completed.safeParse(event);
      return read.success ? { type: "completed", total: readTotal(read.data.usage) } : undefined;
    }
    case "error":
    case "turn.failed":
      return readFailure(event);
    default:
      return undefined;
  }
}

/** An `error` is also how a retry is told; the turn goes on then. */
function readFailure(event: z.output<typeof line>): ExecLine {
  const read = failure.safeParse(event);
  const words = (read.success && (read.data.message ?? read.data.error?.message)) || event.type;
  if (event.type === "error" && isRetryNotice(words)) {
    return { type: "event", body: { type: "retrying", message: words } };
  }
  const error = readTurnError({ message: words });
  return event.type === "error"
    ? { type: "event", body: { type: "failing", error } }
    : { type: "failed", error };
}

function readItem(method: string, event: z.output<typeof line>): ExecLine | undefined {
  const read = itemHolder.safeParse(event);
  if (!read.success) return undefined;
  const { item } = read.data;
  if (item.type === "error") {
    // Not a failure: Codex tells its warnings so.
    return { type: "event", body: { type: "warning", message: String(item.message ?? "") } };
  }
  const { body } = readTurnEvent(method, { item: buildServerItem(item) });
  return body.type === "other"
    ? { type: "unknown", name: `${event.type} ${item.type}` }
    : { type: "event", body };
}

/** `snake_case` names to the app-server's, one level deep, which is all that items have in common. */
function buildServerItem(item: Record<string, unknown> & { type: string }): Record<string, unknown> {
  const named = Object.entries(item).map(([name, value]) => [toCamel(name), value]);
  const { text: words, status } = item;
  return {
    ...Object.fromEntries(named),
    type: toCamel(item.type),
    ...(typeof status === "string" ? { status: toCamel(status) } : {}),
    ...(item.type === "reasoning" ? { summary: [words] } : {}),
    ...(item.type === "file_change" ? { changes: readChanges(item.changes) } : {}),
  };
}

/** Exec tells paths and kinds of a patch, not its diff. */
function readChanges(changes: unknown): unknown {
  if (!Array.isArray(changes)) return [];
  return changes.map((change: { path?: unknown; kind?: unknown } | null) => ({
    path: String(change?.path ?? ""),
    kind: { type: String(change?.kind ?? "update") },
    diff: "",
  }));
}

function toCamel(word: string): string {
  return word.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

type Counts = Record<
  `${"input" | "cached_input" | "cache_write_input" | "output" | "reasoning_output"}_tokens`,
  number
>;

/** A running total of the thread, here and in rollouts. */
export function readTotal(counts: Counts): Usage {
  return {
    inputTokens: counts.input_tokens,
    cachedInputTokens: counts.cached_input_tokens,
    cacheWriteInputTokens: counts.cache_write_input_tokens,
    outputTokens: counts.output_tokens,
    reasoningOutputTokens: counts.reasoning_output_tokens,
    totalTokens: counts.input_tokens + counts.output_tokens,
  };
}
