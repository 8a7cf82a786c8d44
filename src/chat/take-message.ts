// Writes a message of a bound conversation into the ledger and puts it into its lane.
import { nanoid } from "nanoid";
import { BridgeError } from "../errors.ts";
import { type Caller, getBinding } from "./command-call.ts";

/**
 * One durable write; a message that is in the ledger already is left alone.
 * Throws `queue-full` {limit}: then it is in the ledger as refused, so that its redelivery is not taken either.
 */
export function takeMessage(caller: Caller, text: string, images: string[]): void {
  const { services, message, conversation } = caller;
  const { store, runner, settings, onPoint } = services;
  const binding = getBinding(caller);
  const accepted = store.messages.accept({
    conversation,
    hostMessageId: message.messageId,
    bindingId: binding.id,
    actor: message.actor.id,
    text,
    images,
    clientId: nanoid(),
  });
  if (accepted === "seen") return;
  if (runner.waiting(binding.id).length > settings.maxQueued) {
    store.messages.move(accepted.id, "accepted", "refused");
    throw new BridgeError("queue-full", "too many messages wait", { limit: settings.maxQueued });
  }
  onPoint("accepted");
  runner.enqueue(accepted, binding);
}
