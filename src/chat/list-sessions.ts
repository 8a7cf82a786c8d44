// The sessions of a place for a list: from the index of a server that runs, else from the files. No server is started
// for it, and a server that fails is not waited for twice.
import type { ThreadInfo } from "../codex/schemas.ts";
import { type ErrorCode, isBridgeError } from "../errors.ts";
import type { Session } from "../sessions/read-session.ts";
import type { ChatPlace } from "./chat-services.ts";
import { type SessionQuery, type SessionSearch, searchSessions } from "./session-search.ts";

export interface SessionList extends SessionSearch {
  archived: { count: number; more: boolean };
  /** Why no server answered; absent: one did. */
  fromFiles?: "not-running" | ErrorCode;
}

/** Throws `cancelled`, and nothing else. */
export async function listSessions(
  place: ChatPlace,
  query: Required<Omit<SessionQuery, "cwd">> & Pick<SessionQuery, "cwd">,
  signal: AbortSignal,
): Promise<SessionList> {
  if (!(await place.servers.isRunning())) return listFromFiles("not-running");
  try {
    const search = await searchSessions(place, query, signal);
    const archived = await place.threads.list({ archived: true, limit: 100 }, signal);
    return { ...search, archived: { count: archived.data.length, more: Boolean(archived.nextCursor) } };
  } catch (error) {
    if (!isBridgeError(error) || error.code === "cancelled") throw error;
    return listFromFiles(error.code);
  }

  async function listFromFiles(fromFiles: "not-running" | ErrorCode): Promise<SessionList> {
    const { cwd, enough: limit } = query;
    const filter = (session: Session) =>
      !session.subAgent && (cwd === undefined || session.cwd === cwd) && query.matches(toThreadInfo(session));
    const page = await place.sessions.read({ limit, filter, signal });
    return {
      found: page.sessions.map(toThreadInfo),
      partly: page.partly,
      hidden: { subAgents: page.subAgents, ephemeral: 0 },
      archived: { count: page.archived, more: false },
      fromFiles,
    };
  }
}

/** The person's newest words in each of these; of one that is damaged or gone there are none. */
export function readLastWords(
  place: Pick<ChatPlace, "sessions">,
  threads: readonly ThreadInfo[],
): Promise<(string | undefined)[]> {
  return Promise.all(threads.map(({ path }) => (path ? place.sessions.readLastWords(path) : undefined)));
}

function toThreadInfo(session: Session): ThreadInfo {
  const {
    sessionId: id,
    sessionFile: path,
    updatedAt,
    cwd = "",
    name,
    preview,
    source,
    originator,
  } = session;
  const status = { type: "notLoaded" } as const;
  return { id, path, cwd, name, preview, source, originator, status, updatedAt: updatedAt / 1000 };
}
