// `codex-threads list`: all runs of this user, as a table or as JSON.
import { buildRunFacts, formatRunTable } from "../../chat/words/run-text.ts";
import { parseRunArgs } from "./run-args.ts";
import { type RunIo, runRunCommand } from "./run-command.ts";

export function runListCommand(argv: readonly string[], io: RunIo): Promise<number> {
  return runRunCommand("list", argv, io, {
    parse: (words) => parseRunArgs(words, { selector: false, flags: ["json"] }),
    run: async ({ json }, { runs, left, print, printJson }) => {
      const rows = await runs.list(left);
      if (json) printJson(rows.map(buildRunFacts));
      else print([{ literal: formatRunTable(rows), as: "output" }], "flat");
    },
  });
}
