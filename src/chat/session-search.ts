// Looks through the sessions of a place page by page, newest first, as far as is reasonable.
import type { ThreadInfo } from "../codex/schemas.ts";
import type { ChatPlace } from "./chat-services.ts";

export interface SessionQuery {
  /** Absolute: asked of Codex. */
  cwd?: string;
  matches(thread: ThreadInfo): boolean;
  /** Stops after so many matches; absent: looks at all. */
  enough?: number;
}

export interface SessionSearch {
  found: ThreadInfo[];
  /** Older sessions were not looked at. */
  partly: boolean;
  /** Of those looked at. */
  hidden: { subAgents: number; ephemeral: number };
}

const pageSize = 100;
const mostPages = 10;

/** Sessions looked at in one search at most. */
export const mostSessions = pageSize * mostPages;

export async function searchSessions(
  place: Pick<ChatPlace, "threads">,
  { cwd, matches, enough = Number.POSITIVE_INFINITY }: SessionQuery,
  signal: AbortSignal,
): Promise<SessionSearch> {
  const found: ThreadInfo[] = [];
  const hidden = { subAgents: 0, ephemeral: 0 };
  const inFolder = cwd === undefined ? {} : { cwd };
  let cursor: string | undefined;
  for (let pages = 0; pages < mostPages && found.length < enough; pages += 1) {
    const from = cursor === undefined ? {} : { cursor };
    const page = await place.threads.list({ limit: pageSize, ...inFolder, ...from }, signal);
    const subAgents = page.data.filter(isSubAgent);
    const others = page.data.filter((thread) => !isSubAgent(thread));
    const lasting = others.filter((thread) => thread.ephemeral !== true);
    hidden.subAgents += subAgents.length;
    hidden.ephemeral += others.length - lasting.length;
    found.push(...lasting.filter(matches));
    cursor = page.nextCursor ?? undefined;
    if (cursor === undefined) return { found, partly: false, hidden };
  }
  return { found, partly: true, hidden };
}

/** The source of a sub-agent's thread is an object, of a person's thread a word (0.169.0). */
function isSubAgent(thread: ThreadInfo): boolean {
  return (
    typeof thread.parentThreadId === "string" || (typeof thread.source === "object" && thread.source !== null)
  );
}
