// `/cx help [command]`
import type { CommandCall } from "../command-call.ts";
import { parseCommandLine } from "../command-line.ts";
import { formatCommandHelp, formatHelp } from "../help-text.ts";

export function runHelp({ line }: CommandCall): string {
  const [word] = line.words;
  if (word === undefined) return formatHelp();
  const asked = parseCommandLine(word);
  if (asked.status === "bad") throw asked.error;
  return formatCommandHelp(asked.command);
}
