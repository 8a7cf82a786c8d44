// `/cx`: the card of this conversation. Whoever may not decide here sees no folders and no sockets.
import { code, joinLines, type Line, line, own, path, says } from "../../kit/blocks.ts";
import type { Binding } from "../../store/rows.ts";
import type { ChatPlace } from "../chat-services.ts";
import { type CommandCall, isAllowed } from "../command-call.ts";
import type { Reply } from "../reply.ts";
import { formatDuration } from "../words/age.ts";
import { formatInForce } from "../words/in-force.ts";
import { lockedText } from "../words/locked-text.ts";
import { formatOpenQuestion } from "../words/question-text.ts";
import { formatServer, formatTerminal } from "../words/server-text.ts";

export async function runStatus(call: CommandCall): Promise<Reply> {
  const { services, conversation, binding } = call;
  const full = isAllowed(call, "decide");
  const open = services.questions.open(conversation).map((question) => formatOpenQuestion(question, full));
  const questions = [
    ...(open.length === 0 ? [] : [line`Open questions: ${joinLines(open, "; ")}`]),
    ...(services.store.lockdown.find() ? [lockedText.card] : []),
  ];
  if (!binding) {
    const begin = own("No thread is bound here: `/cx new` starts one, `/cx sessions` lists those you have.");
    const blocks = says(begin, formatServer(services.places.local, true), ...questions);
    return { blocks, inGroup: says(begin) };
  }
  const place = services.places.get(binding.place);
  const lines = [
    await formatThread(call, binding, place),
    full ? line`Folder: ${path(binding.cwd)} on ${place.name}` : line`Place: ${place.name}`,
    formatServer(place, full),
    ...formatSettings(binding, place),
    formatTurn(call, binding, full),
    line`Queue: ${services.runner.waiting(binding.id).length} waiting`,
    ...questions,
    ...formatDelivery(call),
    ...(full ? formatTerminal(binding, place) : []),
  ];
  return { blocks: says(...lines), ...(full ? { inGroup: [] } : {}) };
}

/** Only when something is missing. */
function formatDelivery({ services, conversation }: CommandCall): Line[] {
  const states = services.store.outbox.statesOfLastReply(conversation);
  if (states.every((state) => state === "delivered" || state === "pending" || state === "sending")) return [];
  return states.includes("delivered") || states.includes("partial")
    ? [own("The last reply was shown only partly.")]
    : [own("The last reply was not shown: the host kept it back.")];
}

async function formatThread({ signal }: CommandCall, binding: Binding, place: ChatPlace): Promise<Line> {
  const { threadId } = binding;
  if (threadId === undefined) return own("Thread: starts with the first message");
  // The card never starts a server and never fails for a name.
  const connected = place.servers.status().connected !== undefined;
  const info = connected ? await place.threads.read(threadId, signal).catch(() => undefined) : undefined;
  return line`Thread: ${code(threadId)}${info?.name ? line` "${info.name}"` : undefined}`;
}

function formatSettings(binding: Binding, place: ChatPlace): Line[] {
  const { requested, threadId } = binding;
  if (threadId === undefined) return [line`Asked for: ${formatInForce(requested)}`];
  // Our own threads get their policies with each turn; only what was read back after one counts.
  const keepsOwn = requested.sandbox === undefined;
  const inForce = (keepsOwn && place.threads.findFeed(threadId)?.inForce) || binding.inForce;
  const { model, effort } = requested;
  const next = {
    ...(model !== undefined && model !== inForce.model ? { model } : {}),
    ...(effort !== undefined && effort !== inForce.effort ? { effort } : {}),
  };
  const isChanging = Object.keys(next).length > 0;
  return [
    line`In force: ${formatInForce(inForce)}`,
    ...(isChanging ? [line`From the next turn on: ${formatInForce(next)}`] : []),
  ];
}

function formatTurn({ services }: CommandCall, binding: Binding, full: boolean): Line {
  const active = services.runner.findActive(binding.id);
  if (!active) return own("Turn: none is running");
  const length = own(formatDuration(services.clock.now() - active.startedAt));
  if (active.turn?.inbox.turnId === undefined) return line`Turn: about to begin, for ${length}`;
  const running = [...active.turn.inbox.running.values()].map(({ title }) => [code(title)]);
  const at = full && running.length > 0 ? line`, at ${joinLines(running, ", ")}` : undefined;
  return line`Turn: running for ${length}${at}`;
}
