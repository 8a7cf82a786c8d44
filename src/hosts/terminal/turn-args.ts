// The arguments of `codex-threads turn`. What does not fit is said in words for the person who typed it.
import { parseArgs } from "node:util";
import { checkOptions, misuse } from "./check-options.ts";

export interface TurnArgs {
  /** `-`: to be read from standard input. */
  prompt: string;
  /** Full id of the thread to resume; absent: a new one. */
  thread?: string;
  /** Folder of a new thread. */
  cwd?: string;
  model?: string;
  /** Limit of the whole run, in ms. */
  timeoutMs?: number;
  codexHome?: string;
  json: boolean;
  help: boolean;
}

const options = {
  thread: { type: "string" },
  cwd: { type: "string" },
  model: { type: "string" },
  timeout: { type: "string" },
  "codex-home": { type: "string" },
  json: { type: "boolean" },
  help: { type: "boolean", short: "h" },
} as const;

const threadId = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Throws `bad-arguments` whose `problem` says what is wrong with which argument. */
export function parseTurnArgs(argv: readonly string[]): TurnArgs {
  const { values, positionals, tokens } = parseArgs({
    args: [...argv],
    options,
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  checkOptions(tokens, options);
  const help = values.help === true;
  const { thread, cwd, model } = pickTexts(values);
  const timeout = readText(values.timeout);
  if (thread !== undefined && !threadId.test(thread)) {
    throw misuse(`--thread wants the full id of a thread (a UUID), not \`${thread}\``);
  }
  if (thread !== undefined && cwd !== undefined) {
    throw misuse("--cwd is for a new thread: a resumed one keeps its folder");
  }
  const codexHome = readText(values["codex-home"]);
  return {
    prompt: help ? "" : readPrompt(positionals),
    ...(thread === undefined ? {} : { thread }),
    ...(cwd === undefined ? {} : { cwd }),
    ...(model === undefined ? {} : { model }),
    ...(timeout === undefined ? {} : { timeoutMs: readTimeoutMs(timeout) }),
    ...(codexHome === undefined ? {} : { codexHome }),
    json: values.json === true,
    help,
  };
}

function pickTexts(values: Record<string, unknown>) {
  return { thread: readText(values.thread), cwd: readText(values.cwd), model: readText(values.model) };
}

/** The one positional argument. Throws `bad-arguments`. */
export function readPrompt([prompt, ...more]: readonly string[]): string {
  if (prompt === undefined) throw misuse("there is no PROMPT; `-` reads it from standard input");
  if (more.length > 0) throw misuse("PROMPT is one argument: put it into quotes");
  return checkPrompt(prompt);
}

/** Also for a prompt from standard input. Throws `bad-arguments`. */
export function checkPrompt(prompt: string): string {
  if (prompt.trim() === "") throw misuse("PROMPT is empty");
  return prompt;
}

/** S2-11: rounded down to whole milliseconds, at least one. */
function readTimeoutMs(word: string): number {
  const seconds = Number(word);
  if (!Number.isFinite(seconds) || seconds <= 0) {
    throw misuse(`--timeout wants a number of seconds above 0, not \`${word}\``);
  }
  return Math.max(1, Math.floor(seconds * 1000));
}

function readText(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
