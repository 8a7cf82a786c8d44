// What a host hands in: a command is run at once, a message of a bound conversation is written down and queued, an
// answer answers, and the rest is not ours. Nothing that was bound is ever left unclaimed.
import { isSomebody } from "../conversations/may.ts";
import { BridgeError, isBridgeError, toBridgeError } from "../errors.ts";
import { code, isBlank, type Line, line, mapOutside, own, says } from "../kit/blocks.ts";
import { answerBare, getQuestion, readBareAnswer } from "./answering.ts";
import type { ChatServices } from "./chat-services.ts";
import { runClick } from "./click.ts";
import { type Caller, isAllowed } from "./command-call.ts";
import { findCommandText } from "./command-line.ts";
import {
  type Attachments,
  buildConversationKey,
  type Click,
  type InboundMessage,
} from "./inbound-message.ts";
import { buildReply, type Reply, type ShownReply } from "./reply.ts";
import { runCommand } from "./run-command.ts";
import { showReply } from "./show-reply.ts";
import { noteCommand, takeMessage } from "./take-message.ts";
import { addCommandNote, addFileNotes, formatLost } from "./words/attachment-text.ts";
import { formatErrorFor } from "./words/error-text.ts";

export { buildConversationKey, type InboundMessage } from "./inbound-message.ts";

export interface Received {
  /** False: the host's own agent may have it. */
  handled: boolean;
  /** To be shown at once; the reply to a message comes through the outbox. */
  reply?: ShownReply;
}

export interface Clicked {
  /** The buttons have no meaning any more. */
  isDone: boolean;
  reply?: ShownReply;
}

interface Outcome {
  handled: boolean;
  reply?: Reply;
}

const repeatedReply: Reply = {
  blocks: says(
    own(
      "This command came a second time after a restart; it was not run again. `/cx status` shows what there is.",
    ),
  ),
};

const noAttachments: Attachments = { images: [], files: [], lost: [] };

/** These errors mean that a click came too late. */
const lateCodes: readonly string[] = ["button-gone", "button-used", "question-closed", "question-none"];

export class Chat {
  readonly #services: ChatServices;

  constructor(services: ChatServices) {
    this.#services = services;
  }

  /** Never throws: what goes wrong is the reply. For a message one store write and no other I/O. */
  async receive(
    message: InboundMessage,
    signal: AbortSignal = new AbortController().signal,
  ): Promise<Received> {
    const conversation = buildConversationKey(message.route);
    try {
      const { handled, reply } = await this.#receive(message, conversation, signal);
      return reply === undefined || isEmpty(reply)
        ? { handled }
        : { handled: true, reply: showReply(this.#services, reply, conversation, message) };
    } catch (thrown) {
      if (!isBridgeError(thrown)) this.#services.log.warn(`a message failed unexpectedly: ${String(thrown)}`);
      return { handled: true, reply: this.#showError(toBridgeError(thrown), message) };
    }
  }

  /** As `receive`. */
  async click(click: Click, signal: AbortSignal = new AbortController().signal): Promise<Clicked> {
    const services = this.#services;
    const conversation = services.store.buttons.find(click.token)?.conversation ?? "";
    try {
      if (!isSomebody(click.actor, services.binder.find(conversation))) return { isDone: false };
      const reply = await runClick(services, click, signal);
      return {
        isDone: true,
        ...(reply && !isEmpty(reply) ? { reply: showReply(services, reply, conversation, click) } : {}),
      };
    } catch (thrown) {
      const error = toBridgeError(thrown);
      return { isDone: lateCodes.includes(error.code), reply: this.#showError(error, click) };
    }
  }

  async #receive(message: InboundMessage, conversation: string, signal: AbortSignal): Promise<Outcome> {
    const services = this.#services;
    const binding = services.binder.find(conversation);
    const caller: Caller = { services, message, conversation, binding, signal };
    this.#rememberAddresses(caller);
    const command = findCommandText(message.text);
    if (command !== undefined) {
      if (!isSomebody(message.actor, binding)) return this.#turnAway(caller, message.ownerHint);
      if (!noteCommand(caller)) return { handled: true, reply: repeatedReply };
      const reply = addCommandNote(await runCommand(caller, command), message);
      return { handled: true, ...(reply === undefined ? {} : { reply }) };
    }
    if (!this.#isHeard(message)) return { handled: binding !== undefined };
    const answer = message.takeAttachments ? undefined : readBareAnswer(message.text);
    if (answer !== undefined && this.#isAnswering(caller)) {
      if (!noteCommand(caller)) return { handled: true, reply: repeatedReply };
      const reply = await answerBare(caller, getQuestion(caller, undefined), answer);
      return { handled: true, reply: buildReply(reply) };
    }
    if (!binding) return { handled: false };
    return isAllowed(caller, "write") ? this.#take(caller) : this.#turnAway(caller);
  }

  #rememberAddresses({ message, conversation, binding }: Caller): void {
    const { addresses } = this.#services.store;
    const { address, privateAddress, actor } = message;
    if (address !== undefined) addresses.remember(conversation, address);
    if (binding?.ownerChat !== undefined && privateAddress !== undefined && actor.id === binding.owner) {
      addresses.remember(binding.ownerChat, privateAddress);
    }
  }

  /** In groups people mostly talk to each other. */
  #isHeard({ chatKind, isAddressed = true }: InboundMessage): boolean {
    return isAddressed || chatKind === "direct" || this.#services.settings.groupMessages === "all";
  }

  async #take(caller: Caller): Promise<Outcome> {
    const { takeAttachments, text } = caller.message;
    const attachments = takeAttachments ? await takeAttachments() : noAttachments;
    const { images, files, lost } = attachments;
    const words = addFileNotes(text, files);
    const isEmpty = words.trim() === "" && images.length === 0;
    if (isEmpty && lost.length === 0) throw new BridgeError("empty-message", "neither words nor images");
    // It may have been let go meanwhile.
    const binding = this.#services.binder.find(caller.conversation);
    if (!isEmpty) await takeMessage({ ...caller, binding }, words, attachments);
    return { handled: true, ...(lost.length === 0 ? {} : { reply: { blocks: formatLost(lost) } }) };
  }

  /** Something is open here, and the person may answer; in an unbound chat a stranger's yes is none of our business. */
  #isAnswering(caller: Caller): boolean {
    return isAllowed(caller, "answer-own") && this.#services.questions.open(caller.conversation).length > 0;
  }

  /** Without a word; only how to become the owner is told, where there is none. */
  #turnAway({ binding, conversation, message }: Caller, ownerHint?: string): Outcome {
    if (ownerHint !== undefined)
      return { handled: true, reply: { blocks: says(formatOwnerHint(ownerHint)) } };
    if (binding) this.#services.refused.note(conversation, message.actor);
    return { handled: true };
  }

  #showError(error: BridgeError, { chatKind }: Pick<InboundMessage, "chatKind">): ShownReply {
    const { redactor } = this.#services;
    const blocks = says(formatErrorFor(chatKind, error));
    return { blocks: mapOutside(blocks, (text) => redactor.redact(text)) };
  }
}

function formatOwnerHint(command: string): Line {
  return line`Nobody is set as the owner here yet, and only the owner may do this. On the gateway's machine ${code(command)} makes you the owner.`;
}

/** What there is to say was said already, by another way. */
function isEmpty({ blocks, prompt, buttons }: Reply): boolean {
  return isBlank(blocks) && prompt === undefined && buttons === undefined;
}
