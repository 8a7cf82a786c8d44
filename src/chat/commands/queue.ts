// `/cx queue`: the messages that wait here, and taking them back.
import { type Line, line, own, says } from "../../kit/blocks.ts";
import { cutText, oneLine } from "../../kit/text.ts";
import type { Message } from "../../store/rows.ts";
import { assertAllowed, type CommandCall, getBinding } from "../command-call.ts";
import { buildBad } from "../command-line.ts";
import type { Answer } from "../reply.ts";
import { formatAge } from "../words/age.ts";

const titleChars = 60;

export function runQueue(call: CommandCall): Answer {
  const { services } = call;
  const { id } = getBinding(call);
  const [verb, number, ...others] = call.line.words.map((word) => word.toLowerCase());
  if (verb === undefined) return formatQueue(services.runner.waiting(id), services.clock.now());
  assertAllowed(call, "stop-any");
  if (verb === "clear" && number === undefined)
    return line`Taken back: ${formatCount(services.runner.dropWaiting(id))}.`;
  if (verb !== "drop" || number === undefined || others.length > 0) {
    throw buildBad(call.line.command, "drop <number> or clear");
  }
  const position = /^\d{1,4}$/.test(number) ? Number(number) : 0;
  if (position < 1 || services.runner.dropWaiting(id, position) === 0) {
    throw buildBad(call.line.command, `no message ${number.slice(0, 20)} waits here`);
  }
  return line`Taken back: message ${position} of the queue.`;
}

function formatQueue(waiting: readonly Message[], now: number): Answer {
  if (waiting.length === 0) return own("Nothing waits here.");
  const rows = waiting.map(({ text, acceptedAt, state }, at) => {
    const words = cutText(oneLine(text ?? ""), titleChars);
    return line`${at + 1}. ${words === "" ? own("(an image)") : words} (${own(formatAge(now - acceptedAt))}${state === "held" ? ["; waits for the owner"] : undefined})`;
  });
  return { blocks: says(...rows) };
}

function formatCount(count: number): Line {
  return [count === 1 ? "1 message" : `${count} messages`];
}
