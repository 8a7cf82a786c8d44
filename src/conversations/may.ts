// One function before every entrance: text, click, command line, node.
import type { Binding } from "../store/rows.ts";

export interface Actor {
  /** The host's id of the person, with its channel. */
  id: string;
  /** The host's own word that this is the owner; unknown is no. */
  isOwner: boolean;
}

export type ChatKind = "direct" | "group";

export type Action =
  /** Bind, detach, list, model, effort, doctor: decides what runs where. */
  | "decide"
  /** Write a turn, or steer one. */
  | "write"
  /** Stop the turn of one's own message. */
  | "stop-own"
  /** Stop any turn of the binding, drop from its queue. */
  | "stop-any"
  /** Answer a question that one's own message led to. */
  | "answer-own"
  | "answer-any"
  /** Make a permanent rule. */
  | "make-rule"
  /** See the card without paths. */
  | "look";

const driverActions: readonly Action[] = ["write", "stop-own", "answer-own", "look"];

/** Owners may do everything in bindings that are theirs or not yet anybody's; drivers only what their list says. */
export function may(actor: Actor, action: Action, binding: Binding | undefined, chatKind: ChatKind): boolean {
  const owns =
    actor.isOwner && (binding === undefined || binding.owner === actor.id || chatKind === "direct");
  if (owns) return true;
  return binding?.drivers.includes(actor.id) === true && driverActions.includes(action);
}
