// Answers to open questions, however they were typed: which question is meant, who may answer it, what happens then.
import { type ChoiceName, readMeaning } from "../codex/questions.ts";
import type { Action } from "../conversations/may.ts";
import type { Runner } from "../conversations/runner.ts";
import { BridgeError, isBridgeError, toBridgeError } from "../errors.ts";
import { code, type Line, line, own } from "../kit/blocks.ts";
import type { Question } from "../store/rows.ts";
import { bindThread } from "./bind-thread.ts";
import { assertAllowed, assertMaySteer, type Caller, isAllowed } from "./command-call.ts";
import { buildPrivateKey } from "./inbound-message.ts";
import type { Answer } from "./reply.ts";
import { takeMessage } from "./take-message.ts";
import { formatErrorFor } from "./words/error-text.ts";
import { formatLetRun } from "./words/people-text.ts";
import { isForOwnerOnly } from "./words/question-text.ts";

/** The first word is a token only if a question that may be answered here has it; else it belongs to the words. */
export function splitToken(caller: Caller, text: string): { token: string | undefined; words: string } {
  const [, first = "", rest = ""] = /^(\S*)\s*([\s\S]*)$/.exec(text) ?? [];
  const token = first.toLowerCase();
  return findQuestion(caller, token) ? { token, words: rest } : { token: undefined, words: text };
}

/** A question of this conversation, or one that the owner was asked here because others read along there. */
function findQuestion({ services, conversation, message }: Caller, token: string): Question | undefined {
  const question = services.store.questions.findAnywhere(token);
  if (!question || question.conversation === conversation) return question;
  const ownerChat = services.store.bindings.findByConversation(question.conversation)?.ownerChat;
  const isOwnChat =
    message.chatKind === "direct" &&
    ownerChat !== undefined &&
    ownerChat === buildPrivateKey(question.conversation, message.actor.id);
  return isOwnChat ? question : undefined;
}

export interface Answering {
  question: Question;
  /** Whoever answers, in the conversation of the question. */
  caller: Caller;
}

/** The question meant: by token, or the only open one that was seen. Throws `question-token`, and what `Questions.get`, `assertMayAnswer` and `assertSeen` throw. */
export async function getQuestion(caller: Caller, token: string | undefined): Promise<Answering> {
  // Nobody forwards by accident a token that only this question has.
  if (token === undefined && caller.message.mayBeForwarded)
    throw new BridgeError("question-token", "may have been forwarded");
  const found = token === undefined ? undefined : findQuestion(caller, token);
  await waitForPrompt(caller, found);
  const question = found
    ? caller.services.questions.get(found.conversation, found.token)
    : getOnlySeen(caller, token);
  const there = moveCaller(caller, question.conversation);
  assertMayAnswer(there, question);
  if (caller.click === undefined) assertSeen(caller, question);
  return { question, caller: there };
}

/** It may be seen already while the host has not said yet that it was sent. */
async function waitForPrompt(
  { services, conversation }: Caller,
  question: Question | undefined,
): Promise<void> {
  const parts = question ? services.store.outbox.ofQuestion(question.token) : [];
  const chats = question ? parts.map((part) => part.conversation) : [conversation];
  await Promise.all([...new Set(chats)].map((chat) => services.outbox.whenTried(chat)));
}

/** Without a token it must be plain which one is meant. */
function getOnlySeen(caller: Caller, token: string | undefined): Question {
  const { services, conversation } = caller;
  if (token === undefined) {
    const seen = services.questions.open(conversation).filter((question) => wasSeen(caller, question));
    const [only, ...others] = seen;
    if (only && others.length === 0) return only;
  }
  return services.questions.get(conversation, token);
}

function moveCaller(caller: Caller, conversation: string): Caller {
  if (conversation === caller.conversation) return caller;
  const binding = caller.services.store.bindings.findByConversation(conversation);
  return { ...caller, conversation, binding };
}

/** Throws `not-allowed`. */
function assertMayAnswer(caller: Caller, question: Question): void {
  assertAllowed(caller, readAnswerAction(question, caller.message.actor.id));
}

export function mayAnswer(caller: Caller, question: Question): boolean {
  return isAllowed(caller, readAnswerAction(question, caller.message.actor.id));
}

/** A click, or a reply to the prompt, proves it; typed words count when the prompt was there before them. */
export function wasSeen({ services, conversation, message }: Caller, question: Question): boolean {
  return services.prompts.wasSeen(question, { conversation, messageId: message.messageId });
}

/** Throws `question-unseen`. */
function assertSeen(caller: Caller, question: Question): void {
  if (!wasSeen(caller, question))
    throw new BridgeError("question-unseen", "not delivered yet", { token: question.token });
}

