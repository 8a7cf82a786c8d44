// What `codex-threads turn` says to people besides the reply: its thread, its progress, why it waits, declines or stops.
import type { TurnEvent } from "../../codex/turn-events.ts";
import { type Block, type Inline, type Line, line, own, says } from "../../kit/blocks.ts";

export const turnText = {
  busy: own("Another turn runs in this thread; waiting for its end."),
  joined: own("Another turn was running in this thread; the words went into it."),
  foreign: own("The turn was started by somebody else: it goes on."),
  stopping: own("Stopping; Ctrl-C again leaves at once."),
} as const;

export function formatThread(threadId: string, model: string | undefined): Line {
  return line`Thread ${threadId}${model === undefined ? undefined : line`, model ${model}`}.`;
}

/** `title`: what the tool was about to do, where it is known. */
export function formatDeclined(method: string, title: string | undefined): Line {
  return line`Declined, because nobody can be asked in this run${title ? line`: ${title}` : line` (${method})`}`;
}

export function formatLimit(timeoutMs: number): Line {
  return line`The limit of ${timeoutMs / 1000} s is reached; the turn is interrupted.`;
}

export function formatStopFailure(reason: string): Line {
  return line`Stopping failed: ${reason}`;
}

export function formatWritten(text: string): Block[] {
  return [...says(own("What Codex wrote until then:")), { model: text }];
}

/** Undefined for what is no news, or is told in another way. */
export function formatProgress(event: TurnEvent): Line | undefined {
  switch (event.type) {
    case "turn-started":
      return own("The turn has started.");
    case "tool-started":
      return line`${event.tool}: ${event.title}`;
    case "tool-completed":
      return event.status === "completed" ? undefined : line`${event.tool} ${event.status}: ${event.title}`;
    case "message":
      return event.phase === "commentary" ? [buildProse(event.text)] : undefined;
    case "retrying":
      return line`Trying again: ${event.message}`;
    case "warning":
      return line`Warning: ${event.message}`;
    default:
      return undefined;
  }
}

/** What a model writes on the way, for one line: its line ends and tabs are spaces there. */
export function buildProse(text: string): Inline {
  return { name: text.replace(/[ \t\r\n]+/g, " ") };
}
