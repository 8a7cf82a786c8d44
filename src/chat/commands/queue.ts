// `/cx queue`: the messages that wait here, and taking them back.
import { cutText, oneLine } from "../../kit/text.ts";
import type { Message } from "../../store/rows.ts";
import { formatAge } from "../age.ts";
import { assertAllowed, type CommandCall, getBinding } from "../command-call.ts";
import { buildBad } from "../command-line.ts";

const titleChars = 60;

export function runQueue(call: CommandCall): string {
  const { services, line } = call;
  const { id } = getBinding(call);
  const [verb, number, ...others] = line.words.map((word) => word.toLowerCase());
  if (verb === undefined) return formatQueue(services.runner.waiting(id), services.clock.now());
  assertAllowed(call, "stop-any");
  if (verb === "clear" && number === undefined)
    return `Taken back: ${formatCount(services.runner.dropWaiting(id))}.`;
  if (verb !== "drop" || number === undefined || others.length > 0) {
    throw buildBad(line.command, "`drop <number>` or `clear`");
  }
  const position = /^\d{1,4}$/.test(number) ? Number(number) : 0;
  if (position < 1 || services.runner.dropWaiting(id, position) === 0) {
    throw buildBad(line.command, `no message ${number.slice(0, 20)} waits here`);
  }
  return `Taken back: message ${position} of the queue.`;
}

function formatQueue(waiting: readonly Message[], now: number): string {
  if (waiting.length === 0) return "Nothing waits here.";
  return waiting
    .map(({ text, acceptedAt }, at) => {
      const words = cutText(oneLine(text ?? ""), titleChars) || "(an image)";
      return `${at + 1}. ${words} (${formatAge(now - acceptedAt)})`;
    })
    .join("\n");
}

function formatCount(count: number): string {
  return count === 1 ? "1 message" : `${count} messages`;
}
