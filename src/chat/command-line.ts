// What a person typed after /cx: the command, its words and options. Never throws; what is wrong is said as an error value.
import { BridgeError } from "../errors.ts";
import { findNearest } from "../kit/nearest.ts";
import { bindOption, type Command, commands, findCommand, type OptionSpec } from "./command-table.ts";
import { splitTokens, type Token } from "./tokens.ts";

export interface CommandLine {
  status: "command";
  command: Command;
  words: string[];
  /** By name, without dashes. */
  options: ReadonlyMap<string, string>;
  /** Everything after the command's name, as it was written; after its options where it takes a prompt. */
  rest: string;
}

export interface BadLine {
  status: "bad";
  /** `unknown-command` {command, nearest} or `bad-arguments` {problem, usage}. */
  error: BridgeError;
}

/** Phones turn two dashes into a long one. */
const longDash = /^[—–]{1,2}(?=\p{L})/u;

/** `line`: what stands behind `/cx`. */
export function parseCommandLine(line: string): CommandLine | BadLine {
  const [, name = "", rest = ""] = /^(\S*)\s*([\s\S]*)$/.exec(line.trim()) ?? [];
  const command = findCommand(name === "" ? "status" : name);
  if (!command) return { status: "bad", error: buildUnknown(name) };
  if (command.words === "free") return { status: "command", command, words: [], options: new Map(), rest };
  const { head, prompt } = command.words === "prompt" ? splitOptions(rest) : { head: rest, prompt: rest };
  const { words, options, problem } = readArguments(command, splitTokens(head));
  if (problem !== undefined) return { status: "bad", error: buildBad(command, problem) };
  return { status: "command", command, words, options, rest: prompt };
}

/** `bad-arguments` with the command's usage. */
export function buildBad(command: Pick<Command, "usage" | "name">, problem: string): BridgeError {
  return new BridgeError("bad-arguments", `${command.name}: ${problem}`, { problem, usage: command.usage });
}

function buildUnknown(name: string): BridgeError {
  const known = commands.flatMap((command) => [command.name, ...command.aliases]);
  const nearest = name.length > 40 ? undefined : findNearest(name, known);
  return new BridgeError("unknown-command", "no such command", {
    command: name.slice(0, 40).toWellFormed(),
    nearest,
  });
}

const leadingOption = /^(?:--|[—–]{1,2})\p{L}[^\s=]*(?:=|\s+)(?:"[^"]*"|“[^”]*”|\S+)\s*/u;

/** Options stand before a prompt, which is taken as it is written. */
function splitOptions(rest: string): { head: string; prompt: string } {
  let prompt = rest;
  for (let found = leadingOption.exec(prompt); found; found = leadingOption.exec(prompt))
    prompt = prompt.slice(found[0].length);
  return { head: rest.slice(0, rest.length - prompt.length), prompt };
}

interface Arguments {
  words: string[];
  options: Map<string, string>;
  problem?: string;
}

function readArguments(command: Command, tokens: readonly Token[]): Arguments {
  const words: string[] = [];
  const options = new Map<string, string>();
  const known = [...command.options, bindOption];
  const fail = (problem: string): Arguments => ({ words, options, problem });
  const left = [...tokens];
  for (let token = left.shift(); token !== undefined; token = left.shift()) {
    const given = readOption(token);
    if (!given) {
      words.push(token.text);
      continue;
    }
    const option = known.find((candidate) => candidate.name === given.name);
    if (!option) return fail(describeUnknown(given.name, command.options));
    const [next] = left;
    const follows = given.value === undefined && next !== undefined && !readOption(next);
    const value = follows ? left.shift()?.text : given.value;
    if (value === undefined || value === "") return fail(`--${option.name} wants ${option.value}`);
    if (option === bindOption && value.toLowerCase() !== "here") return fail("--bind can only be here");
    options.set(option.name, value);
  }
  if (command.words === "none" && words.length > 0) {
    return fail(`it takes no words, but there is "${shorten(words.join(" "))}"`);
  }
  return { words, options };
}

function readOption({ text, quoted }: Token): { name: string; value: string | undefined } | undefined {
  if (quoted) return undefined;
  const [, name, value] = /^--(\p{L}[^=]*)(?:=([\s\S]*))?$/u.exec(text.replace(longDash, "--")) ?? [];
  return name === undefined ? undefined : { name: name.toLowerCase(), value };
}

function describeUnknown(name: string, options: readonly OptionSpec[]): string {
  const nearest =
    name.length > 40
      ? undefined
      : findNearest(
          name,
          options.map((option) => option.name),
        );
  const hint = nearest === undefined ? "" : `; did you mean --${nearest}?`;
  return `there is no option --${shorten(name)} here${hint}`;
}

function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 59).toWellFormed()}…` : text.toWellFormed();
}
