// `/cx answer [token] <words | choice | number of the choice>`
import { BridgeError } from "../../errors.ts";
import { answerByChoice, answerByWords, getQuestion, splitToken } from "../answering.ts";
import { findChoice, listChoices } from "../choices.ts";
import type { CommandCall } from "../command-call.ts";
import { buildBad } from "../command-line.ts";
import type { Answer } from "../reply.ts";

export async function runAnswer(call: CommandCall): Promise<Answer> {
  const { line, services } = call;
  const { token, words } = splitToken(call, line.rest);
  if (words === "") throw buildBad(line.command, "words are missing");
  const { question, caller } = await getQuestion(call, token);
  const asked = services.questions.asked(question) ?? { kind: "elicitation", choices: [], fields: [] };
  const isOurs = question.kind === "confirm";
  const cancels = words.toLowerCase() === "cancel" && asked.choices.some(({ name }) => name === "cancel");
  // Where words are wanted, "no" or "2" are words; only a form can be cancelled by one.
  if (asked.fields.length > 0 && !cancels) return answerByWords(caller, question, words);
  const name = isOurs ? readYesNo(words) : findChoice(asked, words);
  if (name !== undefined) return answerByChoice(caller, question, name);
  const offered = isOurs
    ? "yes, no"
    : listChoices(asked)
        .map((choice) => choice.name)
        .join(", ");
  throw new BridgeError("choice-not-offered", "no such choice", {
    choice: words.slice(0, 40).toWellFormed(),
    offered,
    token: question.token,
  });
}

function readYesNo(words: string): "yes" | "no" | undefined {
  if (/^(yes|y)$/i.test(words)) return "yes";
  return /^(no|n)$/i.test(words) ? "no" : undefined;
}
