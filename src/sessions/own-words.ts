// What a person wrote, out of a line of a rollout; never what Codex adds in their name (AGENTS.md, environment, goals,
// shell output, notes of sub-agents), which has the role "user" too.
import { parseJson } from "../kit/json.ts";

/** Undefined when the line is none of the person's words. */
export function readOwnWords(line: string): string | undefined {
  // Most lines are long and something else: not parsed at all.
  if (!line.includes('"user_message"') && !line.includes('"UserMessage"') && !line.includes('"user.text"'))
    return undefined;
  const { type, payload } = parseLine(line);
  if (!isRecord(payload)) return undefined;
  const words = type === "event_msg" ? readEvent(payload) : type === "response_item" ? readItem(payload) : "";
  return words.trim() === "" ? undefined : words.trim();
}

/** {} for anything but a JSON object. */
export function parseLine(line: string): Record<string, unknown> {
  try {
    const value: unknown = parseJson(line);
    return isRecord(value) ? value : {};
  } catch {
    return {};
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** history_mode "legacy" writes user_message, "paginated" an item (0.169.0). */
function readEvent({ type, message, kind, item }: Record<string, unknown>): string {
  // Before 2026 some events of injected words had a kind.
  if (type === "user_message")
    return typeof message === "string" && (kind ?? "plain") === "plain" ? message : "";
  if (type !== "item_completed" || !isRecord(item) || item.type !== "UserMessage") return "";
  return joinTexts(item.content);
}

/** Both modes have these too, with a mark for each part (0.169.0); without marks nothing tells whose words they are. */
function readItem({ type, role, content, ...rest }: Record<string, unknown>): string {
  const marks = rest.internal_chat_message_metadata_passthrough;
  if (type !== "message" || role !== "user" || !Array.isArray(content) || !isRecord(marks)) return "";
  const { content_item_kinds: kinds } = marks;
  return Array.isArray(kinds) ? joinTexts(content.filter((_, at) => kinds[at] === "user.text")) : "";
}

function joinTexts(content: unknown): string {
  const parts: unknown[] = Array.isArray(content) ? content : [];
  return parts
    .flatMap((part) => (isRecord(part) && typeof part.text === "string" ? [part.text] : []))
    .join(" ");
}
