// Which words of a turn are its reply (order of docs/protocol-notes.md, "The reply of a turn").
import { agentMessageItem, type TurnInfo } from "./schemas.ts";

export type ReplyPart = { kind: "message"; phase?: string; text: string } | { kind: "plan"; text: string };

/**
 * The summary item of `turn/completed`, else the last completed final answer, else the last message without a phase,
 * else commentary. A proposed plan is a separate item: it is kept below the words. Empty when nothing was said.
 */
export function buildReply(turn: TurnInfo, parts: readonly ReplyPart[]): string {
  const heard = [...readParts(turn), ...parts];
  const messages = heard.filter((part) => part.kind === "message" && part.text.trim() !== "");
  const plan = heard.findLast((part) => part.kind === "plan" && part.text.trim() !== "")?.text.trim() ?? "";
  const summary = turn.itemsView === "summary" ? readLastMessage(turn) : undefined;
  const words =
    summary ??
    findLast(messages, "final_answer") ??
    findLast(messages, undefined) ??
    (plan === "" ? messages.at(-1)?.text : undefined) ??
    "";
  return [words.trim(), plan].filter((part, at, all) => part !== "" && all.indexOf(part) === at).join("\n\n");
}

function findLast(parts: readonly ReplyPart[], phase: string | undefined): string | undefined {
  return parts.findLast((part) => part.kind === "message" && part.phase === phase)?.text;
}

function readLastMessage(turn: TurnInfo): string | undefined {
  const last = turn.items.findLast((item) => item.type === "agentMessage");
  const text = last ? agentMessageItem.parse(last).text : "";
  return text.trim() === "" ? undefined : text;
}

/** The words and plans among a turn's completed items; a summary repeats its last message only. */
export function readParts(turn: TurnInfo): ReplyPart[] {
  return turn.items.flatMap((item): ReplyPart[] => {
    if (item.type === "plan") return [{ kind: "plan", text: typeof item.text === "string" ? item.text : "" }];
    if (item.type !== "agentMessage" || turn.itemsView === "summary") return [];
    const { text, phase } = agentMessageItem.parse(item);
    return [{ kind: "message", text, ...(phase ? { phase } : {}) }];
  });
}
