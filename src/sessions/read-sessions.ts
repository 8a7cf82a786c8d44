// The newest sessions of a CODEX_HOME without any server: names and times of all files, the two ends of a few.
import { BridgeError } from "../errors.ts";
import { readSession, type Session } from "./read-session.ts";
import { findRolloutFiles, type RolloutFile } from "./rollout-files.ts";
import { readThreadNames } from "./thread-names.ts";

export interface SessionsQuery {
  codexHome: string;
  /** How many at most. */
  limit: number;
  /** Absent: every session. Rows it refuses do not count. */
  filter?: (session: Session) => boolean;
  /** Also those that were archived. */
  archived?: boolean;
  signal?: AbortSignal;
}

export interface SessionsPage {
  /** Newest first. */
  sessions: Session[];
  /** How many are archived, listed or not. */
  archived: number;
  /** Sub-agents' threads among those looked at, listed or not. */
  subAgents: number;
  /** Older sessions were not looked at, although fewer than `limit` were found. */
  partly: boolean;
}

/** Of so many files the ends are read at most. */
export const mostFilesRead = 1000;

/** Files that are missing, damaged or unreadable never make it fail. Throws `cancelled`. */
export async function readSessions(query: SessionsQuery): Promise<SessionsPage> {
  const { codexHome, limit, filter = () => true, signal } = query;
  const all = await findRolloutFiles(codexHome, signal);
  const names = await readThreadNames(codexHome);
  const files = query.archived ? all : all.filter(({ archived }) => !archived);
  // By time of change; and by name, because copying a home to a new machine makes all files equally new.
  const orders = [
    { files: files.toSorted((a, b) => b.modifiedAt - a.modifiedAt || byName(a, b)), found: 0 },
    { files: files.toSorted(byName), found: 0 },
  ];
  const read = new Map<string, Session>();
  let at = 0;
  for (
    ;
    at < files.length && read.size < mostFilesRead && orders.some(({ found }) => found < limit);
    at += 1
  ) {
    for (const order of orders) {
      const file = order.files[at] as RolloutFile;
      if (signal?.aborted) throw new BridgeError("cancelled", "cancelled while listing sessions");
      const session = read.get(file.sessionId) ?? (await readSession(file, names.get(file.sessionId)));
      read.set(file.sessionId, session);
      if (filter(session)) order.found += 1;
    }
  }
  const sessions = [...read.values()].filter(filter).toSorted(byNewest).slice(0, limit);
  return {
    sessions,
    archived: all.filter(({ archived }) => archived).length,
    subAgents: [...read.values()].filter(({ subAgent }) => subAgent).length,
    partly: at < files.length && sessions.length < limit,
  };
}

/** The session of exactly this id (any case), archived or not. Throws `cancelled`. */
export async function findSession(
  codexHome: string,
  sessionId: string,
  signal?: AbortSignal,
): Promise<Session | undefined> {
  const wanted = sessionId.toLowerCase();
  const file = (await findRolloutFiles(codexHome, signal)).find((each) => each.sessionId === wanted);
  return file && readSession(file, (await readThreadNames(codexHome)).get(wanted));
}

function byName(a: RolloutFile, b: RolloutFile): number {
  return compareText(b.began, a.began) || compareText(b.sessionId, a.sessionId);
}

function byNewest(a: Session, b: Session): number {
  return b.updatedAt - a.updatedAt || compareText(b.sessionId, a.sessionId);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
