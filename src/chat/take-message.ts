// Writes a message of a bound conversation into the ledger and puts it into its lane.
import { nanoid } from "nanoid";
import { BridgeError } from "../errors.ts";
import { type Caller, getBinding } from "./command-call.ts";
import type { Attachments } from "./inbound-message.ts";

/**
 * Before a command or an answer, which must not work twice: false when it was noted already. Without a binding, and
 * where nothing comes again, nothing is noted.
 */
export function noteCommand({ services, message, conversation, binding }: Caller): boolean {
  const { store } = services;
  if (!binding || !message.mayRepeat) return true;
  // Words of a command may become a message, under the id itself.
  const hostMessageId = `command ${message.messageId}`;
  // Never open: a message that is open is sent to Codex after a crash.
  return store.transaction(() => {
    const noted = store.messages.accept({
      ...{ conversation, hostMessageId, bindingId: binding.id, actor: message.actor.id },
      ...{ text: "", images: [], clientId: nanoid() },
    });
    if (noted !== "seen") store.messages.move(noted.id, "accepted", "dropped");
    return noted !== "seen";
  });
}

/** The rest of a command: false when it came before; from now on it is never taken for a message. */
export function noteRest({ services, message, conversation, binding }: Caller): boolean {
  const { store } = services;
  if (!binding) return true;
  return store.transaction(() => {
    const noted = store.messages.accept({
      ...{ conversation, hostMessageId: message.messageId, bindingId: binding.id, actor: message.actor.id },
      ...{ text: "", images: [], clientId: nanoid() },
    });
    if (noted !== "seen") store.messages.move(noted.id, "accepted", "dropped");
    return noted !== "seen";
  });
}

/**
 * Written down, put into its lane, and claimed when it outlives a power cut too: its turn is prepared meanwhile, and
 * `turn/start` waits for the same of all that is in the ledger. One that is in the ledger already is left alone.
 * Throws `queue-full` {limit}: then it is in the ledger as refused, so that its redelivery is not taken either.
 */
export async function takeMessage(
  caller: Caller,
  text: string,
  { images, files }: Pick<Attachments, "images" | "files">,
): Promise<void> {
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
    files: files.map(({ path }) => path),
    clientId: nanoid(),
  });
  if (accepted === "seen") return;
  if (runner.waiting(binding.id).length > settings.maxQueued) {
    store.messages.move(accepted.id, "accepted", "refused");
    throw new BridgeError("queue-full", "too many messages wait", { limit: settings.maxQueued });
  }
  onPoint("accepted");
  runner.enqueue(accepted, binding);
  await store.flush();
}
