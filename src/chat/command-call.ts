// One call of a command, and the two things nearly every command asks first.
import { type Action, may } from "../conversations/may.ts";
import { BridgeError } from "../errors.ts";
import type { Binding } from "../store/rows.ts";
import type { ChatServices } from "./chat-services.ts";
import type { CommandLine } from "./command-line.ts";
import type { InboundMessage } from "./inbound-message.ts";
import type { Answer } from "./reply.ts";
import type { RunDesk } from "./run-desk.ts";

/** Who speaks, and where. */
export interface Caller {
  services: ChatServices;
  message: InboundMessage;
  /** Key of the conversation. */
  conversation: string;
  binding: Binding | undefined;
  signal: AbortSignal;
  /** A button was clicked: whoever clicks has seen what stands above it. */
  click?: true;
}

export interface CommandCall extends Caller {
  line: CommandLine;
}

/** Returns the reply; undefined where another message is the answer. Throws BridgeError. */
export type RunCommand = (call: CommandCall) => Answer | undefined | Promise<Answer | undefined>;

export function isAllowed({ message, binding }: Caller, action: Action): boolean {
  return may(message.actor, action, binding, message.chatKind);
}

/** Throws `not-allowed`. */
export function assertAllowed(caller: Caller, action: Action): void {
  if (!isAllowed(caller, action)) throw new BridgeError("not-allowed", `may not ${action}`, { action });
}

/** Throws `not-allowed` for the turn of somebody else's message, unless every turn is theirs. */
export function assertMaySteer(caller: Caller): void {
  const { services, message, binding } = caller;
  const active = binding && services.runner.findActive(binding.id);
  assertAllowed(caller, active && active.actor !== message.actor.id ? "steer-any" : "steer-own");
}

/** Throws `run-not-here` where this host keeps no runs. */
export function getRunDesk({ services: { runDesk } }: Caller): RunDesk {
  if (runDesk) return runDesk;
  throw new BridgeError("run-not-here", "this host keeps no runs");
}

/** Throws `not-bound`. */
export function getBinding({ binding }: Caller): Binding {
  if (!binding) throw new BridgeError("not-bound", "no thread here");
  return binding;
}
