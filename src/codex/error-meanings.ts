// The one place that recognises text from outside: JSON-RPC errors, turn errors and dying words of codex, into our codes.
// Texts as seen in 0.154 and 0.169; nearly every JSON-RPC error of the app-server has code -32600, so the text decides.

import { BridgeError, type ErrorCode, type ErrorDetails, errorTable } from "../errors.ts";
import { parseJson } from "../kit/json.ts";
import { cutText } from "../kit/text.ts";
import type { TurnErrorInfo } from "./schemas.ts";

interface Meaning {
  text: RegExp;
  code: ErrorCode;
}

const rpcMeanings: readonly Meaning[] = [
  { text: /already has an active writer/, code: "thread-held" },
  { text: /no rollout found for thread id/, code: "thread-gone" },
  { text: /is not materialized yet|list_turns is not supported yet/, code: "thread-empty" },
  { text: /^thread not (found|loaded):/, code: "thread-not-loaded" },
  // It is being unloaded: a moment later it can be loaded again.
  { text: /^thread \S+ is closing; retry/, code: "thread-not-loaded" },
  { text: /is archived\. Run `codex unarchive/, code: "thread-archived" },
  { text: /^cannot delete thread \S+: forked history/, code: "thread-forked" },
  { text: /^invalid (thread|session) id:/, code: "thread-id-invalid" },
  { text: /no active turn to (steer|interrupt)/, code: "no-turn-running" },
  { text: /expected active turn id .* but found/, code: "turn-id-mismatch" },
  { text: /^Server is draining/, code: "server-draining" },
  { text: /failed to load configuration/, code: "codex-config-broken" },
  {
    text: /requires experimentalApi capability|unknown variant|not supported yet/,
    code: "method-unsupported",
  },
  {
    text: /timed out waiting for state db backfill|state db backfill is running/,
    code: "server-backfilling",
  },
];

/** A JSON-RPC error as the peer throws it. */
export interface RpcErrorLike {
  code: number;
  message: string;
  data?: unknown;
}

export function isRpcErrorLike(thrown: unknown): thrown is Error & RpcErrorLike {
  return thrown instanceof Error && thrown.name === "RpcError" && "code" in thrown;
}

/** What an error answer to `method` means. */
export function readRpcError(method: string, error: RpcErrorLike, details: ErrorDetails = {}): BridgeError {
  const facts = { ...details, method, message: cutText(error.message, 500) };
  if (error.code === -32001) return new BridgeError("server-overloaded", error.message, facts, error);
  const ours = readOurCode(error.data);
  if (ours) return new BridgeError(ours.code, error.message, { ...ours.details, ...facts }, error);
  if (hasInputTooLarge(error.data)) return new BridgeError("input-too-large", error.message, facts, error);
  const meaning = rpcMeanings.find((candidate) => candidate.text.test(error.message));
  return new BridgeError(
    meaning?.code ?? (error.code === -32601 ? "method-unsupported" : "backend-protocol-error"),
    `${method}: ${error.message}`,
    facts,
    error,
  );
}

/** A node of ours refuses with a code of ours: `data: {bridgeCode, details}`. */
function readOurCode(data: unknown): { code: ErrorCode; details: ErrorDetails } | undefined {
  if (typeof data !== "object" || data === null || !("bridgeCode" in data)) return undefined;
  const { bridgeCode, details } = data as { bridgeCode: unknown; details?: unknown };
  if (typeof bridgeCode !== "string" || !Object.hasOwn(errorTable, bridgeCode)) return undefined;
  const known = typeof details === "object" && details !== null ? Object.entries(details) : [];
  const plain = known.filter(([, value]) => ["string", "number", "boolean"].includes(typeof value));
  return { code: bridgeCode as ErrorCode, details: Object.fromEntries(plain) };
}

function hasInputTooLarge(data: unknown): boolean {
  return typeof data === "object" && data !== null && "input_error_code" in data;
}

const infoMeanings: Record<string, ErrorCode> = {
  usageLimitExceeded: "usage-limit",
  rateLimitExceeded: "provider-rate-limited",
  serverOverloaded: "provider-overloaded",
  contextWindowExceeded: "context-full",
  unauthorized: "provider-auth-failed",
  internalServerError: "provider-overloaded",
  badRequest: "provider-failed",
};

const statusMeanings: Record<number, ErrorCode> = {
  401: "provider-auth-failed",
  403: "provider-auth-failed",
  429: "provider-rate-limited",
  503: "provider-overloaded",
};

/** What the error of a failed turn means. `codexErrorInfo` is a word or a one-key object; the text is the last resort. */
export function readTurnError(error: TurnErrorInfo): BridgeError {
  const message = readableMessage(error.message);
  const status = readHttpStatus(error.codexErrorInfo);
  const code =
    (status === undefined ? undefined : statusMeanings[status]) ??
    infoMeanings[readInfoWord(error.codexErrorInfo) ?? ""] ??
    classifyText(message) ??
    "turn-failed";
  const details: ErrorDetails = { message: cutText(message, 500) };
  if (status !== undefined) details.status = status;
  return new BridgeError(code, message, details);
}

function readInfoWord(info: unknown): string | undefined {
  if (typeof info === "string") return info;
  if (typeof info === "object" && info !== null) return Object.keys(info)[0];
  return undefined;
}

function readHttpStatus(info: unknown): number | undefined {
  if (typeof info !== "object" || info === null) return undefined;
  const [first] = Object.values(info) as unknown[];
  if (typeof first !== "object" || first === null || !("httpStatusCode" in first)) return undefined;
  return typeof first.httpStatusCode === "number" ? first.httpStatusCode : undefined;
}

/** Order and words of parity S2-71; a first match wins. */
const textMeanings: readonly Meaning[] = [
  { text: /rate.?limit|too many requests|\b429\b/, code: "provider-rate-limited" },
  {
    text: /\b40[13]\b|unauthori[sz]ed|forbidden|invalid api key|authentication|auth failed|oauth|access token/,
    code: "provider-auth-failed",
  },
  { text: /timed out|timeout/, code: "backend-timeout" },
  { text: /invalid json|json parse/, code: "backend-json-parse-error" },
];

export function classifyText(text: string): ErrorCode | undefined {
  const lower = text.toLowerCase();
  return textMeanings.find((meaning) => meaning.text.test(lower))?.code;
}

/** Providers' 400 bodies arrive as raw JSON: the sentence inside is what a person can read. */
export function readableMessage(message: string): string {
  const start = message.indexOf("{");
  if (start < 0) return message;
  try {
    const body: unknown = parseJson(message.slice(start));
    return findInnerMessage(body) ?? message;
  } catch {
    return message;
  }
}

function findInnerMessage(body: unknown): string | undefined {
  if (typeof body !== "object" || body === null) return undefined;
  if ("error" in body) return typeof body.error === "string" ? body.error : findInnerMessage(body.error);
  if ("message" in body && typeof body.message === "string") return body.message;
  if ("detail" in body && typeof body.detail === "string") return body.detail;
  return undefined;
}

/** What the last words of an app-server that would not start mean. */
export function readStartFailure(stderr: string, exit: string): BridgeError {
  const meaning = rpcMeanings.find((candidate) => candidate.text.test(stderr));
  const tail = cutText(stderr.trim().split("\n").slice(-3).join("\n"), 500);
  const code = meaning?.code ?? "server-exited";
  return new BridgeError(code, `codex app-server did not start (${exit})`, { exit, stderr: tail });
}

/** How `codex exec --json` tells with an `error` event that it tries again (0.169.0); the turn goes on. */
export function isRetryNotice(message: string): boolean {
  return /^Reconnecting\.\.\. \d+\/\d+/.test(message);
}

/** What an exec meant that ended without telling on stdout how: its own sentence, never a backtrace or a log line. */
export function readExecFailure(stderr: string, exit: string, details: ErrorDetails): BridgeError {
  const meaning = rpcMeanings.find((candidate) => candidate.text.test(stderr));
  const sentence = /^error: (.+)$/im.exec(stderr)?.[1];
  const message = sentence === undefined ? {} : { message: cutText(readableMessage(sentence.trim()), 300) };
  const says = `codex exec ended (${exit})${sentence === undefined ? "" : `: ${sentence.trim()}`}`;
  return new BridgeError(meaning?.code ?? "exec-failed", says, { ...details, exit, ...message });
}
