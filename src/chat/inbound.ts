// What a host hands in: a command is run at once, a message of a bound conversation is written down and queued, an
// answer answers, and the rest is not ours. Nothing that was bound is ever left unclaimed.
import { BridgeError, isBridgeError, toBridgeError } from "../errors.ts";
import { answerBare, getQuestion, readBareAnswer } from "./answering.ts";
import type { ChatServices } from "./chat-services.ts";
import { type Caller, isAllowed } from "./command-call.ts";
import { findCommandText } from "./command-line.ts";
import { formatError } from "./error-text.ts";
import { buildConversationKey, type InboundMessage } from "./inbound-message.ts";
import { runCommand } from "./run-command.ts";
import { takeMessage } from "./take-message.ts";

export { buildConversationKey, type InboundMessage } from "./inbound-message.ts";

export interface Received {
  /** False: the host's own agent may have it. */
  handled: boolean;
  /** To be shown at once; the reply to a message comes through the outbox. */
  reply?: string;
}

/** So many refusals are remembered. */
const mostRefused = 10_000;

export class Chat {
  readonly #services: ChatServices;
  readonly #refused = new Set<string>();

  constructor(services: ChatServices) {
    this.#services = services;
  }

  /** Never throws: what goes wrong is the reply. For a message one store write and no other I/O. */
  async receive(
    message: InboundMessage,
    signal: AbortSignal = new AbortController().signal,
  ): Promise<Received> {
    try {
      const received = await this.#receive(message, signal);
      return received.reply === undefined ? received : { handled: true, reply: this.#redact(received.reply) };
    } catch (thrown) {
      if (!isBridgeError(thrown)) this.#services.log.warn(`a message failed unexpectedly: ${String(thrown)}`);
      return { handled: true, reply: this.#redact(formatError(toBridgeError(thrown))) };
    }
  }

  async #receive(message: InboundMessage, signal: AbortSignal): Promise<Received> {
    const services = this.#services;
    const conversation = buildConversationKey(message.route);
    const binding = services.binder.find(conversation);
    const caller: Caller = { services, message, conversation, binding, signal };
    const command = findCommandText(message.text);
    if (command !== undefined) {
      const reply = await runCommand(caller, command);
      return { handled: true, ...(reply === undefined ? {} : { reply }) };
    }
    const answer = message.images.length === 0 ? readBareAnswer(message.text) : undefined;
    if (answer !== undefined && this.#isAnswering(caller)) {
      return { handled: true, reply: await answerBare(caller, getQuestion(caller, undefined), answer) };
    }
    if (!binding) return { handled: false };
    if (!isAllowed(caller, "write")) return this.#refuse(caller);
    if (message.text.trim() === "" && message.images.length === 0) {
      throw new BridgeError("empty-message", "neither words nor images");
    }
    takeMessage(caller, message.text, message.images);
    return { handled: true };
  }

  /** Something is open here, and the person may answer; in an unbound chat a stranger's yes is none of our business. */
  #isAnswering(caller: Caller): boolean {
    return isAllowed(caller, "answer-own") && this.#services.questions.open(caller.conversation).length > 0;
  }

  /** Once per person and conversation (parity S1-D14). */
  #refuse({ conversation, message }: Caller): Received {
    const key = `${message.actor.id} ${conversation}`;
    if (this.#refused.has(key)) return { handled: true };
    if (this.#refused.size >= mostRefused) this.#refused.clear();
    this.#refused.add(key);
    throw new BridgeError("not-allowed", "may not write", { action: "write" });
  }

  #redact(text: string): string {
    return this.#services.redactor.redact(text);
  }
}
