// The arguments of the commands for runs. What does not fit is said in words for the person who typed it.
import { type ParseArgsOptionsConfig, parseArgs } from "node:util";
import type { RunKind } from "../../runs/run-store.ts";
import { checkOptions, misuse } from "./check-options.ts";

export interface CreateArgs {
  kind: RunKind;
  name?: string;
  cwd?: string;
  model?: string;
  images: string[];
  /** Its questions wait for whoever attaches. */
  ask: boolean;
  /** `-`: to be read from standard input. Absent only for repl. */
  prompt?: string;
}

const createOptions = {
  id: { type: "string" },
  cwd: { type: "string" },
  model: { type: "string" },
  image: { type: "string", multiple: true },
  ask: { type: "boolean" },
} as const;

/** Words of the system this grew from, and what to say today (parity S3-D5). */
const formerOptions: Record<string, string> = {
  "--sandbox": "a run works with the sandbox workspace-write",
  "--ask-for-approval": "a run asks nobody, with --ask it asks on request",
  "--skip-git-repo-check": "a run works in any folder",
  "--disable-response-storage": "Codex has no such option any more",
  "--allow-no-git-exec": "a run works in any folder",
  "--no-ansi": "output carries no colours",
  "--record-submissions": "the thread of the run keeps them",
  "--record-events": "the thread of the run keeps them",
};

/** Throws `bad-arguments` whose message says what is wrong. */
export function parseCreateArgs(argv: readonly string[]): CreateArgs {
  const former = argv.find((word) => Object.hasOwn(formerOptions, word));
  if (former !== undefined && !argv.slice(0, argv.indexOf(former)).includes("--"))
    throw misuse(`there is no option \`${former}\`: ${formerOptions[former]}`);
  const { values, positionals } = parse(argv, createOptions);
  const [kind, prompt, ...more] = positionals;
  if (kind !== "exec" && kind !== "repl") {
    throw misuse(
      kind === undefined ? "say `exec PROMPT` or `repl`" : `say \`exec\` or \`repl\`, not \`${kind}\``,
    );
  }
  if (more.length > 0) throw misuse("PROMPT is one argument: put it into quotes");
  if (kind === "exec" && prompt === undefined)
    throw misuse("there is no PROMPT; `-` reads it from standard input");
  const { id, cwd, model, image } = values;
  return {
    kind,
    images: Array.isArray(image) ? image.map(String) : [],
    ask: values.ask === true,
    ...(typeof id === "string" ? { name: id } : {}),
    ...(typeof cwd === "string" ? { cwd } : {}),
    ...(typeof model === "string" ? { model } : {}),
    ...(prompt === undefined ? {} : { prompt }),
  };
}

export type Flag = "json" | "stderr" | "follow";

/** Of a command that takes a selector, or none, and flags. Throws `bad-arguments`. */
export function parseRunArgs(
  argv: readonly string[],
  { selector, flags }: { selector: boolean; flags: readonly Flag[] },
): { selector: string } & Record<Flag, boolean> {
  const options = Object.fromEntries(flags.map((flag) => [flag, { type: "boolean" as const }]));
  const { values, positionals } = parse(argv, options);
  const [first, extra] = selector ? positionals : [undefined, positionals[0]];
  if (extra !== undefined) throw misuse(`\`${extra}\` is one too many`);
  if (selector && first === undefined) throw misuse("say which run: its name, or the begin of it");
  const has = (flag: Flag) => values[flag] === true;
  return { selector: first ?? "", json: has("json"), stderr: has("stderr"), follow: has("follow") };
}

function parse(argv: readonly string[], options: ParseArgsOptionsConfig) {
  const parsed = parseArgs({ args: [...argv], options, allowPositionals: true, strict: false, tokens: true });
  checkOptions(parsed.tokens, options);
  return parsed;
}
