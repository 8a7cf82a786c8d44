// `/cx steer`: adds words to the running turn.
import { type Line, own } from "../../kit/blocks.ts";
import { assertMaySteer, type CommandCall, getBinding } from "../command-call.ts";
import { buildBad } from "../command-line.ts";

export async function runSteer(call: CommandCall): Promise<Line> {
  const { line, services } = call;
  const binding = getBinding(call);
  if (line.rest === "") throw buildBad(line.command, "words are missing");
  assertMaySteer(call);
  await services.runner.steer(binding.id, line.rest);
  return own("Added to the running turn.");
}
