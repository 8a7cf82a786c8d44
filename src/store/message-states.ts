// The life of a message as data: which state may follow which. The ledger refuses every other move; docs draw it from here.

export type MessageState =
  | "accepted"
  | "waiting"
  | "held"
  | "submitted"
  | "running"
  | "steered"
  | "unknown"
  | "interrupted"
  | "settled"
  | "delivered"
  | "refused"
  | "dropped";

interface StateEntry {
  means: string;
  next: readonly MessageState[];
}

export const messageStates: Record<MessageState, StateEntry> = {
  accepted: {
    means: "written down, in its lane",
    next: ["waiting", "held", "submitted", "steered", "settled", "refused", "dropped"],
  },
  held: {
    means: "over the day's limit of its driver, in no lane; the owner is asked whether it may run",
    next: ["accepted", "dropped"],
  },
  waiting: {
    means: "its lane is at it, but a lock, a running turn of somebody else or the network is in the way",
    next: ["accepted", "submitted", "steered", "settled", "refused", "dropped"],
  },
  submitted: {
    means: "turn/start is being sent; whether Codex took it is not known yet",
    next: ["running", "steered", "accepted", "unknown", "interrupted", "settled"],
  },
  running: {
    means: "Codex took it: its turn runs",
    next: ["steered", "settled", "interrupted", "unknown", "accepted"],
  },
  steered: {
    means: "went into a turn that was already running",
    next: ["settled", "interrupted", "unknown"],
  },
  unknown: {
    means: "whether Codex took it cannot be told; the person is asked",
    next: ["running", "steered", "settled", "interrupted", "accepted", "dropped"],
  },
  interrupted: {
    means: "its turn was cut off by a crash; the person decides whether to send it again",
    next: ["accepted", "dropped", "settled"],
  },
  settled: { means: "the outcome is known and its reply is in the outbox", next: ["delivered"] },
  delivered: { means: "the host took the reply", next: [] },
  refused: { means: "never ran; the person was told why", next: [] },
  dropped: { means: "taken back by the person", next: [] },
};

export function mayMove(from: MessageState, to: MessageState): boolean {
  return messageStates[from].next.includes(to);
}

/** States in which a message still needs something to happen. */
export const openStates: readonly MessageState[] = (Object.keys(messageStates) as MessageState[]).filter(
  (state) => messageStates[state].next.length > 0,
);
