// What a host offers that wants to be asked before a conversation is bound. A host without one binds at once.
import type { Line } from "../kit/blocks.ts";

/** Why a conversation cannot be bound at all: `reason` in the host's own words, where it gives one. */
export interface Closed {
  status: "closed";
  reason: string;
}

export type GateAnswer =
  /** It is bound to us in the host's books; `conversation`: the key under which its messages come. */
  | { status: "open"; conversation: string; record: string }
  /** The host asks the person; `prompt` is what it wants to be shown, as it is. */
  | { status: "pending"; prompt: unknown }
  | Closed;

export interface GateRequest {
  /** Names what was prepared; the host's decision comes back with it. */
  pendingId: string;
  /** What the person agrees to. */
  summary: Line;
}

export interface BindingGate {
  request(request: GateRequest): Promise<GateAnswer>;
  /** Takes the conversation out of the host's books. Never throws: our own record is the truth. */
  release(): Promise<void>;
}
