// What a host offers for sending, and the named points of a message's life at which tests let a process die.
import type { Block } from "../kit/blocks.ts";
import type { DeliveryState } from "../store/outbox.ts";
import type { Button, OutboxKind } from "../store/rows.ts";

export interface OutgoingPart {
  conversation: string;
  /** Where the host delivers it, in the host's own words; absent where it never gave one. */
  address?: string;
  kind: OutboxKind;
  blocks: readonly Block[];
  /** How it is answered by typing: shown where there are no buttons. */
  typed?: readonly Block[];
  buttons?: Button[][];
  /** The host's id of the message that this answers. */
  replyTo?: string;
  /** Without a notification. */
  isSilent: boolean;
  /** The host's id of an own message whose place it takes. */
  edits?: string;
  /** As plain words, without what the host refused before. */
  isPlain: boolean;
  /** An earlier try may have reached the person. */
  maybeRepeated: boolean;
}

/** What became of a part that the host took. `state` is `delivered` unless the host says otherwise. */
export interface Taken {
  hostId?: string;
  state?: DeliveryState;
}

/**
 * What the host did not take. refused: for itself, it would refuse it again. passing: certainly not sent, the trouble is
 * the network's, the service's or the chat's. unknown: it may have been sent.
 */
export interface NotTaken {
  notTaken: "refused" | "passing" | "unknown";
  /** For the log. */
  reason: string;
  /** The service asks to wait so long. */
  retryAfterMs?: number;
}

export interface HostSender {
  /** The blocks in parts that go to this address as one message each. Absent: any length is one. */
  split?(blocks: readonly Block[], address: string | undefined): Block[][];
  /** Buttons can be shown somewhere; where a chat has none the typed words are shown. */
  hasButtons?: boolean;
  /** Absent: nothing that was sent can be changed. */
  canEdit?(address: string): boolean;
  /** Parts of a conversation that is not served wait until it is. */
  serves(conversation: string): boolean;
  /** Resolves when the host has taken the part, or has not; what it throws is `unknown`. */
  send(part: OutgoingPart): Promise<Taken | NotTaken>;
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
