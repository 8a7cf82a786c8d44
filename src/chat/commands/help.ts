// `/cx help [command]`
import type { CommandCall } from "../command-call.ts";
import { parseCommandLine } from "../command-line.ts";
import type { Reply } from "../reply.ts";
import { formatCommandHelp, formatHelp } from "../words/help-text.ts";

export function runHelp({ line }: CommandCall): Reply {
  const [word] = line.words;
  if (word === undefined) return { blocks: formatHelp() };
  const asked = parseCommandLine(word);
  if (asked.status === "bad") throw asked.error;
  return { blocks: formatCommandHelp(asked.command) };
}
