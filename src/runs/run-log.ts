// What a run has said, as entries in two streams: read from the history of its thread, or from its events as they come.
// The same items give the same entries with the same keys either way.
import { readTurnError } from "../codex/error-meanings.ts";
import type { TurnInfo } from "../codex/schemas.ts";
import { readTurnEvent, type TurnEventBody } from "../codex/turn-events.ts";

export type LogStream = "out" | "err";

/** `key`: of the item or turn that it is about. Entries of one item share it. */
export type LogEntry = { stream: LogStream; key: string } & (
  | { kind: "said" | "message" | "plan" | "command" | "output" | "tool" | "error" | "notice"; text: string }
  /** A turn was interrupted by somebody, or cut off by the end of its server. */
  | { kind: "stopped" | "cut-off" }
);

/** `isLive`: the turn runs now, so it has no end yet. */
export function readTurnEntries(turn: TurnInfo, isLive = turn.status === "inProgress"): LogEntry[] {
  const items = turn.items.flatMap((item) =>
    readEventEntries(readTurnEvent("item/completed", { item }).body),
  );
  return isLive ? items : [...items, ...readEnd(turn)];
}

export function readEventEntries(body: TurnEventBody): LogEntry[] {
  switch (body.type) {
    case "user-message":
      return [{ stream: "out", kind: "said", key: body.itemId, text: body.text }];
    case "message":
    case "plan":
      return [{ stream: "out", kind: body.type, key: body.itemId, text: body.text }];
    case "tool-completed":
      return readTool(body);
    case "retrying":
    case "warning":
      return [{ stream: "err", kind: "notice", key: "", text: body.message }];
    case "turn-ended":
      return readEnd(body.turn);
    default:
      return [];
  }
}

function readTool(body: Extract<TurnEventBody, { type: "tool-completed" }>): LogEntry[] {
  const { itemId: key, title, item } = body;
  if (body.tool !== "command") return [{ stream: "out", kind: "tool", key, text: `${body.tool} ${title}` }];
  const output = typeof item.aggregatedOutput === "string" ? item.aggregatedOutput.trimEnd() : "";
  return [
    { stream: "out", kind: "command", key, text: title },
    ...(output === "" ? [] : [{ stream: "out" as const, kind: "output" as const, key, text: output }]),
  ];
}

function readEnd(turn: TurnInfo): LogEntry[] {
  const key = `end of ${turn.id}`;
  if (turn.status === "interrupted") {
    return [{ stream: "err", kind: turn.completedAt ? "stopped" : "cut-off", key }];
  }
  if (turn.status !== "failed") return [];
  const text = turn.error ? readTurnError(turn.error).message : turn.status;
  return [{ stream: "err", kind: "error", key, text }];
}

/** Bytes of the words of each stream, a line feed after each entry. */
export function measureEntries(entries: readonly LogEntry[]): { outputBytes: number; errorBytes: number } {
  const measure = (stream: LogStream) =>
    entries
      .filter((entry) => entry.stream === stream)
      .reduce((sum, entry) => sum + ("text" in entry ? Buffer.byteLength(entry.text) + 1 : 0), 0);
  return { outputBytes: measure("out"), errorBytes: measure("err") };
}
