// The run store: one small SQLite file that all processes of a user share, so nobody locks it for longer than a statement.
// It knows what was started, and how exec runs ended; what a run said is in its thread's history.

import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Clock } from "../kit/clock.ts";
import { parseJson } from "../kit/json.ts";
import type { ProcessIdentity } from "../process/identity.ts";
import {
  type Command,
  Connection,
  insertSql,
  type Query,
  type Row,
  readColumns,
} from "../store/connection.ts";
import { migrate } from "../store/migrations.ts";
import { createPrivateFile, ensurePrivateDirectory } from "../store/private-files.ts";
import type { TurnSettings } from "../store/rows.ts";

/** exec: one turn. repl: each line is a turn. */
export type RunKind = "exec" | "repl";
/** stopped: somebody interrupted it. lost: its server died, or its thread is gone. */
export type RunEnd = "completed" | "failed" | "stopped" | "lost";

export interface Run {
  name: string;
  kind: RunKind;
  /** Absolute. */
  codexHome: string;
  /** Another machine that it runs on: the key of its place, and what people called it then. */
  host?: { place: string; name: string };
  cwd: string;
  /** Of its first turn; the thread keeps them. */
  settings: TurnSettings;
  network: boolean;
  /** Absent until it has begun: a repl run without a prompt begins with its first line. */
  threadId?: string;
  /** The turn of an exec run. */
  turnId?: string;
  /** Begin of the prompt, in one line. */
  preview?: string;
  /** starting: its first turn is not accepted yet. open: Codex is to be asked. */
  state: "starting" | "open" | RunEnd;
  /** Who starts it. */
  creator: ProcessIdentity;
  createdAt: number;
  endedAt?: number;
  /** Known once it has ended. */
  outputBytes?: number;
  errorBytes?: number;
  /** The chat that is to be told of its end, until it was. */
  tell?: string;
}

/** A line on its way to a run; see run-lines.ts. */
export interface RunLine {
  ticket: string;
  run: string;
  /** Whose it is. */
  sender: ProcessIdentity;
}

export type NewRun = Omit<Run, "state" | "createdAt" | "threadId" | "turnId" | "endedAt">;

// Several processes may take the first step at the same time.
const steps = [
  `
  CREATE TABLE IF NOT EXISTS runs (
    number INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, codexHome TEXT NOT NULL,
    cwd TEXT NOT NULL, settings TEXT NOT NULL, network INTEGER NOT NULL, threadId TEXT, turnId TEXT, preview TEXT,
    state TEXT NOT NULL, creator TEXT NOT NULL, createdAt INTEGER NOT NULL, endedAt INTEGER, outputBytes INTEGER,
    errorBytes INTEGER, tell TEXT, host TEXT
  ) STRICT;
  CREATE TABLE IF NOT EXISTS lines (
    number INTEGER PRIMARY KEY AUTOINCREMENT, ticket TEXT NOT NULL, run TEXT NOT NULL, sender TEXT NOT NULL
  ) STRICT;
  `,
];

const columns = [
  ...["name", "kind", "codexHome", "host", "cwd", "settings", "network"],
  ...["preview", "state", "creator", "createdAt", "tell"],
];

/** The file is made with the first run. Every method throws `state-unusable`, `state-newer`, `state-damaged`, `state-full`. */
export class RunStore {
  readonly #directory: string;
  readonly #file: string;
  readonly #clock: Clock;
  #opened: OpenRunStore | undefined;

  constructor(directory: string, clock: Clock) {
    this.#directory = directory;
    this.#file = join(directory, "runs.sqlite");
    this.#clock = clock;
  }

  /** False when the name is taken. */
  add(run: NewRun): boolean {
    return this.#open().insert({ ...run, state: "starting", createdAt: this.#clock.now() }) > 0;
  }

  /** False when it has a thread already. */
  setThread(name: string, threadId: string): boolean {
    return this.#open().setThread({ name, threadId }) > 0;
  }

  /** What was begun in it has failed. */
  clearThread(name: string, threadId: string): void {
    this.#open().clearThread({ name, threadId });
  }

  setOpen(name: string, turnId?: string): void {
    this.#open().setOpen({ name, turnId });
  }

