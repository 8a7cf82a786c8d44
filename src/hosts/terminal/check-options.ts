// What can be wrong with a typed option: an unknown name, a value that is missing, one that is too many.
import type { ParseArgsOptionsConfig } from "node:util";
import { BridgeError } from "../../errors.ts";
import { findNearest } from "../../kit/nearest.ts";

/** A token of `parseArgs`. */
interface Token {
  kind: string;
  name?: string;
  rawName?: string;
  value?: string | undefined;
  inlineValue?: boolean | undefined;
}

/** Throws `bad-arguments` whose message says what is wrong with the first option that does not fit. */
export function checkOptions(tokens: readonly Token[], options: Readonly<ParseArgsOptionsConfig>): void {
  for (const token of tokens) if (token.kind === "option") checkOption(token, options);
}

function checkOption(
  { name = "", rawName = "", value, inlineValue }: Token,
  options: Readonly<ParseArgsOptionsConfig>,
): void {
  const known = Object.hasOwn(options, name) ? options[name] : undefined;
  if (!known) {
    const nearest = findNearest(name, Object.keys(options));
    throw misuse(`there is no option \`${rawName}\`${nearest ? `; did you mean \`--${nearest}\`?` : ""}`);
  }
  // `--model --json` forgot the value; one that begins with a dash is written `--model=-x`.
  const isMissing = value === undefined || value.trim() === "" || (!inlineValue && value.startsWith("-"));
  if (known.type === "string" && isMissing) throw misuse(`${rawName} wants a value`);
  if (known.type === "boolean" && value !== undefined) throw misuse(`${rawName} takes no value`);
}

export function misuse(problem: string): BridgeError {
  return new BridgeError("bad-arguments", problem, { problem });
}
