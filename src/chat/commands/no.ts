// `/cx no [token] [what to do instead]`
import { answerByChoice, getQuestion, passOn, splitToken } from "../answering.ts";
import type { CommandCall } from "../command-call.ts";
import type { Reply } from "../reply.ts";

export async function runNo(call: CommandCall): Promise<string | Reply> {
  const { token, words } = splitToken(call, call.line.rest);
  const question = getQuestion(call, token);
  const done = await answerByChoice(call, question, "no");
  return words === "" || typeof done !== "string" ? done : `${done} ${await passOn(call, words)}`;
}
