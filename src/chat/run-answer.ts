// Questions of a run put to whoever is attached, and the lines that answer them, typed as in a chat.
import type { ChoiceName } from "../codex/questions.ts";
import type { Block } from "../kit/blocks.ts";
import type { RunQuestion } from "../runs/run-session.ts";
import { findChoice, isSessionWords, listChoices } from "./choices.ts";
import { formatQuestion } from "./words/question-text.ts";

/** A question in full, with what to type. */
export function formatRunQuestion(
  { token, request, asked }: RunQuestion,
  folder: string,
  host: string,
): Block[] {
  const question = {
    token,
    kind: asked.kind,
    conversation: "",
    asker: "",
    place: "",
    serverInstance: "",
    requestId: JSON.stringify(request.id),
    payload: { params: request.params, folder, host },
    state: "open" as const,
    reminders: 0,
    createdAt: 0,
  };
  const { blocks, typed = [] } = formatQuestion(question, asked);
  return [...blocks, ...typed];
}

export interface RunAnswer {
  question: RunQuestion;
  choice?: ReturnType<typeof listChoices>[number];
  words: string;
}

const answerLine = /^\s*\/(?:cx|codex)\s+(yes|no|answer)(?:\s+([\s\S]*))?$/i;

/** Undefined for a line that is no answer, or where nothing is open. The first open question is meant if none is named. */
export function readRunAnswer(line: string, open: readonly RunQuestion[]): RunAnswer | undefined {
  const [, verb = "", rest = ""] = answerLine.exec(line) ?? [];
  const [first = "", ...others] = rest.trim().split(/\s+/);
  const named = open.find(({ token }) => token === first.toLowerCase());
  const question = named ?? open[0];
  if (verb === "" || !question) return undefined;
  const words = named ? others.join(" ") : rest.trim();
  const name = readChoiceName(verb.toLowerCase(), words, question);
  const choice = listChoices(question.asked).find((each) => each.name === name);
  if (!choice) return { question, words: words || verb };
  return { question, choice, words: choice.name === "no" ? words : "" };
}

function readChoiceName(verb: string, words: string, { asked }: RunQuestion): ChoiceName | undefined {
  if (verb === "no") return "no";
  if (verb === "yes") return isSessionWords(words) ? "session" : "yes";
  return findChoice(asked, words);
}
