// What one incoming JSON text is: a response, a request or a notification. Nothing is judged by its method.

import { BridgeError } from "../errors.ts";
import { parseJson, TooDeepError } from "../kit/json.ts";

/** Ids of the other side may be 0 or text. */
export type RpcId = number | string;

export interface RpcResponse {
  kind: "response";
  /** null when the other side could not tell which request it answers. */
  id: RpcId | null;
  result: unknown;
  /** undefined when there is none; null counts as none (parity S2-D7). */
  error: unknown;
}

export interface RpcRequest {
  kind: "request";
  id: RpcId;
  method: string;
  params: unknown;
}

export interface RpcNotification {
  kind: "notification";
  method: string;
  params: unknown;
  /** Milliseconds since the epoch by the server's clock; codex app-server 0.169 sends it with each. */
  emittedAtMs: number | undefined;
}

export type RpcMessage = RpcResponse | RpcRequest | RpcNotification;

const previewChars = 200;

/**
 * @throws BridgeError `backend-json-parse-error` when the text is no JSON or nested too deeply, `backend-protocol-error` when it is no
 * message; details: `preview` (the first 200 characters, as received) and `length`.
 */
export function parseRpcMessage(text: string): RpcMessage {
  const message = classify(readJson(text));
  if (message) return message;
  throw new BridgeError(
    "backend-protocol-error",
    "neither a response, a request nor a notification",
    look(text),
  );
}

function readJson(text: string): unknown {
  try {
    return parseJson(text);
  } catch (error) {
    const words = error instanceof TooDeepError ? error.message : "a message is not valid JSON";
    throw new BridgeError("backend-json-parse-error", words, look(text), error);
  }
}

function look(text: string): { preview: string; length: number } {
  return { preview: text.slice(0, previewChars).toWellFormed(), length: text.length };
}

function classify(value: unknown): RpcMessage | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { id, method, params, result, error, emittedAtMs } = value as Record<string, unknown>;
  if (typeof method === "string") {
    if (isId(id)) return { kind: "request", id, method, params };
    if (id !== undefined && id !== null) return undefined;
    const emitted = typeof emittedAtMs === "number" ? emittedAtMs : undefined;
    return { kind: "notification", method, params, emittedAtMs: emitted };
  }
  if (method !== undefined || (!isId(id) && id !== null)) return undefined;
  return { kind: "response", id, result, error: error ?? undefined };
}

function isId(value: unknown): value is RpcId {
  return typeof value === "number" || typeof value === "string";
}
