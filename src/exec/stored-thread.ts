// What a thread's rollout says of its settings and of the tokens it has used, read from its end before an exec resumes it.

import type { FileHandle } from "node:fs/promises";
import { promisify } from "node:util";
import { zstdDecompress } from "node:zlib";
import * as z from "zod";
import type { Usage } from "../codex/turn-events.ts";
import { BridgeError } from "../errors.ts";
import { parseJson } from "../kit/json.ts";
import { openRegularFile, readRegularFile } from "../kit/regular-file.ts";
import { findRolloutFiles } from "../sessions/rollout-files.ts";
import { readTotal } from "./exec-lines.ts";

export interface StoredThread {
  cwd?: string;
  /** In Codex's own words: `workspace-write`, `never` … */
  sandbox?: string;
  approvalPolicy?: string;
  network?: boolean;
  /** The running total of the thread. */
  total?: Usage;
}

/** More than this of a rollout is not read. */
const mostBytes = 64 * 1024 * 1024;
const firstBytes = 256 * 1024;
const unpack = promisify(zstdDecompress);

const count = z.number().catch(0);
const turnContext = z.looseObject({
  type: z.literal("turn_context"),
  payload: z.looseObject({
    cwd: z.string().optional(),
    approval_policy: z.unknown().optional(),
    sandbox_policy: z.looseObject({ type: z.string(), network_access: z.unknown().optional() }).optional(),
  }),
});
const tokenCount = z.looseObject({
  type: z.literal("event_msg"),
  payload: z.looseObject({
    type: z.literal("token_count"),
    info: z.looseObject({
      total_token_usage: z.looseObject({
        input_tokens: count,
        cached_input_tokens: count,
        cache_write_input_tokens: count,
        output_tokens: count,
        reasoning_output_tokens: count,
      }),
    }),
  }),
});

/** Undefined when there is no readable rollout of this id that is not archived: Codex says best what that means. */
export async function readStoredThread(
  codexHome: string,
  threadId: string,
  signal: AbortSignal,
): Promise<StoredThread | undefined> {
  const files = await findRolloutFiles(codexHome, signal);
  const id = threadId.toLowerCase();
  const found = files.find(({ sessionId, archived }) => sessionId === id && !archived);
  if (!found) return undefined;
  const isPacked = found.path.endsWith(".zst");
  return (isPacked ? readPacked(found.path) : readPlain(found.path)).catch((error: unknown) => {
    if (error instanceof BridgeError) throw error;
    return {};
  });
}

/**
 * Exec would make its own settings those of the thread, for everyone who uses it.
 * Throws `exec-settings-differ` {setting, stored, wanted}; also for what the rollout does not tell.
 */
export function checkStored(stored: StoredThread, wanted: Required<Omit<StoredThread, "total">>): void {
  const pairs = [
    ["folder", stored.cwd, wanted.cwd],
    ["sandbox", stored.sandbox, wanted.sandbox],
    ["approval policy", stored.approvalPolicy, wanted.approvalPolicy],
    ["network access", stored.network, wanted.network],
  ] as const;
  for (const [setting, is, should] of pairs) {
    if (is === should) continue;
    const details = { setting, stored: is ?? "unknown", wanted: should };
    throw new BridgeError("exec-settings-differ", `the thread's ${setting} is another`, details);
  }
}

async function readPacked(path: string): Promise<StoredThread> {
  const text = (
    await unpack(await readRegularFile(path, { followLinks: false }), { maxOutputLength: mostBytes })
  ).toString("utf8");
  return pickFacts(text.split("\n"));
}

/** From the end, in ever longer pieces, until both facts are found. */
async function readPlain(path: string): Promise<StoredThread> {
  const file = await openRegularFile(path, { followLinks: false });
  try {
    const { size } = await file.stat();
    for (let bytes = firstBytes; ; bytes *= 4) {
      const isWhole = bytes >= size;
      const lines = (await readEnd(file, size, Math.min(bytes, size))).split("\n");
      const facts = pickFacts(isWhole ? lines : lines.slice(1));
      if (isWhole || (facts.sandbox && facts.total) || bytes >= mostBytes) return facts;
    }
  } finally {
    await file.close();
  }
}

async function readEnd(file: FileHandle, size: number, bytes: number): Promise<string> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(bytes), 0, bytes, size - bytes);
  return buffer.toString("utf8", 0, bytesRead);
}

function pickFacts(lines: readonly string[]): StoredThread {
  const context = findLastLine(lines, '"turn_context"', turnContext)?.payload;
  const total = findLastLine(lines, '"total_token_usage"', tokenCount)?.payload.info.total_token_usage;
  const { cwd, approval_policy: approvals, sandbox_policy: sandbox } = context ?? {};
  return {
    ...(cwd === undefined ? {} : { cwd }),
    ...(sandbox === undefined ? {} : { sandbox: sandbox.type, network: readNetwork(sandbox) }),
    ...(typeof approvals === "string" ? { approvalPolicy: approvals } : {}),
    ...(total === undefined ? {} : { total: readTotal(total) }),
  };
}

/** Only the sandbox that may write has a switch for it. */
function readNetwork({ type, network_access: access }: { type: string; network_access?: unknown }): boolean {
  return type === "workspace-write" && access === true;
}

/** Lines are long: only those with the mark are parsed. */
function findLastLine<T>(lines: readonly string[], mark: string, schema: z.ZodType<T>): T | undefined {
  for (const line of lines.toReversed()) {
    if (!line.includes(mark)) continue;
    const read = schema.safeParse(readJson(line));
    if (read.success) return read.data;
  }
  return undefined;
}

function readJson(line: string): unknown {
  try {
    return parseJson(line);
  } catch {
    return undefined;
  }
}