/** What is the owner's is so by its kind, whoever asked and whatever is set here. */
function readAnswerAction({ kind, payload, asker }: Question, actor: string): Action {
  const isOwners = kind === "confirm" ? payload.type !== "send-again" : isForOwnerOnly(kind);
  if (isOwners) return "approve";
  return asker === actor ? "answer-own" : "answer-any";
}

/** Answers by a choice; our own questions know yes and no only. Throws `choice-not-offered` and what `Questions` throws. */
export async function answerByChoice(caller: Caller, question: Question, name: ChoiceName): Promise<Answer> {
  const { questions } = caller.services;
  const { token } = question;
  const asked = questions.asked(question);
  if (!asked) {
    if (name === "yes" || name === "no") return closeConfirm(caller, question, name === "yes");
    throw new BridgeError("choice-not-offered", "yes or no", { choice: name, offered: "yes, no", token });
  }
  const choice = asked.choices.find((candidate) => candidate.name === name);
  if (choice?.ownerOnly) assertAllowed(caller, "make-rule");
  questions.choose(question, name, caller.message.actor.id);
  return formatReceipt(name, token);
}

/** A bare yes or no: also the answer to a question that wants words. */
export async function answerBare(caller: Caller, question: Question, yes: boolean): Promise<Answer> {
  const { questions } = caller.services;
  const asked = questions.asked(question);
  const name = yes ? "yes" : "no";
  const [field, ...others] = asked?.fields ?? [];
  const isBoolean = field?.type === "boolean" && others.length === 0;
  const isOffered = asked === undefined || asked.choices.some((choice) => choice.name === name);
  if (field === undefined || (isOffered && !isBoolean)) return answerByChoice(caller, question, name);
  return answerByWords(caller, question, name);
}

/** Throws `bad-arguments` when the words do not fit, `choice-not-offered` when none are wanted. */
export function answerByWords(caller: Caller, question: Question, words: string): Line {
  caller.services.questions.fill(question, words, caller.message.actor.id);
  return line`Answered (${code(question.token)}).`;
}

/** What to do instead: into the running turn, or as an ordinary message when that is over. Never throws. */
export async function passOn(caller: Caller, words: string): Promise<Line> {
  const { binding, services } = caller;
  try {
    if (!binding) throw new BridgeError("not-bound", "no thread here");
    assertAllowed(caller, "write");
    assertMaySteer(caller);
    const isSteered = await steer(caller, binding.id, words);
    if (isSteered) return own("Your words were added to the turn.");
    await takeMessage(caller, words, { images: [], files: [] });
    return own("The turn is over: your words are a message of their own.");
  } catch (thrown) {
    services.log.warn(`words after a no: ${String(thrown)}`);
    return line`Your words did not reach Codex. ${formatErrorFor(caller.message.chatKind, toBridgeError(thrown))}`;
  }
}

async function steer({ services }: Caller, bindingId: string, words: string): Promise<boolean> {
  try {
    await services.runner.steer(bindingId, words);
    return true;
  } catch (error) {
    if (isBridgeError(error, "no-turn-running", "turn-id-mismatch")) return false;
    throw error;
  }
}

async function closeConfirm(caller: Caller, question: Question, yes: boolean): Promise<Answer> {
  const { questions, runner } = caller.services;
  const { token, payload } = question;
  const by = caller.message.actor.id;
  if (payload.type === "let-run") return formatLetRun(caller.services.roles.decide(question, yes, by), yes);
  if (payload.type === "send-again") return formatDecision(runner.decide(question, yes, by));
  const action = questions.closeConfirm(question, yes, by);
  if (action?.type !== "bind") throw new BridgeError("question-closed", "somebody was faster", { token });
  const { threadId, place, agreed } = action;
  return yes ? bindThread(caller, { threadId, place, agreed }) : own("Nothing was bound.");
}

function formatDecision(decision: ReturnType<Runner["decide"]>): Line {
  switch (decision) {
    case "sending":
      return own("Sending it again.");
    case "dropped":
      return own("It is not sent again.");
    case "unbound":
      return own(
        "It was not sent: this conversation does not hold the thread of that message any more. Write it again where you want it.",
      );
    case "ended":
      return own("The message has ended by now; nothing was done.");
  }
}

function formatReceipt(name: ChoiceName, token: string): Line {
  switch (readMeaning(name)) {
    case "yes":
      return line`Yes (${code(token)}).`;
    case "session":
      return line`Yes, for the session (${code(token)}).`;
    case "always":
      return line`Yes, as a permanent rule (${code(token)}).`;
    case "no":
      return line`No (${code(token)}).`;
    case "cancel":
      return line`Cancelled (${code(token)}).`;
  }
}
