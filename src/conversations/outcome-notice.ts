// How a turn's outcome is told.
import type { TurnOutcome } from "../codex/turn-inbox.ts";
import type { Notice } from "./voice.ts";

export function buildOutcomeNotice(outcome: TurnOutcome, late: boolean): Notice {
  switch (outcome.status) {
    case "answered":
      return { type: "reply", text: outcome.text, late, ...(outcome.usage ? { usage: outcome.usage } : {}) };
    case "empty":
      return { type: "empty-reply", late, ...(outcome.usage ? { usage: outcome.usage } : {}) };
    case "failed":
      return { type: "failed", error: outcome.error, late, ...(outcome.text ? { text: outcome.text } : {}) };
    case "interrupted":
      return { type: "stopped", late, ...(outcome.text ? { text: outcome.text } : {}) };
    case "lost":
      return { type: "failed", error: outcome.error, late };
  }
}
