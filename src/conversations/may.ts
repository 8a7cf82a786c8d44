// One function before every entrance: text, click, command line, node. docs/security.md shows its table.
import type { Binding } from "../store/rows.ts";

export interface Actor {
  /** The host's id of the person, with its channel. */
  id: string;
  /** The host's own word that this is the owner; unknown is no. */
  isOwner: boolean;
  /** The name that the service itself gives to one person at a time, without its @; absent where the host tells none. */
  userName?: string;
  /** As the chat shows it; anybody may bear it. Only shown. */
  name?: string;
}

export type ChatKind = "direct" | "group";

/** Everything that can be done from a chat. What is not given to drivers is the owner's. */
export const actions = {
  decide: {
    means:
      "say what runs where and who may: bind, let go, list, choose models, allow people, all that is not named below",
    driver: false,
  },
  approve: {
    means:
      "approve a command, a change of files, permissions, a tool, a binding, a turn over a driver's limit",
    driver: false,
  },
  "make-rule": { means: "make a permanent rule", driver: false },
  "stop-any": { means: "stop somebody else's turn, take messages out of the queue", driver: false },
  "steer-any": { means: "add words to somebody else's turn", driver: false },
  "answer-any": { means: "answer what somebody else's message led to", driver: false },
  write: { means: "write a message that becomes a turn", driver: true },
  "stop-own": { means: "stop the turn of one's own message", driver: true },
  "steer-own": { means: "add words to the turn of one's own message", driver: true },
  "see-own-changes": { means: "see what the turns of one's own messages changed", driver: true },
  "answer-own": {
    means: "answer a question in words, or whether to send again, that one's own message led to",
    driver: true,
  },
  look: { means: "see the card, without folders and commands, the queue and the help", driver: true },
} as const satisfies Record<string, { means: string; driver: boolean }>;

export type Action = keyof typeof actions;

/** Owners may do everything in bindings that are theirs or not yet anybody's; drivers only what the table gives them. */
export function may(actor: Actor, action: Action, binding: Binding | undefined, chatKind: ChatKind): boolean {
  const owns =
    actor.isOwner && (binding === undefined || binding.owner === actor.id || chatKind === "direct");
  if (owns) return true;
  return isDriver(actor.id, binding) && actions[action].driver;
}

/** Whoever is nobody here is not even answered. */
export function isSomebody(actor: Actor, binding: Binding | undefined): boolean {
  return actor.isOwner || isDriver(actor.id, binding);
}

export function isDriver(id: string, binding: Pick<Binding, "drivers"> | undefined): boolean {
  return binding?.drivers.some((driver) => driver.id === id) === true;
}
