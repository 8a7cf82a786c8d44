// What the host's error after a failed send means (OpenClaw 2026.9.6, bundled Telegram): whether the part was refused for
// itself, was certainly not sent, or may have been.
import * as z from "zod";
import type { NotTaken } from "../../conversations/host-sender.ts";

const queueError = z.object({ sentBeforeError: z.boolean(), queueCustody: z.enum(["held", "released"]) });
const serviceError = z.object({
  error_code: z.number(),
  description: z.string().catch(""),
  parameters: z.object({ retry_after: z.number().optional() }).catch({}),
});

/** The chat's trouble, not the part's: the host says it in words of its own, without a code. */
const chatTrouble = /chat not found|was blocked|was kicked|not a member of the chat/i;
const longestChain = 8;

export function readRefusal(error: unknown): NotTaken {
  const reason = String(error);
  const chain = listCauses(error);
  const queued = queueError.safeParse(error).data;
  // Without a word of the queue nothing was sent: its own checks of a file come again, a channel that is not up comes up.
  if (!queued) return { notTaken: chain.some(isFileError) ? "refused" : "passing", reason };
  if (!queued.sentBeforeError && queued.queueCustody === "released") return { notTaken: "passing", reason };
  for (const cause of chain) {
    const service = serviceError.safeParse(cause).data;
    if (service) return readServiceError(service, reason);
  }
  if (chain.some((cause) => cause instanceof Error && chatTrouble.test(`${cause.message}`)))
    return { notTaken: "passing", reason };
  return { notTaken: "unknown", reason };
}

function isFileError(cause: unknown): boolean {
  return (
    cause instanceof Error && /LocalMediaAccessError|FsSafeError/.test(`${cause.constructor.name} ${cause}`)
  );
}

function readServiceError(
  { error_code: code, description, parameters }: z.output<typeof serviceError>,
  reason: string,
): NotTaken {
  if (code === 429) {
    const wait = parameters.retry_after;
    return { notTaken: "passing", reason, ...(wait === undefined ? {} : { retryAfterMs: wait * 1000 }) };
  }
  if (code >= 500) return { notTaken: "unknown", reason };
  const isOfChat = code === 401 || code === 403 || chatTrouble.test(description);
  return { notTaken: isOfChat ? "passing" : "refused", reason };
}

/** The channel has no edits at all. */
export function isUneditable(error: unknown): boolean {
  return /does not support action/i.test(String(error));
}

function listCauses(error: unknown): unknown[] {
  const chain: unknown[] = [];
  for (let each = error; each !== undefined && chain.length < longestChain; each = readCause(each))
    chain.push(each);
  return chain;
}

function readCause(error: unknown): unknown {
  return typeof error === "object" && error !== null && "cause" in error
    ? (error.cause ?? undefined)
    : undefined;
}
