// What is left of a chat while the machine's operator has locked everything: the card, and one sentence for all else.
import { nanoid } from "nanoid";
import { isSomebody } from "../conversations/may.ts";
import { type Caller, isAllowed } from "./command-call.ts";
import { parseCommandLine } from "./command-line.ts";
import { noteCommand } from "./take-message.ts";

/** The card is shown all the same. */
export function isOpenWhileLocked(commandText: string): boolean {
  const line = parseCommandLine(commandText);
  return line.status !== "bad" && line.command.name === "status";
}

/** True: it was refused, and the person is to be told. False: it is dealt with as ever, which does nothing then either. */
export function refuseLocked(caller: Caller, commandText: string | undefined, isHeard: boolean): boolean {
  const { services, message, binding } = caller;
  if (!services.store.lockdown.find()) return false;
  if (commandText !== undefined) {
    if (!isSomebody(message.actor, binding) || isOpenWhileLocked(commandText)) return false;
    noteCommand(caller);
    return true;
  }
  if (!isHeard || !binding || !isAllowed(caller, "write")) return false;
  noteRefused(caller, binding.id);
  return true;
}

/** In the ledger, so that it does not run when the host brings it again after the lock. */
function noteRefused({ services, message, conversation }: Caller, bindingId: string): void {
  const { store } = services;
  const { messageId: hostMessageId, actor } = message;
  store.transaction(() => {
    const row = { conversation, hostMessageId, bindingId, actor: actor.id, clientId: nanoid() };
    const noted = store.messages.accept({ ...row, text: "", images: [] });
    if (noted !== "seen") store.messages.move(noted.id, "accepted", "refused");
  });
}
