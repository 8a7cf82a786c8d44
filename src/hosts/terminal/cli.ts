// The command line of codex-threads: picks the command, prints help, turns failures into a sentence and an exit code.
import { homedir } from "node:os";
import { formatError } from "../../chat/words/error-text.ts";
import { formatMisuse, formatNoSuchCommand } from "../../chat/words/terminal-text.ts";
import { isServerIdle } from "../../codex/private-server.ts";
import type { OnPoint } from "../../conversations/host-sender.ts";
import { isBridgeError, toBridgeError } from "../../errors.ts";
import { systemClock } from "../../kit/clock.ts";
import { silentLog } from "../../kit/log.ts";
import { findNearest } from "../../kit/nearest.ts";
import { busyExitCode } from "../../process/keeper.ts";
import { readVersion } from "../../version.ts";
import { parseChatArgs } from "./chat-args.ts";
import { runChatCommand } from "./chat-command.ts";
import { renderLine } from "./render.ts";
import { formatUsage } from "./usage.ts";

const typedCommands = [
  "chat",
  "turn",
  "create",
  "list",
  "logs",
  "attach",
  "stop",
  "delete",
  "audit",
  "lock",
  "unlock",
  "help",
];
const exitUsage = 2;
const exitFailed = 1;

/** Runs one command and resolves with the exit code of the process. `onPoint`: see conversations/host-sender.ts. */
export async function runCli(
  argv: readonly string[],
  { onPoint }: { onPoint?: OnPoint } = {},
): Promise<number> {
  const [command, ...rest] = argv;
  try {
    switch (command) {
      case "chat":
        return await runChat(rest, onPoint);
      case "turn":
        return await (await import("./turn-command.ts")).runTurnCommand(rest, process);
      case "create":
      case "list":
      case "logs":
      case "attach":
      case "stop":
      case "delete":
        return await (await import("./run-commands.ts")).runNamedCommand(command, rest, process);
      case "exec":
        return await (await import("./exec-command.ts")).runExecCommand(rest, process);
      case "audit":
      case "lock":
      case "unlock":
        return await (await import("./operator-command.ts")).runOperatorCommand(command, rest, process);
      case "hold-server":
        process.stderr.write(await (await import("../../runs/supervisor.ts")).holdServer(rest, process.env));
        return 0;
      case "is-idle":
        return await runIdleCheck(rest);
      case "--version":
      case "-v":
        process.stdout.write(`${readVersion()}\n`);
        return 0;
      case undefined:
      case "help":
      case "--help":
      case "-h":
        process.stdout.write(formatUsage(rest[0]));
        return 0;
      default:
        return refuse(command);
    }
  } catch (error) {
    process.stderr.write(`${renderLine(formatError(toBridgeError(error)))}\n`);
    return exitFailed;
  }
}

function refuse(command: string): number {
  const nearest = findNearest(command, typedCommands);
  process.stderr.write(`${renderLine(formatNoSuchCommand(command, nearest))}\n`);
  return exitUsage;
}

async function runChat(argv: string[], onPoint: OnPoint | undefined): Promise<number> {
  try {
    const args = parseChatArgs(argv, process.cwd(), homedir());
    if (!args.help) return await runChatCommand(args, process, onPoint);
    process.stdout.write(formatUsage("chat"));
    return 0;
  } catch (error) {
    if (!isBridgeError(error, "bad-arguments")) throw error;
    process.stderr.write(`${renderLine(formatMisuse(error.message, "chat"))}\n`);
    return exitUsage;
  }
}

/** Asked by the keeper of a private server; see process/keeper.ts. */
async function runIdleCheck([socketPath = ""]: string[]): Promise<number> {
  const idle = await isServerIdle(
    { clock: systemClock, log: silentLog, clientVersion: readVersion() },
    socketPath,
  );
  return idle ? 0 : busyExitCode;
}
