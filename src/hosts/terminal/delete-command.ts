// `codex-threads delete`: ends a run and removes it with its thread. A number is not taken: numbers move.
import { formatDeleted } from "../../chat/words/run-text.ts";
import { parseRunArgs } from "./run-args.ts";
import { type RunIo, runRunCommand } from "./run-command.ts";

export function runDeleteCommand(argv: readonly string[], io: RunIo): Promise<number> {
  return runRunCommand("delete", argv, io, {
    parse: (words) => parseRunArgs(words, { selector: true, flags: [] }),
    run: async ({ selector }, { runs, left, note }) => {
      const run = runs.find(selector, { numbers: false });
      note(formatDeleted(run, await runs.delete(run, left)));
    },
  });
}
