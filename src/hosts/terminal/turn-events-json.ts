// What `codex-threads turn --json` prints of a turn: normalised events under the names that people already read
// (parity S2-66 to S2-76). It writes nothing.
import { classifyText } from "../../codex/error-meanings.ts";
import type { TurnEvent } from "../../codex/turn-events.ts";
import { type BridgeError, errorTable, type FailureKind } from "../../errors.ts";
import { mapStringsDeep } from "../../kit/map-strings.ts";
import { cutText } from "../../kit/text.ts";

export type TerminalStatus = "completed" | "failed" | "cancelled" | "blocked";

export type TurnOutputType =
  | "backend_status"
  | "error"
  | "command_output"
  | "tool_call"
  | "assistant_message"
  | "terminal_status";

/** One line of the output. */
export interface TurnOutput {
  type: TurnOutputType;
  payload: Record<string, unknown>;
}

/** Longest text inside an item, in characters: a command brings up to 1 MB of output (S2-D19). */
const longestItemText = 16_000;
const longestMessage = 500;

/** Undefined for what is not printed: pieces of text, which a retry would print twice (S2-67, S2-D8). */
export function buildTurnOutput(event: TurnEvent): TurnOutput | undefined {
  switch (event.type) {
    case "text-delta":
      return undefined;
    case "turn-started":
      return status("turn/started", { turnId: event.turnId });
    case "user-message":
      return itemDone({ type: "userMessage", id: event.itemId });
    case "message": {
      const { itemId: id, text, phase } = event;
      return itemDone({ type: "agentMessage", id, text, ...(phase ? { phase } : {}) });
    }
    case "plan":
      return itemDone({ type: "plan", id: event.itemId, text: event.text });
    case "reasoning":
      return itemDone({ type: "reasoning", id: event.itemId, text: event.text });
    case "tool-started":
      return { type: "tool_call", payload: { method: "item/started", item: cutItem(event.item) } };
    case "tool-completed":
      return { type: "tool_call", payload: { method: "item/completed", item: cutItem(event.item) } };
    case "tool-output":
      return { type: "command_output", payload: { itemId: event.itemId, text: event.text } };
    case "usage": {
      const { last, total, contextWindow } = event;
      return status("thread/tokenUsage/updated", {
        last,
        total,
        ...(contextWindow ? { contextWindow } : {}),
      });
    }
    case "retrying": {
      const code = classifyText(event.message) ?? "backend-failed";
      return buildErrorOutput(errorTable[code].kind, event.message, { willRetry: true });
    }
    case "failing":
      return buildErrorOutput(readKind(event.error), event.error.message, {
        details: event.error.details,
        willRetry: false,
      });
    case "warning":
      return status("warning", { message: event.message });
    case "question-resolved":
      return status("serverRequest/resolved", { requestId: event.requestId });
    case "turn-ended":
      return status("turn/completed", { terminalStatus: readTerminalStatus(event.turn.status) });
    case "other":
      return status(event.method, {});
  }
}

/** To be asked for what is redacted already. */
export function cutTurnOutput({ type, payload }: TurnOutput): TurnOutput {
  const { message } = payload;
  if (typeof message !== "string") return { type, payload };
  return { type, payload: { ...payload, message: cutText(message, longestMessage) } };
}

/** S2-61, S2-70. `facts`: phase, details and the like. */
export function buildErrorOutput(
  failureKind: FailureKind,
  message: string,
  facts: Record<string, unknown>,
): TurnOutput {
  return { type: "error", payload: { failureKind, message, ...facts } };
}

export function readKind(error: BridgeError): FailureKind {
  return errorTable[error.code].kind;
}

/** S2-74: the words are Codex's, in its own case. */
export function readTerminalStatus(word: string): TerminalStatus {
  switch (word) {
    case "completed":
    case "blocked":
      return word;
    case "cancelled":
    case "canceled":
    case "interrupted":
      return "cancelled";
    default:
      return "failed";
  }
}

/** S2-77: where a failure showed, in the words of the one who logs it. */
export function readPhase({ code, details }: BridgeError): string {
  const { method, sent } = details;
  switch (code) {
    case "codex-not-found":
    case "codex-too-old":
    case "codex-unusable":
    case "backend-spawn-failed":
      return "process:spawn";
    case "server-exited":
    case "server-backfilling":
      return "process:close";
    case "backend-json-parse-error":
      return "stdout:parse";
    case "turn-outcome-unknown":
      return "transport:closed-before-terminal";
    case "backend-timeout":
    case "connection-lost":
      return method === undefined ? "process:close" : `request:${method}`;
    case "backend-response-invalid":
      return method === undefined ? "stdout:message" : `response:${method}`;
    case "backend-protocol-error":
      if (method === undefined) return "stdout:read";
      return sent === undefined ? `response:${method}` : `request:${method}`;
    default:
      return method === undefined ? "codex-stdio" : `response:${method}`;
  }
}

function status(phase: string, facts: Record<string, unknown>): TurnOutput {
  return { type: "backend_status", payload: { phase, ...facts } };
}

function itemDone(item: Record<string, unknown>): TurnOutput {
  return status("item/completed", { item: cutItem(item) });
}

function cutItem<T>(item: T): T {
  return mapStringsDeep(item, (text) => cutText(text, longestItemText));
}
