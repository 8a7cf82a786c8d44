// The arguments of `codex-threads chat`. What does not fit is said in words for the person who typed it.
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { expandHome } from "../../kit/expand-home.ts";
import { checkOptions, misuse } from "./check-options.ts";

export interface ChatArgs {
  conversation: string;
  /** Absolute, as are the other folders. */
  cwd: string;
  demo: boolean;
  server?: (typeof serverModes)[number];
  codexHome?: string;
  stateDirectory?: string;
  help: boolean;
}

const options = {
  conversation: { type: "string" },
  "codex-home": { type: "string" },
  cwd: { type: "string" },
  "state-dir": { type: "string" },
  server: { type: "string" },
  demo: { type: "boolean" },
  help: { type: "boolean", short: "h" },
} as const;

const serverModes = ["auto", "attach", "socket", "stdio"] as const;

/** `base`: what relative folders are relative to; `~` is `home`. Throws `bad-arguments` whose `problem` says what is wrong. */
export function parseChatArgs(argv: readonly string[], base: string, home: string): ChatArgs {
  const { values, positionals, tokens } = parseArgs({
    args: [...argv],
    options,
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  checkOptions(tokens, options);
  const [extra] = positionals;
  if (extra !== undefined) throw misuse(`\`chat\` takes no \`${extra}\``);
  const readText = (name: keyof typeof options) =>
    typeof values[name] === "string" ? values[name] : undefined;
  const readFolder = (name: keyof typeof options) => {
    const folder = readText(name);
    return folder === undefined ? undefined : resolve(base, expandHome(folder, home));
  };
  const [codexHome, stateDirectory] = [readFolder("codex-home"), readFolder("state-dir")];
  const server = readServer(readText("server"));
  return {
    conversation: readText("conversation") ?? "main",
    cwd: readFolder("cwd") ?? base,
    demo: values.demo === true,
    ...(server === undefined ? {} : { server }),
    ...(codexHome === undefined ? {} : { codexHome }),
    ...(stateDirectory === undefined ? {} : { stateDirectory }),
    help: values.help === true,
  };
}

function readServer(word: string | undefined): ChatArgs["server"] {
  const mode = serverModes.find((each) => each === word);
  if (word !== undefined && mode === undefined) {
    throw misuse(`--server wants one of ${serverModes.join(", ")}, not \`${word}\``);
  }
  return mode;
}
