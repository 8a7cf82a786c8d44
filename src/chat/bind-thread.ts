// Binds an existing thread here and says where one is: three lines of what was last said, and what is in force.
import type { BindRequest, Recap } from "../conversations/binder.ts";
import { cutText, oneLine } from "../kit/text.ts";
import type { Binding } from "../store/rows.ts";
import { formatAge } from "./age.ts";
import type { Caller } from "./command-call.ts";
import { formatBindConfirm } from "./confirm-text.ts";
import { formatInForce } from "./in-force.ts";

const quoteChars = 300;

/** Bound, or a question is open. Throws thread, folder, setup and wire errors, `already-bound`. */
export async function bindThread(
  caller: Caller,
  target: Pick<BindRequest, "threadId" | "place" | "agreed">,
): Promise<string> {
  const { services, conversation, message, signal } = caller;
  const request: BindRequest = { conversation, actor: message.actor.id, ...target };
  const result = await services.binder.bindThread(request, signal);
  if (result.status === "confirm") return formatBindConfirm(result, target.threadId);
  const host = services.places.get(result.binding.place).name;
  return formatBound(result.binding, result.recap, host, services.clock.now());
}

function formatBound(binding: Binding, recap: Recap, host: string, now: number): string {
  const name = recap.name ? ` "${oneLine(recap.name)}"` : "";
  const age = recap.updatedAt === undefined ? "" : `${formatAge(now - recap.updatedAt)}, `;
  const lines = [
    `Bound here: thread ${recap.threadId}${name}.`,
    `You: ${quote(recap.lastUser)}`,
    `Codex: ${quote(recap.lastReply)}`,
    `Last used: ${age}in ${binding.cwd} on ${host}`,
    `In force: ${formatInForce(binding.inForce)}`,
  ];
  if (recap.running) lines.push("A turn is running there now; your messages wait for its end.");
  return lines.join("\n");
}

function quote(words: string | undefined): string {
  const line = cutText(oneLine(words ?? ""), quoteChars);
  return line === "" ? "(nothing)" : line;
}