  setEnded(
    name: string,
    end: { state: RunEnd; endedAt: number; outputBytes: number; errorBytes: number },
  ): void {
    this.#open().setEnded({ name, ...end });
  }

  /** False when the chat was told already. */
  setTold(name: string): boolean {
    return this.#open().setTold({ name }) > 0;
  }

  /** With the lines that are on their way to it. False when there is none. */
  remove(name: string): boolean {
    this.#find()?.removeLines({ name });
    return (this.#find()?.remove({ name }) ?? 0) > 0;
  }

  /** Behind all that are there. */
  addLine(line: RunLine): void {
    this.#open().addLine({ ...line });
  }

  findFirstLine(run: string): RunLine | undefined {
    return this.#open().firstLine.find({ run });
  }

  removeLine({ ticket }: Pick<RunLine, "ticket">): void {
    this.#open().removeLine({ ticket });
  }

  find(name: string): Run | undefined {
    return this.#find()?.byName.find({ name });
  }

  /** Oldest first. */
  all(): Run[] {
    return this.#find()?.all.list() ?? [];
  }

  close(): void {
    this.#opened?.connection.close();
    this.#opened = undefined;
  }

  /** Undefined while nobody has made a run. */
  #find(): OpenRunStore | undefined {
    return this.#opened || existsSync(this.#file) ? this.#open() : undefined;
  }

  #open(): OpenRunStore {
    if (this.#opened) return this.#opened;
    ensurePrivateDirectory(this.#directory);
    createPrivateFile(this.#file);
    const connection = new Connection(this.#file);
    try {
      migrate(connection, steps);
      this.#opened = buildStatements(connection);
      return this.#opened;
    } catch (thrown) {
      connection.close();
      throw thrown;
    }
  }
}

interface OpenRunStore {
  connection: Connection;
  insert: Command;
  setThread: Command;
  clearThread: Command;
  setOpen: Command;
  setEnded: Command;
  setTold: Command;
  remove: Command;
  addLine: Command;
  removeLine: Command;
  removeLines: Command;
  firstLine: Query<RunLine>;
  all: Query<Run>;
  byName: Query<Run>;
}

function buildStatements(connection: Connection): OpenRunStore {
  const set = (what: string, where = "") =>
    connection.command(`UPDATE runs SET ${what} WHERE name = @name ${where}`);
  return {
    connection,
    insert: connection.command(insertSql("runs", columns, "ON CONFLICT (name) DO NOTHING")),
    setThread: set("threadId = @threadId", "AND threadId IS NULL"),
    clearThread: set("threadId = NULL", "AND threadId = @threadId"),
    setOpen: set("state = 'open', turnId = @turnId"),
    setEnded: set("state = @state, endedAt = @endedAt, outputBytes = @outputBytes, errorBytes = @errorBytes"),
    setTold: set("tell = NULL", "AND tell IS NOT NULL"),
    remove: connection.command("DELETE FROM runs WHERE name = @name"),
    addLine: connection.command(insertSql("lines", ["ticket", "run", "sender"])),
    removeLine: connection.command("DELETE FROM lines WHERE ticket = @ticket"),
    removeLines: connection.command("DELETE FROM lines WHERE run = @name"),
    firstLine: connection.query("SELECT * FROM lines WHERE run = @run ORDER BY number LIMIT 1", readLine),
    all: connection.query("SELECT * FROM runs ORDER BY number", readRun),
    byName: connection.query("SELECT * FROM runs WHERE name = @name", readRun),
  };
}

function readLine({ ticket, run, sender }: Row): RunLine {
  return { ticket: String(ticket), run: String(run), sender: parseJson(String(sender)) as RunLine["sender"] };
}

function readRun(row: Row): Run {
  const { number: _, settings, creator, network, host, ...rest } = row;
  return {
    ...readColumns<Omit<Run, "settings" | "creator" | "network" | "host">>(rest),
    ...(host === null ? {} : { host: parseJson(String(host)) as NonNullable<Run["host"]> }),
    settings: parseJson(String(settings)) as Run["settings"],
    creator: parseJson(String(creator)) as Run["creator"],
    network: network === 1,
  };
}
