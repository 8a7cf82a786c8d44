// One line of a person in the terminal, as an inbound message. Whoever sits at the terminal owns it.
import { nanoid } from "nanoid";
import type { InboundMessage } from "../../chat/inbound-message.ts";
import { formatError } from "../../chat/words/error-text.ts";
import { terminalText } from "../../chat/words/terminal-text.ts";
import { BridgeError } from "../../errors.ts";
import { systemClock } from "../../kit/clock.ts";
import type { Session } from "./chat-command.ts";

/** A command that takes longer is said to be under way; messages get their signs through the outbox. */
const firstSignMs = 1_500;

/** `signal`: gives up waiting for a command. */
export async function receiveLine(session: Session, line: string, signal: AbortSignal): Promise<void> {
  const { app, screen, route } = session;
  if (line.trim() === "" || signal.aborted) return;
  const message: InboundMessage = {
    route,
    messageId: nanoid(),
    actor: { id: `${route.channel}:${route.account}`, isOwner: true },
    chatKind: "direct",
    text: line,
  };
  const cancelSign = systemClock.after(firstSignMs, () => screen.note(terminalText.asking));
  const received = await app.chat.receive(message, signal).finally(cancelSign);
  if (!received.handled) screen.note(formatError(new BridgeError("not-bound", "no thread here")));
  else if (received.reply !== undefined)
    screen.show([...received.reply.blocks, ...(received.reply.typed ?? [])]);
}
