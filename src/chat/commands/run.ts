// `/cx run`: starts a run, here or on a node; its end is told here.
import { type CommandCall, getRunDesk } from "../command-call.ts";
import { buildBad } from "../command-line.ts";
import { findHost } from "../find-host.ts";
import type { Reply } from "../reply.ts";
import { formatChatCreated } from "../run-text.ts";

export async function runRun(call: CommandCall): Promise<Reply> {
  const { line, conversation, signal, binding } = call;
  const prompt = line.rest.trim();
  if (prompt === "") throw buildBad(line.command, "what is it to do?");
  const desk = getRunDesk(call);
  const place = await findHost(call, line.options.get("host"));
  const ownFolder = binding?.place === place.id ? binding.cwd : undefined;
  const [name, folder = ownFolder] = ["name", "cwd"].map((option) => line.options.get(option));
  const run = await desk.create(
    {
      ...{ conversation, prompt, place },
      ...(name === undefined ? {} : { name }),
      ...(folder === undefined ? {} : { folder }),
    },
    signal,
  );
  const text = formatChatCreated(run, place.name);
  return { text, inGroup: `Run ${run.name} has started; its end is told here.` };
}
