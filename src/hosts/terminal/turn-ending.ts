// How a run of one turn ended, and the facts that are printed with a failure: never a path.
import { isAbsolute } from "node:path";
import type { Usage } from "../../codex/turn-events.ts";
import type { TurnOutcome } from "../../codex/turn-inbox.ts";
import type { BridgeError, FailureKind } from "../../errors.ts";
import { buildPathSummary } from "../../kit/path-summary.ts";
import type { ServerExit } from "./turn-connection.ts";
import { readKind, readPhase, type TerminalStatus } from "./turn-events-json.ts";
import type { TurnStops } from "./turn-stops.ts";

export interface TurnEnding {
  status: TerminalStatus;
  /** S2-D12: none for a cancelled turn. */
  kind: FailureKind | null;
  message: string | null;
  /** The reply, or what there was of it. */
  text?: string;
  usage?: Usage;
}

/** What the end of a turn means for a run that may have been stopped meanwhile. */
export function buildEnding(
  outcome: Exclude<TurnOutcome, { status: "lost" }>,
  stops: Pick<TurnStops, "reason">,
  timeoutMs: number | undefined,
): TurnEnding {
  const usage = outcome.usage ? { usage: outcome.usage } : {};
  switch (outcome.status) {
    case "answered":
      return { status: "completed", kind: null, message: null, text: outcome.text, ...usage };
    case "empty":
      return { status: "completed", kind: null, message: null, ...usage };
    case "interrupted":
      return { ...buildStopped(stops, timeoutMs), ...pickText(outcome), ...usage };
    case "failed": {
      const { error } = outcome;
      return {
        ...{ status: "failed", kind: readKind(error), message: error.message },
        ...pickText(outcome),
        ...usage,
      };
    }
  }
}

/** S2-78: the limit of time is a failure, a stop by a person is not. */
export function buildStopped(
  { reason }: Pick<TurnStops, "reason">,
  timeoutMs: number | undefined,
): TurnEnding {
  if (reason !== "timeout") return { status: "cancelled", kind: null, message: "interrupted" };
  const message = `the turn did not end within ${timeoutMs} ms and was interrupted`;
  return { status: "failed", kind: "backend-timeout", message };
}

/** S2-51: where it showed, and its details. A PATH that was searched is not told. */
export function buildFailureFacts(error: BridgeError): Record<string, unknown> {
  const details = Object.entries(error.details)
    .filter(([name]) => name !== "searched")
    .map(([name, value]) => [
      name,
      typeof value === "string" && isAbsolute(value) ? buildPathSummary(value) : value,
    ]);
  return { phase: readPhase(error), details: Object.fromEntries(details) };
}

/** S2-62, S2-50: nothing is known of the end of the person's own server, because it does not end. */
export function buildExitFacts(exit: ServerExit | undefined, failure?: TurnEnding): Record<string, unknown> {
  const nothing = { code: null, signal: null, stderrTail: "", stderrBytes: 0, stderrTruncated: false };
  return { ...(exit ?? nothing), failureKind: failure?.kind ?? null, message: failure?.message ?? null };
}

function pickText({ text }: { text?: string }): { text?: string } {
  return text === undefined ? {} : { text };
}
