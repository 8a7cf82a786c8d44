// A lone yes, no, stop or number, and other plain words while something is asked: an answer, an attempt at one, or a turn.
import type { Question } from "../store/rows.ts";
import { isChoiceNumber, looksLikeAnswer, readAnswerWord } from "./answer-words.ts";
import { answerBare, getQuestion, mayAnswer, wasSeen } from "./answering.ts";
import type { ChatServices } from "./chat-services.ts";
import type { Caller } from "./command-call.ts";
import { buildReply, type Reply } from "./reply.ts";
import { runCommand } from "./run-command.ts";
import { buildClosedReply, buildShownAgain } from "./words/answer-text.ts";

/** `bare`: what the person typed, without our name. Undefined: it is a turn, or nothing of ours. */
export async function answerWords(caller: Caller, bare: string): Promise<Reply | undefined> {
  const word = readAnswerWord(bare);
  const open = listOpen(caller);
  if (word === "stop") return isTurnRunning(caller) ? runCommand(caller, "stop") : undefined;
  const isAsked = caller.services.questions.open(caller.conversation).length > 0;
  if (open.length === 0 && !(isAsked && word !== undefined))
    return word !== undefined || isChoiceNumber(bare) ? holdBack(caller, bare) : undefined;
  // Throws where this person may not.
  if (word !== undefined) {
    const { question, caller: there } = await getQuestion(caller, findReplied(caller));
    return buildReply(await answerBare(there, question, word === "yes"));
  }
  if (!looksLikeAnswer(bare)) return undefined;
  // Nothing that looks like an answer is taken for a turn while Codex waits for one.
  putAgain(caller.services, open);
  return buildShownAgain(open);
}

/** The question whose prompt this is a reply to: whoever replies to it has seen it. */
function findReplied({ services, conversation, message }: Caller): string | undefined {
  const { repliesTo } = message;
  return repliesTo === undefined ? undefined : services.store.outbox.findQuestion(conversation, repliesTo);
}

/** Whether it may do more than be held back. */
export function mayAct(caller: Caller, bare: string): boolean {
  return listOpen(caller).length > 0 || (readAnswerWord(bare) === "stop" && isTurnRunning(caller));
}

/** What this person may answer here. */
function listOpen(caller: Caller): Question[] {
  return caller.services.questions
    .open(caller.conversation)
    .filter((question) => mayAnswer(caller, question));
}

function isTurnRunning({ services, binding }: Caller): boolean {
  return binding !== undefined && services.runner.findActive(binding.id) !== undefined;
}

/** Never throws: one whose server is away is asked again by it. */
export function putAgain({ questions, log }: ChatServices, open: readonly Question[]): void {
  for (const question of open) {
    try {
      questions.putAgain(question);
    } catch (error) {
      log.info(`a question is not shown again: ${String(error)}`);
    }
  }
}

/** Codex ends many replies with a question of its own: a yes is for that, unless a question was closed in between. */
function holdBack(caller: Caller, bare: string): Reply | undefined {
  const { services, conversation, binding } = caller;
  if (!binding) return undefined;
  const { outbox, questions } = services.store;
  const closed = questions.findClosedAfter(conversation, outbox.lastReply(conversation));
  const unseen = services.questions.open(conversation).find((question) => !wasSeen(caller, question));
  const question = closed ?? unseen;
  return question ? buildClosedReply(question, bare) : undefined;
}
