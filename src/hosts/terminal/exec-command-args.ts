// The arguments of `codex-threads exec`. What does not fit is said in words for the person who typed it.
import { parseArgs } from "node:util";
import { checkOptions } from "./check-options.ts";
import { readPrompt } from "./turn-args.ts";

export interface ExecCommandArgs {
  /** `-`: to be read from standard input. */
  prompt: string;
  workspace?: string;
  model?: string;
  codexHome?: string;
  /** Not the remembered thread. */
  fresh: boolean;
  json: boolean;
  help: boolean;
}

const options = {
  workspace: { type: "string" },
  model: { type: "string" },
  "codex-home": { type: "string" },
  new: { type: "boolean" },
  json: { type: "boolean" },
  help: { type: "boolean", short: "h" },
} as const;

/** Throws `bad-arguments` whose `problem` says what is wrong with which argument. */
export function parseExecCommandArgs(argv: readonly string[]): ExecCommandArgs {
  const parsed = { args: [...argv], options, allowPositionals: true, strict: false, tokens: true } as const;
  const { values, positionals, tokens } = parseArgs(parsed);
  checkOptions(tokens, options);
  const { workspace, model, "codex-home": codexHome } = values;
  const help = values.help === true;
  return {
    prompt: help ? "" : readPrompt(positionals),
    ...(typeof workspace === "string" ? { workspace } : {}),
    ...(typeof model === "string" ? { model } : {}),
    ...(typeof codexHome === "string" ? { codexHome } : {}),
    fresh: values.new === true,
    json: values.json === true,
    help,
  };
}
