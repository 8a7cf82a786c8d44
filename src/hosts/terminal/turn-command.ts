// `codex-threads turn`: one turn, its reply or its events on stdout, and an exit code that says how it ended.
import { homedir } from "node:os";
import type { Readable, Writable } from "node:stream";
import { formatMisuse } from "../../chat/words/terminal-text.ts";
import { isBridgeError } from "../../errors.ts";
import { holdProcess, systemClock } from "../../kit/clock.ts";
import { Redactor } from "../../kit/redactor.ts";
import { renderLine } from "./render.ts";
import { checkPrompt, parseTurnArgs, type TurnArgs } from "./turn-args.ts";
import type { TerminalStatus } from "./turn-events-json.ts";
import { TurnReport } from "./turn-report.ts";
import { TurnRun } from "./turn-run.ts";
import { TurnStops } from "./turn-stops.ts";
import { formatUsage } from "./usage.ts";

export interface TurnIo {
  stdin: Readable;
  stdout: Writable;
  stderr: Writable;
  env: Readonly<NodeJS.ProcessEnv>;
}

export const exitUsage = 2;
export const exitCodes: Record<TerminalStatus, number> = {
  completed: 0,
  failed: 1,
  blocked: 3,
  cancelled: 130,
};

/** Resolves with the exit code: 0 completed, 1 failed, 2 wrong usage, 3 blocked, 130 cancelled. */
export async function runTurnCommand(argv: readonly string[], io: TurnIo): Promise<number> {
  try {
    const args = parseTurnArgs(argv);
    if (args.help) {
      io.stdout.write(formatUsage("turn"));
      return 0;
    }
    const prompt = args.prompt === "-" ? checkPrompt(await readAll(io.stdin)) : args.prompt;
    return exitCodes[await runTurn(args, prompt, io)];
  } catch (error) {
    if (!isBridgeError(error, "bad-arguments")) throw error;
    io.stderr.write(`${renderLine(formatMisuse(error.message, "turn"))}\n`);
    return exitUsage;
  }
}

async function runTurn(args: TurnArgs, prompt: string, io: TurnIo): Promise<TerminalStatus> {
  const { stdout, stderr, env } = io;
  const release = holdProcess();
  const stops = new TurnStops(systemClock, args.timeoutMs);
  // Nobody reads any more: the turn is not worth going on.
  stdout.on("error", stops.leave);
  stderr.on("error", stops.leave);
  const report = new TurnReport({ stdout, stderr, json: args.json, redactor: new Redactor() });
  try {
    const home = homedir();
    const run = new TurnRun({
      ...{ args, prompt, env, home, clock: systemClock, report, stops },
      base: process.cwd(),
    });
    return await run.run();
  } finally {
    stops.close();
    release();
  }
}

/** To its end, as text. */
export async function readAll(stdin: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stdin) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString("utf8");
}
