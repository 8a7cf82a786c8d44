// `codex-threads audit`, `lock` and `unlock`: of the state of the terminal host, or of the one that is named.
import { homedir } from "node:os";
import { resolve } from "node:path";
import { type ParseArgsOptionsConfig, parseArgs } from "node:util";
import { runAudit, runLock } from "../../chat/operator.ts";
import { formatMisuse } from "../../chat/words/terminal-text.ts";
import { isBridgeError } from "../../errors.ts";
import type { Block, Line } from "../../kit/blocks.ts";
import { holdProcess, systemClock } from "../../kit/clock.ts";
import { expandHome } from "../../kit/expand-home.ts";
import { buildStateDirectory } from "./backend.ts";
import type { TerminalIo } from "./chat-command.ts";
import { checkOptions, misuse } from "./check-options.ts";
import { renderJson, renderLine, renderText } from "./render.ts";

export type OperatorCommand = "audit" | "lock" | "unlock";

const exitUsage = 2;
const stateDir = { "state-dir": { type: "string" } } as const;
const auditOptions = { ...stateDir, since: { type: "string" }, json: { type: "boolean" } } as const;

/** Returns the exit code. */
export async function runOperatorCommand(
  command: OperatorCommand,
  argv: readonly string[],
  { stdout, stderr, env }: Pick<TerminalIo, "stdout" | "stderr" | "env">,
): Promise<number> {
  const release = holdProcess();
  try {
    const { since, json, stateDirectory } = parse(command, argv);
    const home = homedir();
    const given =
      stateDirectory === undefined
        ? {}
        : { stateDirectory: resolve(process.cwd(), expandHome(stateDirectory, home)) };
    const io = {
      directory: buildStateDirectory({ ...given, env, home }),
      clock: systemClock,
      print: (blocks: readonly Block[]) => void stdout.write(`${renderText(blocks, "flat")}\n`),
      printJson: (value: unknown) => void stdout.write(`${renderJson(value, 2)}\n`),
      complain: (line: Line) => void stderr.write(`${renderLine(line)}\n`),
    };
    return command === "audit" ? runAudit({ since, json }, io) : await runLock(command, io);
  } catch (error) {
    if (!isBridgeError(error, "bad-arguments")) throw error;
    stderr.write(`${renderLine(formatMisuse(error.message, command))}\n`);
    return exitUsage;
  } finally {
    release();
  }
}

/** Throws `bad-arguments`. */
function parse(command: OperatorCommand, argv: readonly string[]) {
  const options: ParseArgsOptionsConfig = command === "audit" ? auditOptions : stateDir;
  const { values, positionals, tokens } = parseArgs({
    ...{ args: [...argv], options, allowPositionals: true, strict: false, tokens: true },
  });
  checkOptions(tokens, options);
  const [extra] = positionals;
  if (extra !== undefined) throw misuse(`\`${command}\` takes no \`${extra}\``);
  const readText = (name: string) => (typeof values[name] === "string" ? values[name] : undefined);
  return { since: readText("since"), json: values.json === true, stateDirectory: readText("state-dir") };
}
