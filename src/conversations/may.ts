// One function before every entrance: text, click, command line, node.
import type { Binding } from "../store/rows.ts";

export interface Actor {
  /** The host's id of the person, with its channel. */
  id: string;
  /** The host's own word that this is the owner; unknown is no. */
  isOwner: boolean;
  /** As the chat shows it. Never trusted. */
  name?: string;
}

export type ChatKind = "direct" | "group";

export type Action =
  /** Bind, detach, list, model, effort, doctor, drivers: decides what runs where, and who may. */
  | "decide"
  /** Write a turn, or steer one. */
  | "write"
  /** Stop the turn of one's own message. */
  | "stop-own"
  /** Stop any turn of the binding, drop from its queue. */
  | "stop-any"
  /** Answer a question that one's own message led to, as far as one is shown what it asks. */
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
  return isDriver(actor, binding) && driverActions.includes(action);
}

/** Whoever is nobody here is not even answered. */
export function isSomebody(actor: Actor, binding: Binding | undefined): boolean {
  return actor.isOwner || isDriver(actor, binding);
}

function isDriver({ id }: Actor, binding: Binding | undefined): boolean {
  return binding?.drivers.includes(id) === true;
}
