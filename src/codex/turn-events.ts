// The normalised events of one turn, and how the app-server's notifications become them (protocol of 0.169.0).
// Everything above this room reads these; nothing above reads notifications.
import type { BridgeError } from "../errors.ts";
import { readTurnError } from "./error-meanings.ts";
import {
  agentMessageItem,
  type Item,
  item as itemSchema,
  type TurnInfo,
  tokenUsage,
  turnError,
  turnInfo,
  userMessageItem,
} from "./schemas.ts";

export interface Usage {
  inputTokens: number;
  cachedInputTokens: number;
  /** Told by `codex exec` alone. */
  cacheWriteInputTokens?: number;
  outputTokens: number;
  reasoningOutputTokens: number;
  totalTokens: number;
}

export type ToolKind = "command" | "patch" | "mcp" | "search" | "other";

export type TurnEventBody =
  | { type: "turn-started" }
  | { type: "user-message"; itemId: string; clientId?: string; text: string }
  /** For live display only: a retry streams its text again under a new item id. */
  | { type: "text-delta"; itemId: string; text: string }
  | { type: "message"; itemId: string; phase?: string; text: string }
  | { type: "plan"; itemId: string; text: string }
  | { type: "reasoning"; itemId: string; text: string }
  | { type: "tool-started"; itemId: string; tool: ToolKind; title: string; item: Item }
  | { type: "tool-output"; itemId: string; text: string }
  | { type: "tool-completed"; itemId: string; tool: ToolKind; title: string; status: string; item: Item }
  /** After each model call: its own numbers and the running total of the thread. */
  | { type: "usage"; last: Usage; total: Usage; contextWindow?: number }
  | { type: "retrying"; message: string }
  | { type: "failing"; error: BridgeError }
  | { type: "warning"; message: string }
  | { type: "question-resolved"; requestId: string | number }
  | { type: "turn-ended"; turn: TurnInfo }
  /** Something this version does not know; counted, never fatal. */
  | { type: "other"; method: string };

/** `seq` numbers the events of one turn from 1, in the order read. */
export type TurnEvent = TurnEventBody & { seq: number; turnId: string };

/** An event with the turn it belongs to, or without one when it concerns the thread as a whole. */
export interface ReadEvent {
  turnId?: string;
  body: TurnEventBody;
}

type Params = Record<string, unknown>;

/** A notification of one thread as an event. Never throws: what cannot be read is `other`. */
export function readTurnEvent(method: string, params: Params): ReadEvent {
  const turnId = readTurnId(params);
  const body = readBody(method, params) ?? { type: "other", method };
  return turnId === undefined ? { body } : { turnId, body };
}

function readTurnId(params: Params): string | undefined {
  if (typeof params.turnId === "string" && params.turnId !== "") return params.turnId;
  const turn = params.turn;
  if (typeof turn !== "object" || turn === null || !("id" in turn)) return undefined;
  return typeof turn.id === "string" ? turn.id : undefined;
}

function readBody(method: string, params: Params): TurnEventBody | undefined {
  switch (method) {
    case "turn/started":
      return { type: "turn-started" };
    case "turn/completed": {
      const turn = turnInfo.safeParse(params.turn);
      return turn.success ? { type: "turn-ended", turn: turn.data } : undefined;
    }
    case "item/started":
      return readItemStarted(params);
    case "item/completed":
      return readItemCompleted(params);
    case "item/agentMessage/delta":
      return readDelta(params, "text-delta");
    case "item/commandExecution/outputDelta":
      return readDelta(params, "tool-output");
    case "thread/tokenUsage/updated":
      return readUsage(params);
    case "error":
      return readError(params);
    case "warning":
      return { type: "warning", message: String(params.message ?? "") };
    case "serverRequest/resolved":
      return typeof params.requestId === "string" || typeof params.requestId === "number"
        ? { type: "question-resolved", requestId: params.requestId }
        : undefined;
    default:
      return undefined;
  }
}

