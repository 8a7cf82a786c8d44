// `codex.cli.sessions.list` on a node: wire shapes of parity S0-21. How sessions are found is not known here.
import { readListParams } from "./command-params.ts";

/** A row as foreign callers read it; what is not known is left out. */
export interface SessionRow {
  sessionId: string;
  updatedAt?: string;
  lastMessage?: string;
  cwd?: string;
  sessionFile?: string;
  /** 0 where counting would need the whole file. */
  messageCount: number;
}

export interface ListSessionsOptions {
  codexHome: string;
  /** Newest first, at most `limit`; `filter` looks at ids, folders and last words, in any case. */
  listSessions(query: { limit: number; filter?: string }, signal: AbortSignal): Promise<SessionRow[]>;
}

/** Throws `bad-arguments` for malformed params. */
export async function handleListSessions(
  paramsJson: string | null | undefined,
  { codexHome, listSessions }: ListSessionsOptions,
  signal: AbortSignal,
): Promise<string> {
  const sessions = await listSessions(readListParams(paramsJson), signal);
  return JSON.stringify({ sessions, codexHome });
}
