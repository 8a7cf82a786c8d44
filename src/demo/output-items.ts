// From a step of a script to the output items of one reply, in the shapes of the Responses API.
import { randomUUID } from "node:crypto";
import type { ItemSpec, Step } from "./script.ts";

export interface OutputItem {
  type: string;
  [field: string]: unknown;
}

export interface MessageItem extends OutputItem {
  type: "message";
  id: string;
  content: [{ type: "output_text"; text: string; annotations: [] }];
}

/** An item and in how many deltas it is streamed (messages only). */
export interface PlannedItem {
  item: OutputItem;
  deltas: number;
}

const kibibyte = 1024;

/** Items of a reply; `tools` are those which the request offers. */
export function buildOutputItems(step: Step, tools: readonly unknown[]): PlannedItem[] {
  const offered = readTools(tools);
  return specsOf(step).map((spec) => buildItem(spec, offered));
}

export function isMessage(item: OutputItem): item is MessageItem {
  return item.type === "message" && Array.isArray(item.content) && typeof item.id === "string";
}

function specsOf(step: Step): ItemSpec[] {
  if (step.items) return step.items;
  if (step.deltas !== undefined) {
    const piece = "word ".repeat(Math.ceil((step.size ?? 10) / 5)).slice(0, step.size ?? 10);
    return [{ say: piece.repeat(step.deltas), deltas: step.deltas }];
  }
  if (step.huge !== undefined) {
    const line = `${"0123456789abcdef".repeat(64).slice(0, kibibyte - 1)}\n`;
    const lines = Math.ceil(step.huge / kibibyte);
    return [{ say: line.repeat(lines).slice(0, step.huge), deltas: lines }];
  }
  if (step.shell !== undefined) return [{ shell: step.shell, ...(step.extra ? { extra: step.extra } : {}) }];
  if (step.patch !== undefined) return [{ patch: step.patch }];
  if (step.call !== undefined) {
    const namespace = step.namespace === undefined ? {} : { namespace: step.namespace };
    return [{ call: step.call, args: step.args, ...namespace }];
  }
  if (step.custom !== undefined) return [{ custom: step.custom, input: step.input ?? "" }];
  return [{ say: step.text ?? "done" }];
}

function buildItem(spec: ItemSpec, offered: ReadonlyMap<string, string>): PlannedItem {
  if ("say" in spec) {
    const phase = spec.phase === undefined ? {} : { phase: spec.phase };
    const content = [{ type: "output_text", text: spec.say, annotations: [] }];
    const item = { type: "message", id: newId("msg"), role: "assistant", ...phase, content };
    return { item, deltas: spec.deltas ?? 1 };
  }
  return { item: buildSilentItem(spec, offered), deltas: 0 };
}

function buildSilentItem(
  spec: Exclude<ItemSpec, { say: string }>,
  offered: ReadonlyMap<string, string>,
): OutputItem {
  if ("raw" in spec) return { type: "message", ...spec.raw };
  if ("reason" in spec) {
    const summary = [{ type: "summary_text", text: spec.reason }];
    return { type: "reasoning", id: newId("rs"), summary, content: null, encrypted_content: "scripted" };
  }
  if ("shell" in spec) return buildShellCall(spec.shell, spec.extra ?? {}, offered);
  if ("patch" in spec) return buildPatchCall(spec.patch, offered);
  if ("custom" in spec) return customCall(spec.custom, spec.input);
  return functionCall(spec.call, spec.args ?? {}, spec.namespace);
}

/** Codex offers one of several shell tools, by model and settings; each takes the command in its own way. */
function buildShellCall(
  command: string,
  extra: Record<string, unknown>,
  offered: ReadonlyMap<string, string>,
): OutputItem {
  if (offered.has("exec_command")) return functionCall("exec_command", { cmd: command, ...extra });
  if (offered.has("shell_command")) return functionCall("shell_command", { command, ...extra });
  return functionCall("shell", { command: ["bash", "-lc", command], ...extra });
}

function buildPatchCall(patch: string, offered: ReadonlyMap<string, string>): OutputItem {
  const type = offered.get("apply_patch");
  if (type === "custom") return customCall("apply_patch", patch);
  if (type === "function") return functionCall("apply_patch", { input: patch });
  return buildShellCall(`apply_patch <<'END_OF_PATCH'\n${patch}\nEND_OF_PATCH`, {}, offered);
}

function functionCall(name: string, args: unknown, namespace?: string): OutputItem {
  const within = namespace === undefined ? {} : { namespace };
  const ids = { id: newId("fc"), call_id: newId("call") };
  return { type: "function_call", ...ids, name, ...within, arguments: JSON.stringify(args) };
}

function customCall(name: string, input: string): OutputItem {
  return { type: "custom_tool_call", id: newId("ctc"), call_id: newId("call"), name, input };
}

/** Codex stores these ids with the thread, so they must not repeat after a restart of the model. */
function newId(prefix: string): string {
  return `${prefix}_${randomUUID().replaceAll("-", "")}`;
}

/** Names of offered tools with their type; those inside a namespace too. */
function readTools(tools: readonly unknown[]): Map<string, string> {
  const found = new Map<string, string>();
  for (const tool of tools) {
    if (typeof tool !== "object" || tool === null) continue;
    const { name, type, tools: inner } = tool as { name?: unknown; type?: unknown; tools?: unknown };
    if (typeof name === "string" && typeof type === "string") found.set(name, type);
    if (Array.isArray(inner)) for (const [key, value] of readTools(inner)) found.set(key, value);
  }
  return found;
}
