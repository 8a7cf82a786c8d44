// What `codex-threads turn` says to people besides the reply: its thread, its progress, why it waits, declines or stops.
import type { TurnEvent } from "../codex/turn-events.ts";

export const turnText = {
  busy: "Another turn runs in this thread; waiting for its end.",
  joined: "Another turn was running in this thread; the words went into it.",
  foreign: "The turn was started by somebody else: it goes on.",
  stopping: "Stopping; Ctrl-C again leaves at once.",
} as const;

export function formatThread(threadId: string, model: string | undefined): string {
  return `Thread ${threadId}${model === undefined ? "" : `, model ${model}`}.`;
}

/** `title`: what the tool was about to do, where it is known. */
export function formatDeclined(method: string, title: string | undefined): string {
  return `Declined, because nobody can be asked in this run${title ? `: ${title}` : ` (${method})`}`;
}

export function formatLimit(timeoutMs: number): string {
  return `The limit of ${timeoutMs / 1000} s is reached; the turn is interrupted.`;
}

export function formatStopFailure(reason: string): string {
  return `Stopping failed: ${reason}`;
}

export function formatWritten(text: string): string {
  return `What Codex wrote until then:\n${text}`;
}

/** Undefined for what is no news, or is told in another way. */
export function formatProgress(event: TurnEvent): string | undefined {
  switch (event.type) {
    case "turn-started":
      return "The turn has started.";
    case "tool-started":
      return `${event.tool}: ${event.title}`;
    case "tool-completed":
      return event.status === "completed" ? undefined : `${event.tool} ${event.status}: ${event.title}`;
    case "message":
      return event.phase === "commentary" ? event.text : undefined;
    case "retrying":
      return `Trying again: ${event.message}`;
    case "warning":
      return `Warning: ${event.message}`;
    default:
      return undefined;
  }
}
