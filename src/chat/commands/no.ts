// `/cx no [token] [what to do instead]`
import { line } from "../../kit/blocks.ts";
import { answerByChoice, getQuestion, passOn, splitToken } from "../answering.ts";
import type { CommandCall } from "../command-call.ts";
import type { Answer } from "../reply.ts";

export async function runNo(call: CommandCall): Promise<Answer> {
  const { token, words } = splitToken(call, call.line.rest);
  const { question, caller } = await getQuestion(call, token);
  const done = await answerByChoice(caller, question, "no");
  return words === "" || !("length" in done) ? done : line`${done} ${await passOn(caller, words)}`;
}
