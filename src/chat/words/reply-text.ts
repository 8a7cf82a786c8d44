// How a turn's outcome reads: the reply as Codex wrote it, and what is said instead when there is none.
import type { BridgeError } from "../../errors.ts";
import { type Block, emptyLine, own, says } from "../../kit/blocks.ts";
import { formatError } from "./error-text.ts";

const delayed = own("(Delayed: the program was restarted while this was on its way.)");

export function formatReply(text: string, late: boolean): Block[] {
  return text.trim() === "" ? formatEmptyReply(late) : withDelay([{ model: text }], late);
}

/** Parity S1-31: a fixed sentence. */
export const emptyReply = own("Codex finished without a text.");

export function formatEmptyReply(late: boolean): Block[] {
  return withDelay(says(emptyReply), late);
}

export function formatFailure(error: BridgeError, text: string | undefined, late: boolean): Block[] {
  return withDelay([{ say: formatError(error) }, ...formatPartial(text)], late);
}

export function formatStopped(text: string | undefined, late: boolean): Block[] {
  return withDelay([{ say: own("Stopped.") }, ...formatPartial(text)], late);
}

function formatPartial(text: string | undefined): Block[] {
  return text ? [emptyLine, ...says(own("What Codex wrote until then:")), { model: text }] : [];
}

function withDelay(blocks: Block[], late: boolean): Block[] {
  return late ? [{ say: delayed }, ...blocks] : blocks;
}
