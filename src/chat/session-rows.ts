// Rows of a list of sessions, of one machine or of several: which fit what was asked, and how each is shown.
import { isAbsolute } from "node:path";
import type { ThreadInfo } from "../codex/schemas.ts";
import { joinLines, type Line, line, own } from "../kit/blocks.ts";
import type { ChatPlace, ChatServices } from "./chat-services.ts";
import type { Caller } from "./command-call.ts";
import { formatSessionFacts, formatSessionTitle } from "./words/session-text.ts";

export function buildMatcher(
  words: readonly string[],
  folder: string | undefined,
): (thread: ThreadInfo) => boolean {
  const wanted = words.map((word) => word.toLowerCase());
  const ending = folder
    ?.replace(/^~/, "")
    .replace(/^[\\/]?/, "/")
    .replace(/(?<=.)[\\/]+$/, "");
  return ({ id, name, preview, cwd }) => {
    if (folder !== undefined && !isAbsolute(folder) && !cwd.replaceAll("\\", "/").endsWith(ending ?? ""))
      return false;
    const text = [name, preview, cwd, id].join("\n").toLowerCase();
    return wanted.every((word) => text.includes(word));
  };
}

/** Its title and what facts there are, a line each. */
export function formatRow(
  { services, conversation }: Caller,
  place: ChatPlace,
  thread: ThreadInfo,
  number: number,
): Line[] {
  const holders = services.store.bindings.findByThread(place.id, thread.id);
  const bound = holders.some((holder) => holder.conversation === conversation)
    ? "bound here"
    : holders.length > 0
      ? "bound elsewhere"
      : "";
  const facts = [formatSessionFacts(thread, services.clock.now()), own(bound)].filter(
    ({ length }) => length > 0,
  );
  return [
    line`${number}. ${formatSessionTitle(thread)}`,
    ...(facts.length > 0 ? [line`   ${joinLines(facts, ", ")}`] : []),
  ];
}

/** What a button for it runs: names may change, keys of places do not. */
export function formatResume({ places }: ChatServices, { id }: ChatPlace, threadId: string): string {
  return `resume ${threadId}${id === places.local.id ? "" : ` --host ${id}`}`;
}
