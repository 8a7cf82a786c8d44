// The commands for runs by their names.
import { runAttachCommand } from "./attach-command.ts";
import { runCreateCommand } from "./create-command.ts";
import { runDeleteCommand } from "./delete-command.ts";
import { runListCommand } from "./list-command.ts";
import { runLogsCommand } from "./logs-command.ts";
import type { RunIo } from "./run-command.ts";
import { runStopCommand } from "./stop-command.ts";

export type RunCommandName = "create" | "list" | "logs" | "attach" | "stop" | "delete";

const commands: Record<RunCommandName, (argv: readonly string[], io: RunIo) => Promise<number>> = {
  create: runCreateCommand,
  list: runListCommand,
  logs: runLogsCommand,
  attach: runAttachCommand,
  stop: runStopCommand,
  delete: runDeleteCommand,
};

/** Resolves with the exit code: 0, or 2 for wrong usage. Throws what the command throws. */
export function runNamedCommand(name: RunCommandName, argv: readonly string[], io: RunIo): Promise<number> {
  return commands[name](argv, io);
}
