// `/cx`: the card of this conversation. Whoever may not decide here sees no folders and no sockets.
import { oneLine } from "../../kit/text.ts";
import type { Binding } from "../../store/rows.ts";
import { formatDuration } from "../age.ts";
import type { ChatPlace } from "../chat-services.ts";
import { type CommandCall, isAllowed } from "../command-call.ts";
import { formatInForce } from "../in-force.ts";
import { formatOpenQuestion } from "../question-text.ts";
import type { Reply } from "../reply.ts";
import { formatServer, formatTerminal } from "../server-text.ts";

export async function runStatus(call: CommandCall): Promise<Reply> {
  const { services, conversation, binding } = call;
  const full = isAllowed(call, "decide");
  const open = services.questions.open(conversation).map((question) => formatOpenQuestion(question, full));
  const questions = open.length === 0 ? [] : [`Open questions: ${open.join("; ")}`];
  if (!binding) {
    const inGroup = "No thread is bound here: `/cx new` starts one, `/cx sessions` lists those you have.";
    const text = [inGroup, formatServer(services.places.local, true), ...questions].join("\n");
    return { text, inGroup };
  }
  const place = services.places.get(binding.place);
  const lines = [
    await formatThread(call, binding, place),
    full ? `Folder: ${binding.cwd} on ${place.name}` : `Place: ${place.name}`,
    formatServer(place, full),
    ...formatSettings(binding, place),
    formatTurn(call, binding, full),
    `Queue: ${services.runner.waiting(binding.id).length} waiting`,
    ...questions,
    ...formatDelivery(call),
    ...(full ? formatTerminal(binding, place) : []),
  ];
  return { text: lines.join("\n"), ...(full ? { inGroup: "" } : {}) };
}

/** Only when something is missing. */
function formatDelivery({ services, conversation }: CommandCall): string[] {
  const states = services.store.outbox.statesOfLastReply(conversation);
  if (states.every((state) => state === "delivered" || state === "pending" || state === "sending")) return [];
  return states.includes("delivered") || states.includes("partial")
    ? ["The last reply was shown only partly."]
    : ["The last reply was not shown: the host kept it back."];
}

async function formatThread({ signal }: CommandCall, binding: Binding, place: ChatPlace): Promise<string> {
  const { threadId } = binding;
  if (threadId === undefined) return "Thread: starts with the first message";
  // The card never starts a server and never fails for a name.
  const connected = place.servers.status().connected !== undefined;
  const info = connected ? await place.threads.read(threadId, signal).catch(() => undefined) : undefined;
  return `Thread: ${threadId}${info?.name ? ` "${oneLine(info.name)}"` : ""}`;
}

function formatSettings(binding: Binding, place: ChatPlace): string[] {
  const { requested, threadId } = binding;
  if (threadId === undefined) return [`Asked for: ${formatInForce(requested)}`];
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
    `In force: ${formatInForce(inForce)}`,
    ...(isChanging ? [`From the next turn on: ${formatInForce(next)}`] : []),
  ];
}

function formatTurn({ services }: CommandCall, binding: Binding, full: boolean): string {
  const active = services.runner.findActive(binding.id);
  if (!active) return "Turn: none is running";
  const length = formatDuration(services.clock.now() - active.startedAt);
  if (active.turn?.inbox.turnId === undefined) return `Turn: about to begin, for ${length}`;
  const running = [...active.turn.inbox.running.values()].map(({ title }) => `\`${oneLine(title)}\``);
  return `Turn: running for ${length}${full && running.length > 0 ? `, at ${running.join(", ")}` : ""}`;
}
