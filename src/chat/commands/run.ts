// `/cx run`: starts a run, here or on a node; its end is told here.
import { line, says } from "../../kit/blocks.ts";
import { type CommandCall, getRunDesk } from "../command-call.ts";
import { buildBad } from "../command-line.ts";
import { findHost } from "../find-host.ts";
import type { Reply } from "../reply.ts";
import { formatChatCreated } from "../words/run-text.ts";

export async function runRun(call: CommandCall): Promise<Reply> {
  const { conversation, signal, binding } = call;
  const prompt = call.line.rest.trim();
  if (prompt === "") throw buildBad(call.line.command, "what is it to do?");
  const desk = getRunDesk(call);
  const place = await findHost(call, call.line.options.get("host"));
  const ownFolder = binding?.place === place.id ? binding.cwd : undefined;
  const [name, folder = ownFolder] = ["name", "cwd"].map((option) => call.line.options.get(option));
  const run = await desk.create(
    {
      ...{ conversation, prompt, place },
      ...(name === undefined ? {} : { name }),
      ...(folder === undefined ? {} : { folder }),
    },
    signal,
  );
  return {
    blocks: formatChatCreated(run, place.name),
    inGroup: says(line`Run ${run.name} has started; its end is told here.`),
  };
}
