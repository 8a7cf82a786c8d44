// The sessions of one CODEX_HOME at rest, as places hold them.
import { readLastWords } from "./read-session.ts";
import { readSessions, type SessionsPage, type SessionsQuery } from "./read-sessions.ts";

export class SessionFiles {
  readonly #codexHome: string;

  constructor(codexHome: string) {
    this.#codexHome = codexHome;
  }

  /** The newest. Throws `cancelled`, else never fails. */
  read(query: Omit<SessionsQuery, "codexHome">): Promise<SessionsPage> {
    return readSessions({ ...query, codexHome: this.#codexHome });
  }

  /** See `readLastWords`. */
  readLastWords(path: string): Promise<string | undefined> {
    return readLastWords(path);
  }
}
