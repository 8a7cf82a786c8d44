// Writes small rollouts line by line, in the shapes of Codex 0.169, for tests that need no server.
import { mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { zstdCompressSync } from "node:zlib";

export interface RolloutOptions {
  /** Ends the id, which is made of `began`. */
  number?: number;
  /** ISO time, UTC. */
  began?: string;
  /** Of the file; default: `began`. */
  modified?: string;
  /** More of `session_meta`, e.g. `source`. */
  meta?: Record<string, unknown>;
  lines?: readonly string[];
  archived?: boolean;
  packed?: boolean;
}

export interface WrittenRollout {
  id: string;
  path: string;
}

export function writeRollout(codexHome: string, options: RolloutOptions = {}): WrittenRollout {
  const { number = 0, began = "2026-03-01T10:00:00.000Z", modified = began, lines = [] } = options;
  const id = `019a0000-0000-7000-8000-${String(number).padStart(12, "0")}`;
  const day = options.archived ? "archived_sessions" : join("sessions", ...began.slice(0, 10).split("-"));
  const name = `rollout-${began.slice(0, 19).replaceAll(":", "-")}-${id}.jsonl`;
  const path = join(codexHome, day, options.packed ? `${name}.zst` : name);
  const meta = {
    id,
    timestamp: began,
    cwd: "/work/shop",
    originator: "codex-tui",
    source: "cli",
    ...options.meta,
  };
  const text = `${[line("session_meta", meta, began), ...lines].join("\n")}\n`;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, options.packed ? zstdCompressSync(text) : text);
  utimesSync(path, new Date(modified), new Date(modified));
  return { id, path };
}

export function line(type: string, payload: object, timestamp?: string): string {
  return JSON.stringify({ ...(timestamp ? { timestamp } : {}), type, payload });
}

/** The person's words, as history mode "paginated" tells them. */
export function said(text: string, timestamp?: string): string {
  const item = { type: "UserMessage", id: "u", content: [{ type: "text", text, text_elements: [] }] };
  return line("event_msg", { type: "item_completed", thread_id: "t", turn_id: "t", item }, timestamp);
}

/** So many bytes of something else. */
export function noise(bytes: number): string {
  return line("response_item", { type: "function_call_output", output: "x".repeat(bytes) });
}
