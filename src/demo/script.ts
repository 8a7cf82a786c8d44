// The language of the scripted model: what a message tells it to reply, and which step of that is due.
// It only reads the conversation that a request carries, so it needs no memory of its own.
import { parseJson } from "../kit/json.ts";

export type Phase = "commentary" | "final_answer";

/** One output item of a reply. */
export type ItemSpec =
  | { say: string; phase?: Phase; deltas?: number }
  | { reason: string }
  /** `extra` is merged into the tool's arguments, e.g. `sandbox_permissions`, `justification`, `yield_time_ms`. */
  | { shell: string; extra?: Record<string, unknown> }
  | { patch: string }
  | { call: string; args?: unknown; namespace?: string }
  | { custom: string; input: string }
  | { raw: Record<string, unknown> };

export interface StepUsage {
  input: number;
  cached?: number;
  output: number;
  reasoning?: number;
}

/** One reply: what it is (text, items, a call, an error …) and how it is sent (hold, drop, usage …). */
export interface Step {
  text?: string;
  items?: ItemSpec[];
  /** A message in this many deltas of `size` characters each (10 when not given). */
  deltas?: number;
  size?: number;
  /** A message of this many bytes, in deltas of 1 KiB. */
  huge?: number;
  shell?: string;
  extra?: Record<string, unknown>;
  patch?: string;
  call?: string;
  args?: unknown;
  namespace?: string;
  custom?: string;
  input?: string;
  /** An HTTP error in place of a stream. */
  status?: number;
  body?: unknown;
  headers?: Record<string, string>;
  /** Ends the stream with `response.failed`. */
  failed?: { code: string; message: string };
  /** Chosen by how many requests for this very step came before; the last one repeats. */
  attempts?: Step[];
  /** Waits for `release(hold)`, before the first byte unless `after` is given. */
  hold?: string;
  /** Puts the hold after that many deltas of the reply, at the latest before its end. */
  after?: number;
  /** Begins the stream and then sends nothing; a name can be released, `true` cannot. */
  stall?: true | string;
  /** Cuts the connection after that many deltas, at the latest before the end. */
  drop?: number;
  usage?: StepUsage;
}

/** A step without any of these is a typing mistake. */
const stepKeys = [
  "text",
  "items",
  "deltas",
  "huge",
  "shell",
  "patch",
  "call",
  "custom",
  "status",
  "failed",
  "attempts",
  "hold",
  "stall",
  "drop",
];

/** Where a conversation stands in its script. */
export interface ScriptPosition {
  step: Step;
  /** Replies given since the message with the script; undefined when no message carries one. */
  index: number | undefined;
  /** The last words of the person. */
  words: string;
}

type Json = Record<string, unknown>;
const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const marker = "SCRIPT[";

/** The message that makes the scripted model reply with these steps, one per request. */
export function formatScript(...steps: Step[]): string {
  return `SCRIPT${JSON.stringify(steps)}`;
}

/** The steps in a text; undefined without a marker; a step that says what is wrong when they cannot be read. */
export function parseScript(text: string): Step[] | undefined {
  const start = text.indexOf(marker);
  if (start < 0) return undefined;
  const from = start + marker.length - 1;
  try {
    const steps: unknown = parseJson(text.slice(from, findArrayEnd(text, from)));
    if (!Array.isArray(steps) || steps.length === 0) throw new Error("no steps");
    for (const step of steps) {
      if (!isObject(step) || !stepKeys.some((key) => key in step)) {
        throw new Error(`not a step: ${JSON.stringify(step)}`);
      }
    }
    return steps as Step[];
  } catch (error) {
    return [{ text: `The script cannot be read: ${error instanceof Error ? error.message : String(error)}` }];
  }
}

/** Index after the bracket that closes the one at `from`; brackets inside JSON strings do not count. */
function findArrayEnd(text: string, from: number): number {
  let depth = 0;
  let inString = false;
  for (let at = from; at < text.length; at++) {
    const char = text[at];
    if (inString) {
      if (char === "\\") at++;
      else if (char === '"') inString = false;
    } else if (char === '"') inString = true;
    else if (char === "[") depth++;
    else if (char === "]" && --depth === 0) return at + 1;
  }
  return text.length;
}

/** The step that a request asks for, from its `input` items (Responses API). */
export function findStep(input: readonly unknown[]): ScriptPosition {
  let steps: Step[] | undefined;
  let at = -1;
  let words = "";
  for (const [index, item] of input.entries()) {
    const text = readUserText(item);
    if (text === undefined) continue;
    if (!isInjected(text)) words = text;
    const found = parseScript(text);
    if (found) {
      steps = found;
      at = index;
    }
  }
  if (!steps) return { step: cannedReply(words), index: undefined, words };
  const index = countReplies(input.slice(at + 1));
  const after = parseScript(words) ? { text: "The script has ended." } : cannedReply(words);
  return { step: steps[index] ?? after, index, words };
}

function readUserText(item: unknown): string | undefined {
  if (!isObject(item) || item.role !== "user") return undefined;
  if (typeof item.content === "string") return item.content;
  if (!Array.isArray(item.content)) return "";
  return item.content
    .map((part: unknown) => (isObject(part) && typeof part.text === "string" ? part.text : ""))
    .join("");
}

/** Codex 0.169 also puts its own notes into messages of the user. */
function isInjected(text: string): boolean {
  return /^\s*(<(environment_context|codex_internal_context|user_instructions|user_shell_command|skill)|# AGENTS\.md)/.test(
    text,
  );
}

/** One reply may hold several items in a row (reasoning, words, calls): a run of them counts once. */
function countReplies(items: readonly unknown[]): number {
  let replies = 0;
  let inReply = false;
  for (const item of items) {
    const output = isModelOutput(item);
    if (output && !inReply) replies++;
    inReply = output;
  }
  return replies;
}

function isModelOutput(item: unknown): boolean {
  if (!isObject(item)) return false;
  if (item.role !== undefined) return item.role === "assistant";
  return item.type === "reasoning" || (typeof item.type === "string" && item.type.endsWith("_call"));
}

function cannedReply(words: string): Step {
  const first = words.trim().split(/\s+/).slice(0, 12).join(" ");
  const echo = first === "" ? "" : ` Your message began: “${first.slice(0, 160)}”.`;
  const say = `This is the scripted demo model of codex-threads: its replies are canned.${echo} Run \`codex login\` for real replies.`;
  return { items: [{ say, phase: "final_answer", deltas: 12 }] };
}
