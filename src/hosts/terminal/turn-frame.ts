// What is around one turn of a command, whichever way it runs: stops are said, failures become an ending, and the ending is
// told, once, as a reply or a sentence, and as the last JSON lines.
import { formatError } from "../../chat/words/error-text.ts";
import { formatEmptyReply, formatStopped } from "../../chat/words/reply-text.ts";
import { formatWritten } from "../../chat/words/turn-text.ts";
import { type BridgeError, type ErrorCode, toBridgeError } from "../../errors.ts";
import { says } from "../../kit/blocks.ts";
import { buildFailureFacts, buildStopped, type TurnEnding } from "./turn-ending.ts";
import { buildErrorOutput, readKind, type TerminalStatus } from "./turn-events-json.ts";
import type { TurnReport } from "./turn-report.ts";
import type { TurnStops } from "./turn-stops.ts";

export interface TurnFrameOptions {
  report: TurnReport;
  stops: TurnStops;
  limitMs: number | undefined;
  /** Setup that somebody has to put right; everything else that goes wrong is a failure. */
  blockingCodes: readonly ErrorCode[];
}

export interface FramedTurn {
  /** What it throws is a failure. */
  carry(): Promise<TurnEnding>;
  tellStop(): void;
  /** After the end, before it is told. */
  close?(): Promise<void>;
  /** The last JSON line. */
  buildTerminal(ending: TurnEnding): Record<string, unknown>;
  /** Facts that are printed with a failure. */
  buildFacts?(error: BridgeError): Record<string, unknown>;
}

export class TurnFrame {
  readonly #options: TurnFrameOptions;

  constructor(options: TurnFrameOptions) {
    this.#options = options;
  }

  /** Never throws. */
  async run(turn: FramedTurn): Promise<TerminalStatus> {
    const { report, stops } = this.#options;
    const onAsked = () => turn.tellStop();
    stops.asked.addEventListener("abort", onAsked, { once: true });
    const ending = await turn.carry().catch((thrown: unknown) => {
      const error = toBridgeError(thrown);
      return this.fail(error, turn.buildFacts?.(error));
    });
    stops.asked.removeEventListener("abort", onAsked);
    await turn.close?.();
    const { status, text } = ending;
    if (status === "completed")
      report.reply(text === undefined ? formatEmptyReply(false) : [{ model: text }]);
    else if (status === "cancelled") report.say(formatStopped(text, false));
    else if (text !== undefined) report.say(formatWritten(text));
    if (text !== undefined) report.print({ type: "assistant_message", payload: { text } });
    report.print({ type: "terminal_status", payload: turn.buildTerminal(ending) });
    return status;
  }

  /** A failure told, and the ending that it is. What a stop has cancelled is none. */
  fail(error: BridgeError, facts: Record<string, unknown> = buildFailureFacts(error)): TurnEnding {
    const { report, stops, limitMs, blockingCodes } = this.#options;
    if (error.code === "cancelled" && stops.asked.aborted) return buildStopped(stops, limitMs);
    const kind = readKind(error);
    report.print(buildErrorOutput(kind, error.message, facts));
    report.say(says(formatError(error)));
    const status = blockingCodes.includes(error.code) ? "blocked" : "failed";
    return { status, kind, message: error.message };
  }
}
