// What the audit keeps of an answer: its kind and the digest of what was shown, never its words.
import { type ChoiceName, readMeaning } from "../codex/questions.ts";
import type { Block } from "../kit/blocks.ts";
import { type AuditEntry, digestText } from "../store/audit.ts";
import type { Store } from "../store/open-store.ts";
import type { Question } from "../store/rows.ts";
import type { Ending } from "./prompts.ts";

type AnswerAct = Pick<AuditEntry, "act" | "about">;

/** As it is put, whole and unredacted, before it is cut into the parts that a service takes. */
export function digestShown(blocks: readonly Block[]): string {
  return digestText(JSON.stringify(blocks));
}

/** In the transaction that closes the question. */
export function noteAnswer(
  { audit, questions }: Pick<Store, "audit" | "questions">,
  { token, conversation, place, threadId }: Question,
  actor: string,
  ending: Ending,
): void {
  const act = readAct(ending);
  if (!act) return;
  // A question that was handed around may be older than what was shown of it.
  const digest = questions.findByToken(conversation, token)?.digest;
  audit.write({
    ...act,
    ...{ actor, conversation, place },
    ...(threadId === undefined ? {} : { threadId }),
    ...(digest === undefined ? {} : { digest }),
  });
}

/** Undefined: nobody whom we know decided anything. */
function readAct(ending: Ending): AnswerAct | undefined {
  switch (ending) {
    case "words":
      return { act: "answered" };
    case "nobody":
    case "locked":
      return { act: "declined" };
    case "elsewhere":
    case "over":
      return undefined;
    default:
      return readChoice(ending.choice);
  }
}

function readChoice(name: ChoiceName): AnswerAct {
  const meaning = readMeaning(name);
  switch (meaning) {
    case "yes":
      return { act: "approved" };
    case "session":
    case "always":
      return { act: "rule made", about: meaning };
    case "no":
    case "cancel":
      return { act: "declined" };
  }
}
