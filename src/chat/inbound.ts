// What a host hands in: a command is run at once, a message of a bound conversation is written down and queued, an
// answer answers, and the rest is not ours. Nothing that was bound is ever left unclaimed.
import { isSomebody } from "../conversations/may.ts";
import { BridgeError, isBridgeError, toBridgeError } from "../errors.ts";
import { code, isBlank, type Line, line, mapOutside, own, says } from "../kit/blocks.ts";
import type { Binding } from "../store/rows.ts";
import { looksLikeAnswer } from "./answer-words.ts";
import { answerWords, mayAct, putAgain } from "./beside-questions.ts";
import type { ChatServices } from "./chat-services.ts";
import { runClick } from "./click.ts";
import { type Caller, isAllowed } from "./command-call.ts";
import { CommandPieces, mayHaveRest, type Whole } from "./command-pieces.ts";
import {
  type Attachments,
  buildConversationKey,
  type Click,
  type InboundMessage,
  isTyped,
  type Route,
} from "./inbound-message.ts";
import { isOpenWhileLocked, refuseLocked } from "./locked.ts";
import { addContext, formatUntakable } from "./message-context.ts";
import { type PlainWords, readPlainWords } from "./plain-words.ts";
import type { Reply, ShownReply } from "./reply.ts";
import { runCommand } from "./run-command.ts";
import { showReply } from "./show-reply.ts";
import { noteCommand, noteRest, takeMessage } from "./take-message.ts";
import { addCommandNote, addFileNotes, formatLost } from "./words/attachment-text.ts";
import { formatErrorFor } from "./words/error-text.ts";
import { lockedText } from "./words/locked-text.ts";

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

const refusedReply: Reply = { blocks: says(lockedText.refused) };

const cutTexts = {
  unbound: own(
    "The service cut this command, its rest came as a message of its own, and nothing ran. Only a chat that holds a thread can put such pieces together: `/cx new`, or write it shorter.",
  ),
  group: own(
    "This command is so long that the service may have cut it, and no rest of it was heard here: nothing ran. Write it in the direct chat with the bot, or shorter.",
  ),
  ended: own("OpenClaw stopped while this command waited for its rest: nothing ran. Send it again."),
};

const noAttachments: Attachments = { images: [], files: [], lost: [] };

/** These errors mean that a click came too late. */
const lateCodes: readonly string[] = ["button-gone", "button-used", "question-closed", "question-none"];

export class Chat {
  readonly #services: ChatServices;
  readonly #pieces: CommandPieces;

  constructor(services: ChatServices) {
    this.#services = services;
    this.#pieces = new CommandPieces(services.clock);
  }

  /** Commands that wait for their rest do not run any more; their people are told. */
  close(): void {
    this.#pieces.close();
  }

