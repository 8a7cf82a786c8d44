// `/cx run`: starts a run; its end is told here.
import { type CommandCall, getRunDesk } from "../command-call.ts";
import { buildBad } from "../command-line.ts";
import type { Reply } from "../reply.ts";
import { formatChatCreated } from "../run-text.ts";

export async function runRun(call: CommandCall): Promise<Reply> {
  const { line, conversation, services, signal, binding } = call;
  const prompt = line.rest.trim();
  if (prompt === "") throw buildBad(line.command, "what is it to do?");
  const desk = getRunDesk(call, line.options.get("host"));
  const [name, folder = binding?.cwd] = ["name", "cwd"].map((option) => line.options.get(option));
  const run = await desk.create(
    {
      conversation,
      prompt,
      ...(name === undefined ? {} : { name }),
      ...(folder === undefined ? {} : { folder }),
    },
    signal,
  );
  const text = formatChatCreated(run, services.places.local.name);
  return { text, inGroup: `Run ${run.name} has started; its end is told here.` };
}
