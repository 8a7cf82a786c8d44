// The thread that `codex-threads exec` goes on with in a folder: one for each folder and CODEX_HOME.
import type { Clock } from "../kit/clock.ts";
import { type Command, type Connection, insertSql, type Query } from "./connection.ts";

/** Real paths both. */
export interface ExecWorkspace {
  workspace: string;
  codexHome: string;
}

export class ExecThreads {
  readonly #clock: Clock;
  readonly #remember: Command;
  readonly #forget: Command;
  readonly #find: Query<string>;

  constructor(connection: Connection, clock: Clock) {
    this.#clock = clock;
    this.#remember = connection.command(
      insertSql(
        "execThreads",
        ["workspace", "codexHome", "threadId", "rememberedAt"],
        "ON CONFLICT (workspace, codexHome) DO UPDATE SET threadId = excluded.threadId, rememberedAt = excluded.rememberedAt",
      ),
    );
    const where = "FROM execThreads WHERE workspace = @workspace AND codexHome = @codexHome";
    this.#forget = connection.command(`DELETE ${where} AND threadId = @threadId`);
    this.#find = connection.query(`SELECT threadId ${where}`, (row) => String(row.threadId));
  }

  find({ workspace, codexHome }: ExecWorkspace): string | undefined {
    return this.#find.find({ workspace, codexHome });
  }

  /** Takes the place of the one before. */
  remember({ workspace, codexHome }: ExecWorkspace, threadId: string): void {
    this.#remember({ workspace, codexHome, threadId, rememberedAt: this.#clock.now() });
  }

  /** False when another one is remembered by now. */
  forget({ workspace, codexHome }: ExecWorkspace, threadId: string): boolean {
    return this.#forget({ workspace, codexHome, threadId }) > 0;
  }
}
