// What the state of a message asks of its lane.
import type { MessageState } from "../store/message-states.ts";

/** unsent: Codex has nothing of it. sent: Codex may have it. done: the lane has nothing to do for it. */
export type MessageStage = "unsent" | "sent" | "done";

export function readStage(state: MessageState | undefined): MessageStage {
  switch (state) {
    case "accepted":
    case "waiting":
    case "held":
      return "unsent";
    case "submitted":
    case "running":
    case "steered":
      return "sent";
    case undefined:
    case "unknown":
    case "interrupted":
    case "settled":
    case "delivered":
    case "refused":
    case "dropped":
      return "done";
  }
}
