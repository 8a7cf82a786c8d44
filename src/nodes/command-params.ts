// Params of the unary commands, as foreign callers send them (parity S0-16, S0-17, S0-36, S0-D1, S0-D2).

import * as z from "zod";
import { BridgeError } from "../errors.ts";
import { parseJson } from "../kit/json.ts";

const listSchema = z.object({ limit: z.number().optional(), filter: z.string().optional() });

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const resumeSchema = z.object({
  sessionId: z.string("Codex CLI session id missing or invalid").trim().regex(uuid, {
    error: "Codex CLI session id missing or invalid: a full, existing id is needed",
  }),
  prompt: z.string("prompt missing").trim().min(1, "prompt missing"),
  cwd: z.string().trim().optional(),
  timeoutMs: z.number().optional(),
});

const defaultLimit = 10;
const maxLimit = 50;
const defaultTimeoutMs = 20 * 60_000;
const maxTimeoutMs = 60 * 60_000;

export interface ListParams {
  /** 1 to 50. */
  limit: number;
  filter?: string;
}

export interface ResumeParams {
  /** Lower case. */
  sessionId: string;
  prompt: string;
  cwd?: string;
  /** 1 ms to 60 min. */
  timeoutMs: number;
}

/** Throws `bad-arguments`. */
export function readListParams(paramsJson: string | null | undefined): ListParams {
  const { limit, filter } = readParams(paramsJson, listSchema);
  const wanted = filter?.trim();
  return {
    limit: Math.min(maxLimit, Math.max(1, Math.floor(limit ?? defaultLimit))),
    ...(wanted ? { filter: wanted } : {}),
  };
}

/** Throws `bad-arguments`. */
export function readResumeParams(paramsJson: string | null | undefined): ResumeParams {
  const { sessionId, prompt, cwd, timeoutMs } = readParams(paramsJson, resumeSchema);
  if (timeoutMs !== undefined && timeoutMs < 1) throw malformed("timeoutMs must be at least 1");
  return {
    sessionId: sessionId.toLowerCase(),
    prompt,
    ...(cwd ? { cwd } : {}),
    timeoutMs: Math.min(maxTimeoutMs, Math.floor(timeoutMs ?? defaultTimeoutMs)),
  };
}

function readParams<S extends z.ZodType>(paramsJson: string | null | undefined, schema: S): z.infer<S> {
  const read = schema.safeParse(parseObject(paramsJson));
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const field = issue?.path.map(String).join(".");
  throw malformed(`${field ? `${field}: ` : ""}${issue?.message ?? "malformed"}`);
}

function parseObject(paramsJson: string | null | undefined): object {
  if (paramsJson === null || paramsJson === undefined || paramsJson.trim() === "") return {};
  let value: unknown;
  try {
    value = parseJson(paramsJson);
  } catch {
    throw malformed("the parameters are not a JSON object");
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  throw malformed("the parameters are not a JSON object");
}

function malformed(problem: string): BridgeError {
  return new BridgeError("bad-arguments", problem, { problem });
}
