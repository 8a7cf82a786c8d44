// Binds an existing thread here and says where one is: what was last said, and what is in force.
import type { BindRequest, Draft, Recap } from "../conversations/binder.ts";
import { type Block, code, type Line, line, own, path, says } from "../kit/blocks.ts";
import { cutText, oneLine } from "../kit/text.ts";
import type { Caller } from "./command-call.ts";
import { openBinding } from "./open-binding.ts";
import type { Reply } from "./reply.ts";
import { formatAge } from "./words/age.ts";
import { formatBindConfirm, formatTokenInputs } from "./words/confirm-text.ts";
import { formatInForce } from "./words/in-force.ts";
import { buildYesNo } from "./words/notice-buttons.ts";

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
    const blocks = formatBindConfirm(result, target.threadId);
    const inGroup = formatBindConfirm(result, target.threadId, "in a group");
    const typed = says(formatTokenInputs(result.token));
    const buttons = [buildYesNo(result.token)];
    return { blocks, inGroup, typed, buttons, question: result.token };
  }
  const { draft, recap } = result;
  const host = services.places.get(draft.place).name;
  const blocks = formatBound(draft, recap, host, services.clock.now());
  return openBinding(caller, draft, { blocks, inGroup: says(formatThread(recap)) });
}

function formatBound(draft: Draft, recap: Recap, host: string, now: number): Block[] {
  const age = recap.updatedAt === undefined ? [] : [`${formatAge(now - recap.updatedAt)}, `];
  return says(
    formatThread(recap),
    line`You: ${quote(recap.lastUser)}`,
    line`Codex: ${quote(recap.lastReply)}`,
    line`Last used: ${age}in ${path(draft.cwd)} on ${host}`,
    line`In force: ${formatInForce(draft.inForce)}`,
    recap.running ? own("A turn is running there now; your messages wait for its end.") : undefined,
  );
}

function formatThread({ threadId, name }: Recap): Line {
  return line`Bound here: thread ${code(threadId)}${name ? line` "${name}"` : []}.`;
}

function quote(words: string | undefined): Line {
  const quoted = cutText(oneLine(words ?? ""), quoteChars);
  return quoted === "" ? own("(nothing)") : line`${quoted}`;
}
