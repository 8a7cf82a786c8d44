// Help, out of the table of commands.
import { type Block, code, type Line, line, own, says } from "../../kit/blocks.ts";
import { type Command, commands, type OptionSpec } from "../command-table.ts";

export function formatHelp(): Block[] {
  return says(
    ...commands.map(({ usage, summary }) => line`${code(`/cx ${usage}`)}: ${own(summary)}`),
    own("Anything else is a message to Codex. `/codex` is the same as `/cx`."),
  );
}

export function formatCommandHelp(command: Command): Block[] {
  const { usage, summary, aliases, options, details } = command;
  return says(
    line`${code(`/cx ${usage}`)}: ${own(summary)}.`,
    ...details.map(own),
    ...options.map(formatOption),
    aliases.length > 0 ? own(`Also: ${aliases.join(", ")}`) : undefined,
  );
}

function formatOption({ name, value, says: meaning }: OptionSpec): Line {
  return line`${code(`--${name} ${value}`)}: ${own(meaning)}`;
}
