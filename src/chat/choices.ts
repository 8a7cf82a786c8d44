// The choices of a question: how each is typed, what it means, and which one a word names.
import { type Asked, type Choice, type ChoiceName, readMeaning } from "../codex/questions.ts";
import { type Block, code, type Line, line, own, says } from "../kit/blocks.ts";

/** One per name, in the order shown. */
export function listChoices(asked: Asked): Choice[] {
  return asked.choices.filter(
    (choice, at) => asked.choices.findIndex(({ name }) => name === choice.name) === at,
  );
}

/** One line per choice: what to type, and what it means. */
export function formatChoices(asked: Asked, token: string): Line[] {
  return listChoices(asked).map(
    (choice) => line`${code(buildInput(choice.name, token))}: ${[describe(choice, asked)]}`,
  );
}

/** What the choices mean beyond their own words; a permanent rule is shown to the letter. */
export function formatChoiceNotes(asked: Asked): Block[] {
  return listChoices(asked).flatMap(({ name, rule }): Block[] => {
    switch (readMeaning(name)) {
      case "session":
        return says(own("For the session: also the like of it, until the thread is unloaded."));
      case "always":
        return [
          ...says([
            `${name.replace("always", "Always")}: a permanent rule for all chats and the terminal; only the owner may.`,
          ]),
          ...(rule === undefined ? [] : [{ literal: rule, as: "command" as const }]),
        ];
      default:
        return [];
    }
  });
}

function buildInput(name: ChoiceName, token: string): string {
  switch (readMeaning(name)) {
    case "yes":
      return `/cx yes ${token}`;
    case "session":
      return `/cx yes ${token} for the session`;
    case "no":
      return `/cx no ${token} [what to do instead]`;
    case "always":
    case "cancel":
      return `/cx answer ${token} ${name}`;
  }
}

function describe({ name }: Choice, asked: Asked): string {
  switch (readMeaning(name)) {
    case "yes":
      return "this once";
    case "session":
      return "also the like of it";
    case "always":
      return "the permanent rule";
    case "no":
      return "no; Codex goes on without it";
    case "cancel":
      return asked.kind === "elicitation" || asked.kind === "mcp-tool"
        ? "dismiss the question"
        : "no, and end the turn";
  }
}

const sessionWords = /^(for )?(the |this )?session$/i;
const nameWords: Record<string, ChoiceName> = {
  yes: "yes",
  y: "yes",
  always: "always",
  no: "no",
  n: "no",
  cancel: "cancel",
};

export function isSessionWords(words: string): boolean {
  return sessionWords.test(words);
}

/** The choice that words name: by its name, or by its number from 1 in the order shown. */
export function findChoice(asked: Asked, words: string): ChoiceName | undefined {
  if (isSessionWords(words)) return "session";
  const lower = words.toLowerCase();
  const named = Object.hasOwn(nameWords, lower) ? nameWords[lower] : undefined;
  const numbered = asked.choices.find(({ name }) => name === lower.replace(/\s+/g, " "))?.name;
  return (
    named ?? numbered ?? (/^\d{1,2}$/.test(words) ? listChoices(asked)[Number(words) - 1]?.name : undefined)
  );
}
