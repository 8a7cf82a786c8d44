// `/cx delete`: asks first; with a yes after the name it ends the run and removes it with its thread.
import { says } from "../../kit/blocks.ts";
import { type CommandCall, getRunDesk } from "../command-call.ts";
import { buildBad } from "../command-line.ts";
import type { Answer } from "../reply.ts";
import { formatDeleted, formatDeleteQuestion } from "../words/run-text.ts";

export async function runDelete(call: CommandCall): Promise<Answer> {
  const { line, signal } = call;
  const [selector, word, ...more] = line.words;
  if (selector === undefined) throw buildBad(line.command, "which run?");
  if (more.length > 0 || (word !== undefined && word.toLowerCase() !== "yes"))
    throw buildBad(line.command, "after the name only a yes may come");
  const { runs } = getRunDesk(call);
  const run = runs.find(selector, { numbers: false });
  if (word !== undefined) return formatDeleted(run, await runs.delete(run, signal));
  const { status } = await runs.look(run, signal);
  // The whole name: what begins with these letters may be another one by then.
  const blocks = says(formatDeleteQuestion(run, status));
  return { blocks, buttons: [[{ label: "Delete", line: `delete ${run.name} yes` }]] };
}
