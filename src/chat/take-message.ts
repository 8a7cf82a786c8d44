// Writes a message of a bound conversation into the ledger and puts it into its lane.
import { nanoid } from "nanoid";
import { type Actor, isDriver } from "../conversations/may.ts";
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

/** As the host tells them today. */
function readNames({ userName, name }: Actor): Pick<Actor, "userName" | "name"> {
  return { ...(userName === undefined ? {} : { userName }), ...(name === undefined ? {} : { name }) };
}

/**
 * Written down, put into its lane, and claimed when it outlives a power cut too: its turn is prepared meanwhile, and
 * `turn/start` waits for the same of all that is in the ledger. One that is in the ledger already is left alone.
 * What is over a driver's limit stays out of the lane until the owner lets it run.
 * Throws `queue-full` {limit} and `turns-used-up`: then it is in the ledger as refused, so that its redelivery is not taken either.
 */
export async function takeMessage(
  caller: Caller,
  text: string,
  { images, files }: Pick<Attachments, "images" | "files">,
): Promise<void> {
  const { services, message, conversation } = caller;
  const { store, runner, roles, outbox, settings, onPoint } = services;
  const binding = getBinding(caller);
  const accept = () => {
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
    if (accepted === "seen") return accepted;
    if (runner.waiting(binding.id).length > settings.maxQueued) {
      store.messages.move(accepted.id, "accepted", "refused");
      return "full";
    }
    return isDriver(message.actor.id, binding)
      ? roles.admit(accepted, binding.id, readNames(message.actor))
      : accepted;
  };
  const taken = isDriver(message.actor.id, binding) ? store.transaction(accept) : accept();
  if (taken === "seen") return;
  if (taken === "full")
    throw new BridgeError("queue-full", "too many messages wait", { limit: settings.maxQueued });
  if (taken === "day-over") throw new BridgeError("turns-used-up", "over the driver's limit");
  onPoint("accepted");
  if (taken === "held") outbox.kick();
  else runner.enqueue(taken, binding);
  await store.flush();
}
