// `codex-threads stop`: interrupts what a run does now; a repl run then waits for the next line.
import { formatStoppedRun } from "../../chat/words/run-text.ts";
import { parseRunArgs } from "./run-args.ts";
import { type RunIo, runRunCommand } from "./run-command.ts";

export function runStopCommand(argv: readonly string[], io: RunIo): Promise<number> {
  return runRunCommand("stop", argv, io, {
    parse: (words) => parseRunArgs(words, { selector: true, flags: [] }),
    run: async ({ selector }, { runs, left, note }) => {
      const run = runs.find(selector);
      await runs.stop(run, left);
      note(formatStoppedRun(run));
    },
  });
}
