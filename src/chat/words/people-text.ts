// Words about who may write here: until when, how much, and what goes with the right.
import type { KnownDriver, Person } from "../../conversations/drivers.ts";
import type { Loss, RulesFate } from "../../conversations/role-loss.ts";
import type { LetRun } from "../../conversations/roles.ts";
import { type Block, code, type Line, line, own, says } from "../../kit/blocks.ts";
import { cutText, oneLine } from "../../kit/text.ts";
import { formatKind } from "./question-text.ts";

const nameChars = 60;
const wordsChars = 60;

/** The id, and what the service and the chat call them; the last is never what they are known by. */
export function formatPerson({ id, userName, name }: Person): Line {
  const shown = name === undefined || name === userName ? undefined : cutText(oneLine(name), nameChars);
  const names: Line[] = [
    ...(userName === undefined ? [] : [line`${`@${userName}`}`]),
    ...(shown ? [line`shown as ${shown}`] : []),
  ];
  const [first, second] = names;
  if (!first) return line`${id}`;
  return second ? line`${id} (${first}, ${second})` : line`${id} (${first})`;
}

/** In UTC: chats are read in many places. */
export function formatDate(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

export function formatDriver(driver: KnownDriver): Line {
  const { until, turns, turnsPerDay } = driver;
  return line`${formatPerson(driver)}, until ${[formatDate(until)]}, ${turns} of ${[countTurns(turnsPerDay)]} a day`;
}

export function formatAllowed(driver: KnownDriver): Line {
  const { until, turnsPerDay } = driver;
  return line`${formatPerson(driver)} may write turns here now, until ${[formatDate(until)]} and ${turnsPerDay} a day; stop and add to their own, and see the card without folders. What needs a yes stays yours.`;
}

/** `who`: they are not heard any more. */
export function formatDisallowed(who: Person, loss: Loss): Block[] {
  return [...says(line`${formatPerson(who)} is not heard here any more.`), ...formatLoss(loss)];
}

export function formatRoleEnded(who: Person, why: "expired" | "no-owner", loss: Loss): Block[] {
  const first =
    why === "expired"
      ? line`The time of ${formatPerson(who)} to write here is over; ${code(`/cx allow ${who.id}`)} gives more.`
      : line`${formatPerson(who)} is not an owner of this host any more.`;
  return [...says(first), ...formatLoss(loss)];
}

export function formatOverLimit(token: string, driver: Person, limit: number, words: string): Block[] {
  const shown: Block[] = words === "" ? says(own("(an image)")) : [{ literal: words, as: "text" }];
  return [
    ...says(
      line`Question ${code(token)}: ${formatPerson(driver)} has written ${[countTurns(limit)]} within 24 hours, the limit here. This waits:`,
    ),
    ...shown,
    ...says(own("May it run, and what else of theirs waits by then? No takes it back, and ends their day.")),
  ];
}

export function formatHeld(limit: number): Line {
  return line`You have written ${[countTurns(limit)]} within 24 hours, your limit here: this message waits for the owner, who was asked.`;
}

export function formatLetRun({ driver, messages }: LetRun, yes: boolean): Line {
  const count = messages === 1 ? "1 message" : `${messages} messages`;
  if (!yes)
    return line`Taken back: ${[count]} of ${driver}, who may write no more turns until their day is over.`;
  return messages === 0
    ? line`Nothing of ${driver} waits here any more.`
    : line`On its way: ${[count]} of ${driver}.`;
}

function formatLoss({ messages, questions, rules, rulesAre, isRunning }: Loss): Block[] {
  const rows: Line[] = [
    ...messages.map(({ text }) => line`taken back: ${quote(text)}`),
    ...questions.map(({ token, kind }) => line`closed: question ${code(token)} (${formatKind(kind)})`),
    ...(rules === 0 ? [] : [line`${rules} × yes "for the session": ${own(sayRules(rulesAre))}`]),
  ];
  return [
    ...(rows.length === 0 ? [] : [...says(own("What was lost with it:")), { list: rows }]),
    ...says(isRunning ? own("Their turn still runs; `/cx stop` stops it.") : undefined),
  ];
}

function sayRules(fate: RulesFate): string {
  switch (fate) {
    case "gone":
      return "over, the thread is not loaded any more.";
    case "kept":
      return "the thread is at work, and Codex keeps to it until the thread was unused for half a minute.";
    case "elsewhere":
      return "Codex keeps to it until the thread is closed in your own Codex, which is not ours to do.";
  }
}

function quote(text: string | undefined): Line {
  const words = cutText(oneLine(text ?? ""), wordsChars);
  return words === "" ? own("(an image)") : line`"${words}"`;
}

function countTurns(count: number): string {
  return count === 1 ? "1 turn" : `${count} turns`;
}
