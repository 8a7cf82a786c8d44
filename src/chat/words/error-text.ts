// What a person reads for an error: what happened, and what to do next.
import type { ChatKind } from "../../conversations/may.ts";
import { BridgeError } from "../../errors.ts";
import type { Inline, Line } from "../../kit/blocks.ts";
import { holdsPath } from "../../kit/text.ts";
import { errorWords } from "./error-words.ts";

/** The words come from the code and its details; the error's own message is for logs only. */
export function formatError(error: BridgeError): Line {
  const { says, next } = errorWords[error.code];
  const happened = tidy(says(error.details));
  return happened.at(-1) === "\n" ? [...happened, ...next] : [...happened, " ", ...next];
}

/** Where others read along: without the details that name paths, and without lists. */
export function hideDetails(error: BridgeError): BridgeError {
  const shown = Object.entries(error.details).filter(
    ([, detail]) => typeof detail !== "string" || !(detail.includes("\n") || holdsPath(detail)),
  );
  return new BridgeError(error.code, error.message, Object.fromEntries(shown));
}

export function formatErrorInGroup(error: BridgeError): Line {
  return formatError(hideDetails(error));
}

export function formatErrorFor(chatKind: ChatKind, error: BridgeError): Line {
  return chatKind === "group" ? formatErrorInGroup(error) : formatError(error);
}

/** Words from outside often bring a full stop of their own: then ours is left out. */
function tidy(happened: Line): Line {
  return happened.flatMap((inline, at): Inline[] => {
    if (typeof inline !== "string" || !/^\.(?: |$)/.test(inline) || !endsSentence(happened[at - 1]))
      return [inline];
    return inline === "." ? [] : [inline.slice(1)];
  });
}

function endsSentence(inline: Inline | undefined): boolean {
  return typeof inline === "object" && "name" in inline && /[.!?…]$/.test(inline.name);
}
