// `/cx send`: words that are a turn, whatever they look like.
import { type CommandCall, getBinding } from "../command-call.ts";
import { buildBad } from "../command-line.ts";
import { takeMessage } from "../take-message.ts";

export async function runSend(call: CommandCall): Promise<undefined> {
  getBinding(call);
  if (call.line.rest === "") throw buildBad(call.line.command, "words are missing");
  await takeMessage(call, call.line.rest, { images: [], files: [] });
}
