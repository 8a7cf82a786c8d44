// `/cx yes [token] [for the session]`
import { BridgeError } from "../../errors.ts";
import { answerByChoice, getQuestion, splitToken } from "../answering.ts";
import { isSessionWords } from "../choices.ts";
import type { CommandCall } from "../command-call.ts";
import { buildBad } from "../command-line.ts";
import type { Answer } from "../reply.ts";

export async function runYes(call: CommandCall): Promise<Answer> {
  const { line } = call;
  const { token, words } = splitToken(call, line.rest);
  if (words !== "" && !isSessionWords(words)) {
    if (token === undefined && !/\s/.test(words)) {
      throw new BridgeError("question-none", "no such question", {
        token: words.slice(0, 20).toWellFormed(),
      });
    }
    throw buildBad(line.command, 'after the token only "for the session" can follow');
  }
  const { question, caller } = await getQuestion(call, token);
  return answerByChoice(caller, question, words === "" ? "yes" : "session");
}
