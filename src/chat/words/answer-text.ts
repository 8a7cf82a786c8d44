// What is said to a yes, a no or the like of it that is no answer to anything.
import { code, type Line, line, own, says } from "../../kit/blocks.ts";
import type { Question } from "../../store/rows.ts";
import type { Reply } from "../reply.ts";
import { formatOpenQuestion } from "./question-text.ts";

export function buildShownAgain(open: readonly Question[]): Reply {
  const lines = open.map(
    (question) => line`Codex waits for an answer to question ${formatOpenQuestion(question, false)}.`,
  );
  return { blocks: says(own("That was not sent to Codex."), ...lines) };
}

/** `words`: what was typed. */
export function buildClosedReply(question: Question, words: string): Reply {
  return {
    blocks: says(
      line`${formatFate(question)} ${own("What you wrote was not sent to Codex.")}`,
      line`${code(`/cx send ${words}`)} sends it.`,
    ),
    buttons: [[{ label: "Send it to Codex", line: `send ${words}` }]],
  };
}

function formatFate({ token, state, answeredBy }: Question): Line {
  switch (state) {
    case "answered":
      return line`Question ${code(token)} was answered already${answeredBy === undefined ? [] : line` by ${answeredBy}`}.`;
    case "elsewhere":
      return line`Question ${code(token)} was answered in another program.`;
    case "withdrawn":
      return line`Question ${code(token)} is not asked any more, its turn is over.`;
    case "open":
      return line`Question ${code(token)} has not reached this chat yet.`;
  }
}
