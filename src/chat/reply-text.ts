// How a turn's outcome reads: the reply as Codex wrote it, and what is said instead when there is none.
import type { BridgeError } from "../errors.ts";
import { formatError } from "./error-text.ts";

const delayed = "(Delayed: the program was restarted while this was on its way.)";

export function formatReply(text: string, late: boolean): string {
  return withDelay(text, late);
}

/** Parity S1-31: a fixed sentence. */
export function formatEmptyReply(late: boolean): string {
  return withDelay("Codex finished without a text.", late);
}

export function formatFailure(error: BridgeError, text: string | undefined, late: boolean): string {
  return withDelay(`${formatError(error)}${formatPartial(text)}`, late);
}

export function formatStopped(text: string | undefined, late: boolean): string {
  return withDelay(`Stopped.${formatPartial(text)}`, late);
}

function formatPartial(text: string | undefined): string {
  return text ? `\n\nWhat Codex wrote until then:\n${text}` : "";
}

function withDelay(text: string, late: boolean): string {
  return late ? `${delayed}\n${text}` : text;
}
