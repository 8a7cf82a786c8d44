// What a host offers for sending, and the named points of a message's life at which tests let a process die.
import type { DeliveryState } from "../store/outbox.ts";
import type { Button, OutboxKind } from "../store/rows.ts";

export interface OutgoingPart {
  conversation: string;
  /** Where the host delivers it, in the host's own words; absent where it never gave one. */
  address?: string;
  kind: OutboxKind;
  text: string;
  buttons?: Button[][];
  /** The host's id of the message that this answers. */
  replyTo?: string;
  /** The process died while this part was being handed over: the person may have seen it. */
  maybeRepeated: boolean;
}

/** What became of a part. `state` is `delivered` unless the host says otherwise. */
export interface Taken {
  hostId?: string;
  state?: DeliveryState;
}

export interface HostSender {
  /** UTF-16 units of one part that goes to this address; longer texts become several. Absent: any length. */
  longest?(address: string | undefined): number;
  /** Without buttons the words alone must do. */
  hasButtons?: boolean;
  /** Parts of a conversation that is not served wait until it is. */
  serves(conversation: string): boolean;
  /** Resolves when the host has taken the part; rejects to be tried again later. */
  send(part: OutgoingPart): Promise<Taken>;
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
