// Binds an existing thread here and says where one is: what was last said, and what is in force.
import type { BindRequest, Draft, Recap } from "../conversations/binder.ts";
import { cutText, oneLine } from "../kit/text.ts";
import { formatAge } from "./age.ts";
import type { Caller } from "./command-call.ts";
import { formatBindConfirm } from "./confirm-text.ts";
import { formatInForce } from "./in-force.ts";
import { buildYesNo } from "./notice-buttons.ts";
import { openBinding } from "./open-binding.ts";
import type { Reply } from "./reply.ts";

const quoteChars = 300;

/** Bound, waiting for the host, or a question is open. Throws thread, folder, setup and wire errors, `already-bound`. */
export async function bindThread(
  caller: Caller,
  target: Pick<BindRequest, "threadId" | "place" | "agreed">,
): Promise<Reply> {
  const { services, conversation, message, signal } = caller;
  const request: BindRequest = { conversation, actor: message.actor.id, ...target };
  const result = await services.binder.prepareThread(request, signal);
  if (result.status === "confirm") {
    const text = formatBindConfirm(result, target.threadId);
    const inGroup = formatBindConfirm(result, target.threadId, "in a group");
    return { text, inGroup, buttons: [buildYesNo(result.token)] };
  }
  const { draft, recap } = result;
  const host = services.places.get(draft.place).name;
  const text = formatBound(draft, recap, host, services.clock.now());
  return openBinding(caller, draft, { text, inGroup: formatThread(recap) });
}

function formatBound(draft: Draft, recap: Recap, host: string, now: number): string {
  const age = recap.updatedAt === undefined ? "" : `${formatAge(now - recap.updatedAt)}, `;
  const lines = [
    formatThread(recap),
    `You: ${quote(recap.lastUser)}`,
    `Codex: ${quote(recap.lastReply)}`,
    `Last used: ${age}in ${draft.cwd} on ${host}`,
    `In force: ${formatInForce(draft.inForce)}`,
  ];
  if (recap.running) lines.push("A turn is running there now; your messages wait for its end.");
  return lines.join("\n");
}

function formatThread({ threadId, name }: Recap): string {
  return `Bound here: thread ${threadId}${name ? ` "${oneLine(name)}"` : ""}.`;
}

function quote(words: string | undefined): string {
  const line = cutText(oneLine(words ?? ""), quoteChars);
  return line === "" ? "(nothing)" : line;
}
