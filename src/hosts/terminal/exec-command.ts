// `codex-threads exec`: one turn by `codex exec` in the thread of a folder; its reply or its events on stdout, and an
// exit code that says how it ended.
import { homedir } from "node:os";
import { formatMisuse } from "../../chat/words/terminal-text.ts";
import { isBridgeError } from "../../errors.ts";
import { holdProcess, systemClock } from "../../kit/clock.ts";
import { Redactor } from "../../kit/redactor.ts";
import { buildStateDirectory } from "./backend.ts";
import { type ExecCommandArgs, parseExecCommandArgs } from "./exec-command-args.ts";
import { ExecSession } from "./exec-session.ts";
import { renderLine } from "./render.ts";
import { readTerminalSettings } from "./terminal-settings.ts";
import { checkPrompt } from "./turn-args.ts";
import { exitCodes, exitUsage, readAll, type TurnIo } from "./turn-command.ts";
import type { TerminalStatus } from "./turn-events-json.ts";
import { TurnReport } from "./turn-report.ts";
import { TurnStops } from "./turn-stops.ts";
import { formatUsage } from "./usage.ts";

/** Resolves with the exit code: 0 completed, 1 failed, 2 wrong usage, 3 blocked, 130 cancelled. */
export async function runExecCommand(argv: readonly string[], io: TurnIo): Promise<number> {
  try {
    const args = parseExecCommandArgs(argv);
    if (args.help) {
      io.stdout.write(formatUsage("exec"));
      return 0;
    }
    const prompt = args.prompt === "-" ? checkPrompt(await readAll(io.stdin)) : args.prompt;
    return exitCodes[await runExec(args, prompt, io)];
  } catch (error) {
    if (!isBridgeError(error, "bad-arguments")) throw error;
    io.stderr.write(`${renderLine(formatMisuse(error.message, "exec"))}\n`);
    return exitUsage;
  }
}

async function runExec(args: ExecCommandArgs, prompt: string, io: TurnIo): Promise<TerminalStatus> {
  const { stdout, stderr, env } = io;
  const release = holdProcess();
  const home = homedir();
  const stateDirectory = buildStateDirectory({ env, home });
  try {
    const settings = await readTerminalSettings(stateDirectory, {});
    const limit = settings.turnLimitMinutes;
    const limitMs = limit === undefined ? undefined : limit * 60_000;
    const stops = new TurnStops(systemClock, limitMs);
    stdout.on("error", stops.leave);
    stderr.on("error", stops.leave);
    const report = new TurnReport({ stdout, stderr, json: args.json, redactor: new Redactor() });
    const session = new ExecSession({
      ...{ args, prompt, settings, stateDirectory, limitMs, env, home, base: process.cwd() },
      ...{ clock: systemClock, report, stops },
    });
    try {
      return await session.run();
    } finally {
      stops.close();
    }
  } finally {
    release();
  }
}