function readDelta(params: Params, type: "text-delta" | "tool-output"): TurnEventBody | undefined {
  if (typeof params.itemId !== "string" || typeof params.delta !== "string") return undefined;
  return { type, itemId: params.itemId, text: params.delta };
}

function readUsage(params: Params): TurnEventBody | undefined {
  const read = tokenUsage.safeParse(params.tokenUsage);
  if (!read.success) return undefined;
  const { last, total, modelContextWindow } = read.data;
  const window = modelContextWindow ? { contextWindow: modelContextWindow } : {};
  return { type: "usage", last: pickUsage(last), total: pickUsage(total), ...window };
}

function pickUsage(tokens: Usage): Usage {
  const { inputTokens, cachedInputTokens, outputTokens, reasoningOutputTokens, totalTokens } = tokens;
  return { inputTokens, cachedInputTokens, outputTokens, reasoningOutputTokens, totalTokens };
}

function readError(params: Params): TurnEventBody | undefined {
  const read = turnError.safeParse(params.error);
  if (!read.success) return undefined;
  const error = readTurnError(read.data);
  return params.willRetry === true
    ? { type: "retrying", message: error.message }
    : { type: "failing", error };
}

function readItemStarted(params: Params): TurnEventBody | undefined {
  const read = itemSchema.safeParse(params.item);
  if (!read.success) return undefined;
  const tool = toolKinds[read.data.type];
  if (tool)
    return {
      type: "tool-started",
      itemId: read.data.id,
      tool,
      title: formatTitle(read.data),
      item: read.data,
    };
  return undefined;
}

function readItemCompleted(params: Params): TurnEventBody | undefined {
  const read = itemSchema.safeParse(params.item);
  if (!read.success) return undefined;
  const done = read.data;
  switch (done.type) {
    case "userMessage":
      return readUserMessage(done);
    case "agentMessage": {
      const { text, phase } = agentMessageItem.parse(done);
      return { type: "message", itemId: done.id, text, ...(phase ? { phase } : {}) };
    }
    case "plan":
      return { type: "plan", itemId: done.id, text: typeof done.text === "string" ? done.text : "" };
    case "reasoning":
      return {
        type: "reasoning",
        itemId: done.id,
        text: Array.isArray(done.summary) ? done.summary.join(" ") : "",
      };
    default: {
      const tool = toolKinds[done.type];
      if (!tool) return undefined;
      const status = typeof done.status === "string" ? done.status : "completed";
      return { type: "tool-completed", itemId: done.id, tool, title: formatTitle(done), status, item: done };
    }
  }
}

/** The words a person wrote in a `userMessage` item, with the id its sender gave it. */
export function readUserMessage(done: Item): Extract<TurnEventBody, { type: "user-message" }> {
  const { clientId, content } = userMessageItem.parse(done);
  const text = content.map((part) => part.text ?? "").join("");
  return { type: "user-message", itemId: done.id, text, ...(clientId ? { clientId } : {}) };
}

const toolKinds: Record<string, ToolKind | undefined> = {
  commandExecution: "command",
  fileChange: "patch",
  mcpToolCall: "mcp",
  webSearch: "search",
  dynamicToolCall: "other",
  imageView: "other",
  imageGeneration: "other",
  collabAgentToolCall: "other",
  contextCompaction: "other",
};

const shellWrapper = /^\S*\/?(?:ba|z|da)?sh -l?c (['"]?)([\s\S]*)\1$/;

/** One line of what a tool item does, in the words of the item itself. */
function formatTitle(of: Item): string {
  switch (of.type) {
    case "commandExecution":
      return String(of.command ?? "").replace(shellWrapper, "$2");
    case "fileChange":
      return Array.isArray(of.changes)
        ? of.changes.map((change) => String(change?.path ?? "")).join(", ")
        : "";
    case "mcpToolCall":
      return `${String(of.server ?? "")}.${String(of.tool ?? "")}`;
    case "webSearch":
      return String(of.query ?? "");
    default:
      return of.type;
  }
}
