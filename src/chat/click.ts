// A click on one of our buttons: the command kept under its token, run once, as whoever clicked.
import { BridgeError } from "../errors.ts";
import type { StoredButton } from "../store/buttons.ts";
import type { MessageState } from "../store/message-states.ts";
import type { ChatServices } from "./chat-services.ts";
import type { Caller } from "./command-call.ts";
import {
  buildConversationKey,
  type Click,
  type InboundMessage,
  parseConversationKey,
} from "./inbound-message.ts";
import type { Reply } from "./reply.ts";
import { runCommand } from "./run-command.ts";

/** There is something to stop. */
const liveStates: readonly MessageState[] = ["accepted", "waiting", "submitted", "running", "steered"];

/** Throws `button-gone`, `button-used`, and, leaving the button for another click, `not-allowed` and what the command throws. */
export async function runClick(
  services: ChatServices,
  { token, ...click }: Click,
  signal: AbortSignal,
): Promise<Reply | undefined> {
  const button = services.store.buttons.find(token);
  if (!button || isOver(services, button)) throw new BridgeError("button-gone", "nothing to click");
  const caller = buildCaller(services, button, click, signal);
  if (button.actor !== undefined && button.actor !== click.actor.id) {
    throw new BridgeError("not-allowed", "somebody else's button", { action: "click" });
  }
  if (!services.store.buttons.use(token)) throw new BridgeError("button-used", "clicked before");
  try {
    const reply = await runCommand(caller, button.line);
    services.store.buttons.forgetLine(token);
    return isShownThere(services, button.line) ? undefined : reply;
  } catch (error) {
    // It did nothing: somebody else may, or the same person later.
    services.store.buttons.release(token);
    throw error;
  }
}

/** It answered a question of Codex, and the prompt itself says so. */
function isShownThere({ store, prompts }: ChatServices, line: string): boolean {
  const [command, token = ""] = line.split(" ");
  const question = command === "answer" ? store.questions.findAnywhere(token) : undefined;
  return question !== undefined && prompts.showsDecision(question);
}

function isOver({ store }: ChatServices, { messageId }: StoredButton): boolean {
  if (messageId === undefined) return false;
  const message = store.messages.findById(messageId);
  return !message || !liveStates.includes(message.state);
}

function buildCaller(
  services: ChatServices,
  { conversation, line }: StoredButton,
  click: Omit<Click, "token">,
  signal: AbortSignal,
): Caller {
  const message: InboundMessage = {
    ...click,
    route: parseConversationKey(conversation),
    text: `/cx ${line}`,
  };
  const key = buildConversationKey(message.route);
  return { services, message, conversation: key, binding: services.binder.find(key), signal, click: true };
}