  /** The host has a plain message of a chat that is not bound: what came before it was cut. */
  seeMessage(route: Route, actorId: string): void {
    this.#pieces.add(buildPieceKey(buildConversationKey(route), actorId), "");
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
    const { conversation = "", line: pressed = "" } = services.store.buttons.find(click.token) ?? {};
    try {
      if (!isSomebody(click.actor, this.#findBinding(conversation))) return { isDone: false };
      if (services.store.lockdown.find() && !isOpenWhileLocked(pressed)) {
        return { isDone: false, reply: showReply(services, refusedReply, conversation, click) };
      }
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
    const binding = this.#findBinding(conversation);
    const caller: Caller = { services, message, conversation, binding, signal };
    this.#rememberAddresses(caller);
    const { ownNames: names = [], isAddressed: isMentioned = false } = message;
    const plain = readPlainWords(message.text, {
      names,
      isMentioned: isMentioned && message.chatKind === "group",
    });
    if (plain.type === "for-another") return { handled: binding !== undefined };
    const command = plain.type === "command" && isTyped(message) ? plain.rest : undefined;
    const isHeard = this.#isHeard(message, plain);
    if (this.#takeRest(caller, plain)) return { handled: true };
    if (refuseLocked(caller, command, isHeard)) return { handled: true, reply: refusedReply };
    if (command !== undefined) return this.#receiveCommand(caller, command);
    if (!isHeard) return { handled: binding !== undefined };
    const isAnswer = isTyped(message) && (!message.takeAttachments || message.onlyQuotedFiles);
    if (isAnswer && plain.type === "words" && (binding || this.#isAnswering(caller))) {
      const reply = await this.#answer(caller, plain.bare);
      if (reply) return { handled: true, reply };
    }
    if (!binding) return { handled: false };
    if (!isAllowed(caller, "write")) return this.#turnAway(caller);
    const { untakable } = message;
    if (untakable !== undefined)
      return { handled: true, reply: { blocks: says(formatUntakable(untakable)) } };
    return this.#take(caller, plain.type === "words" ? plain.text : message.text);
  }

  #findBinding(conversation: string): Binding | undefined {
    return this.#services.roles.review(this.#services.binder.find(conversation));
  }

  /** Undefined: they answer nothing. */
  async #answer(caller: Caller, bare: string): Promise<Reply | undefined> {
    if (!looksLikeAnswer(bare) || !isAllowed(caller, "answer-own")) return undefined;
    // It may come again after a restart, when another question is open or another turn runs.
    if (mayAct(caller, bare) && !noteCommand(caller)) return repeatedReply;
    return answerWords(caller, bare);
  }

  async #receiveCommand(caller: Caller, command: string): Promise<Outcome> {
    const { message, binding } = caller;
    if (!isSomebody(message.actor, binding)) return this.#turnAway(caller, message.ownerHint);
    if (!noteCommand(caller)) return { handled: true, reply: repeatedReply };
    if (this.#hold(caller)) return { handled: true };
    const reply = addCommandNote(await runCommand(caller, command), message);
    return { handled: true, ...(reply === undefined ? {} : { reply }) };
  }

  /** Only where the service cuts, and only a command that may have been cut. */
  #hold({ message, conversation }: Caller): boolean {
    const { answerLater, ...command } = message;
    if (!answerLater || !mayHaveRest(message.text)) return false;
    const show = async (whole: Whole | undefined) => {
      const reply = await this.#runWhole(command, conversation, whole);
      if (reply) await answerLater(reply);
    };
    const mentions = (message.ownNames ?? []).map((name) => name.length + 1);
    this.#pieces.hold(buildPieceKey(conversation, message.actor.id), message.text, mentions, (whole) => {
      show(whole).catch((error) => this.#services.log.warn(`a long command: ${String(error)}`));
    });
    return true;
  }

  async #runWhole(
    message: InboundMessage,
    conversation: string,
    whole: Whole | undefined,
  ): Promise<ShownReply | undefined> {
    if (!whole) return { blocks: says(cutTexts.ended) };
    const isBound = this.#services.binder.find(conversation) !== undefined;
    if (whole.hasRest && !isBound) return { blocks: says(cutTexts.unbound) };
    // A rest does not mention us: the service, or the host, may have kept it from us.
    if (!whole.hasRest && message.chatKind === "group") return { blocks: says(cutTexts.group) };
    // It was noted when it came.
    return (await this.receive({ ...message, text: whole.text, mayRepeat: false })).reply;
  }

  #takeRest(caller: Caller, plain: PlainWords): boolean {
    const { message, conversation } = caller;
    const key = buildPieceKey(conversation, message.actor.id);
    if (!this.#pieces.has(key) || plain.type !== "words" || !isTyped(message)) return false;
    if (message.takeAttachments || message.quoted) return false;
    if (noteRest(caller)) this.#pieces.add(key, message.text);
    return true;
  }

  #rememberAddresses({ message, conversation, binding }: Caller): void {
    const { addresses } = this.#services.store;
    const { address, privateAddress, actor } = message;
    if (address !== undefined) addresses.remember(conversation, address);
    if (binding?.ownerChat === undefined || privateAddress === undefined || actor.id !== binding.owner)
      return;
    const isNew = addresses.find(binding.ownerChat) === undefined;
    addresses.remember(binding.ownerChat, privateAddress);
    // What they alone may answer was asked of nobody.
    if (isNew) putAgain(this.#services, this.#services.questions.open(conversation));
  }

  /** In groups people mostly talk to each other. */
  #isHeard({ chatKind, isAddressed = true }: InboundMessage, plain: PlainWords): boolean {
    const isForOther = plain.type === "words" && plain.startsWithOther;
    const hearsAll = this.#services.settings.groupMessages === "all" && !isForOther;
    return isAddressed || chatKind === "direct" || hearsAll;
  }

  async #take(caller: Caller, text: string): Promise<Outcome> {
    const { takeAttachments } = caller.message;
    const attachments = takeAttachments ? await takeAttachments() : noAttachments;
    const { images, files, lost } = attachments;
    const words = addFileNotes(addContext(text, caller.message), files);
    const isEmpty = words.trim() === "" && images.length === 0;
    if (isEmpty && lost.length === 0) throw new BridgeError("empty-message", "neither words nor images");
    // It may have been let go meanwhile, or their time is over.
    const now = { ...caller, binding: this.#findBinding(caller.conversation) };
    if (now.binding && !isAllowed(now, "write")) return this.#turnAway(now);
    if (!isEmpty) await takeMessage(now, words, attachments);
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

function buildPieceKey(conversation: string, actorId: string): string {
  return JSON.stringify([conversation, actorId]);
}

function formatOwnerHint(command: string): Line {
  return line`Nobody is set as the owner here yet, and only the owner may do this. On the gateway's machine ${code(command)} makes you the owner.`;
}

/** What there is to say was said already, by another way. */
function isEmpty({ blocks, prompt, buttons }: Reply): boolean {
  return isBlank(blocks) && prompt === undefined && buttons === undefined;
}
