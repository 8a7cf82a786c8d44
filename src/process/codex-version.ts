// Which version a program that should be codex says it is.
import { tmpdir } from "node:os";
import { basename } from "node:path";
import { BridgeError, isBridgeError } from "../errors.ts";
import { systemClock } from "../kit/clock.ts";
import { buildPlainEnv } from "./plain-env.ts";
import { type ProgramRun, runProgram } from "./run-program.ts";
import { readThisMachine } from "./this-machine.ts";

/** The oldest version whose app-server speaks what we need. */
export const minimumCodexVersion = "0.149.0";

const answerLimitMs = 10_000;
const answerShownChars = 200;

/**
 * Asks `codex --version`, for at most 10 s. Throws `codex-unusable` {path, answer} when the program does not answer as
 * codex does, `codex-too-old` {path, found, minimum, machine, user}, `cancelled`.
 */
export async function readCodexVersion(
  path: string,
  env: Readonly<NodeJS.ProcessEnv>,
  signal?: AbortSignal,
): Promise<string> {
  const run = await ask(path, env, signal);
  if (signal?.aborted) throw new BridgeError("cancelled", "looking for codex was cancelled");
  const found =
    run.exit.code === 0 ? /^codex(?:-cli)? (\d+\.\d+\.\d+\S*)\s*$/m.exec(run.stdout)?.[1] : undefined;
  if (found === undefined) throw unusable(path, formatAnswer(run));
  if (isOlder(found, minimumCodexVersion)) {
    const details = { path, found, minimum: minimumCodexVersion, ...readThisMachine() };
    throw new BridgeError("codex-too-old", `codex ${found} is older than ${minimumCodexVersion}`, details);
  }
  return found;
}

async function ask(
  path: string,
  env: Readonly<NodeJS.ProcessEnv>,
  signal?: AbortSignal,
): Promise<ProgramRun> {
  // Even `--version` writes into CODEX_HOME and creates a missing ~/.codex (0.169), but never below TMPDIR.
  const nowhere = tmpdir();
  try {
    return await runProgram({
      command: path,
      args: ["--version"],
      env: { ...buildPlainEnv(env), HOME: nowhere, CODEX_HOME: nowhere, TMPDIR: nowhere },
      clock: systemClock,
      limitMs: answerLimitMs,
      ...(signal === undefined ? {} : { signal }),
    });
  } catch (error) {
    throw unusable(
      path,
      isBridgeError(error) ? String(error.details.systemCode) : "it cannot be started",
      error,
    );
  }
}

function unusable(path: string, answer: string, cause?: unknown): BridgeError {
  const message = `${basename(path)} does not answer as codex does`;
  return new BridgeError("codex-unusable", message, { path, answer }, cause);
}

function formatAnswer({ exit, stdout, stderr, cut }: ProgramRun): string {
  if (cut) return `no answer within ${answerLimitMs / 1000} s`;
  const words = (stdout.trim() || stderr.trim()).slice(0, answerShownChars).toWellFormed();
  return words === "" ? `nothing, and ended with ${exit.signal ?? exit.code}` : words;
}

/** Compares the three numbers; a pre-release counts as its release. */
function isOlder(found: string, minimum: string): boolean {
  const [a, b] = [found, minimum].map((version) => version.split(/[.+-]/).slice(0, 3).map(Number));
  for (const index of [0, 1, 2]) {
    const difference = (a?.[index] ?? 0) - (b?.[index] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}
