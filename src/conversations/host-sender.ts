// What a host offers for sending, and the named points of a message's life at which tests let a process die.
import type { OutboxKind } from "../store/rows.ts";

export interface OutgoingPart {
  conversation: string;
  kind: OutboxKind;
  text: string;
  /** The process died while this part was being handed over: the person may have seen it. */
  maybeRepeated: boolean;
}

export interface HostSender {
  /** Parts of a conversation that is not served wait until it is. */
  serves(conversation: string): boolean;
  /** Resolves when the host has taken the part; rejects to be tried again later. */
  send(part: OutgoingPart): Promise<{ hostId?: string }>;
}

/** In the order in which a message passes them. */
export const lifePoints = [
  "accepted",
  "thread-started",
  "submitted",
  "turn-accepted",
  "running",
  "ended",
  "settled",
  "sending",
  "sent",
  "delivered",
] as const;

export type LifePoint = (typeof lifePoints)[number];
export type OnPoint = (point: LifePoint) => void;
