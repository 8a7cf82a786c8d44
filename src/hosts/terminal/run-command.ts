// What every command for runs has around it: the runs opened and closed, signals, help, and wrong usage.
import { homedir } from "node:os";
import type { Readable, Writable } from "node:stream";
import { formatMisuse } from "../../chat/words/terminal-text.ts";
import { findEnvSecrets, readKnownSecrets } from "../../codex/login-secrets.ts";
import type { Settings } from "../../config/settings.ts";
import { isBridgeError } from "../../errors.ts";
import { type Block, type Line, line, mapOutside } from "../../kit/blocks.ts";
import { holdProcess, systemClock } from "../../kit/clock.ts";
import { Redactor } from "../../kit/redactor.ts";
import { readLoginEnv } from "../../process/login-env.ts";
import { openRuns } from "../../runs/open-runs.ts";
import type { Runs } from "../../runs/runs.ts";
import { readVersion } from "../../version.ts";
import { buildStateDirectory } from "./backend.ts";
import { type Layout, renderJson, renderLine, renderText } from "./render.ts";
import { readTerminalSettings } from "./terminal-settings.ts";
import { findTurnHome } from "./turn-home.ts";
import { formatUsage } from "./usage.ts";

export interface RunIo {
  stdin: Readable & { isTTY?: boolean };
  stdout: Writable;
  stderr: Writable;
  env: Readonly<NodeJS.ProcessEnv>;
}

/** What a command works with. */
export interface RunShell {
  runs: Runs;
  settings: Settings;
  /** Of new runs; absolute. */
  codexHome: string;
  home: string;
  stateDirectory: string;
  io: RunIo;
  /** Aborted by Ctrl-C, TERM, HUP, or when nobody reads the output any more. */
  left: AbortSignal;
  /** To stdout, a line feed after it, without secrets, as are the others. */
  print(blocks: readonly Block[], layout?: Layout): void;
  printJson(value: unknown): void;
  /** To stderr. */
  note(sentence: Line): void;
  show(blocks: readonly Block[]): void;
}

const exitUsage = 2;

/** Resolves with the exit code: 0, or 2 for wrong usage. Everything else is thrown. */
export async function runRunCommand<Args>(
  command: string,
  argv: readonly string[],
  io: RunIo,
  { parse, run }: { parse(argv: readonly string[]): Args; run(args: Args, shell: RunShell): Promise<void> },
): Promise<number> {
  if (argv.some((word) => word === "--help" || word === "-h")) {
    io.stdout.write(formatUsage(command));
    return 0;
  }
  try {
    const args = parse(argv);
    await withRuns(io, (shell) => run(args, shell));
    return 0;
  } catch (error) {
    if (!isBridgeError(error, "bad-arguments")) throw error;
    io.stderr.write(`${renderLine(formatMisuse(error.message, command))}\n`);
    return exitUsage;
  }
}

async function withRuns(io: RunIo, work: (shell: RunShell) => Promise<void>): Promise<void> {
  const release = holdProcess();
  const leaving = new AbortController();
  const leave = () => leaving.abort();
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const signal of signals) process.on(signal, leave);
  io.stdout.on("error", leave);
  io.stderr.on("error", leave);
  const { env } = io;
  const home = homedir();
  try {
    const stateDirectory = buildStateDirectory({ env, home });
    const settings = await readTerminalSettings(stateDirectory, {});
    const { codexHome } = findTurnHome({ codexHome: settings.codexHome, env, home, base: process.cwd() });
    const redactor = new Redactor({ values: readKnownSecrets(env, codexHome) });
    const render = (blocks: readonly Block[], layout?: Layout) =>
      `${renderText(
        mapOutside(blocks, (text) => redactor.redact(text)),
        layout,
      )}\n`;
    const show = (blocks: readonly Block[]) => void io.stderr.write(render(blocks));
    const note = (sentence: Line) => show([{ say: sentence }]);
    const log = { debug: () => {}, info: () => {}, warn: (text: string) => note(line`${text}`) };
    // What Codex printed may come from the environment that it got.
    const login = await readLoginEnv({ env, clock: systemClock, signal: leaving.signal }).catch(
      () => undefined,
    );
    for (const value of findEnvSecrets(login?.env ?? {})) redactor.learn(value);
    const self = [process.execPath, process.argv[1] ?? ""];
    const version = readVersion();
    const runs = openRuns({ env, home, settings, version, clock: systemClock, log, self });
    try {
      const shell = { runs, settings, codexHome, home, stateDirectory, io, left: leaving.signal };
      await work({
        ...shell,
        ...{ note, show },
        print: (blocks, layout) => void io.stdout.write(render(blocks, layout)),
        printJson: (value) => void io.stdout.write(`${renderJson(redactor.redactDeep(value), 2)}\n`),
      });
    } finally {
      await runs.close();
    }
  } finally {
    for (const signal of signals) process.off(signal, leave);
    release();
  }
}
