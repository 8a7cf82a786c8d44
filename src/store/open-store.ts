// Opens the store of a state directory: looks before it writes, migrates, builds the tables.
import { chmodSync, statSync } from "node:fs";
import { join } from "node:path";
import { BridgeError } from "../errors.ts";
import type { Clock } from "../kit/clock.ts";
import { Addresses } from "./addresses.ts";
import { Audit } from "./audit.ts";
import { Bindings } from "./bindings.ts";
import { Buttons } from "./buttons.ts";
import { Connection } from "./connection.ts";
import { ExecThreads } from "./exec-threads.ts";
import { HostOwners } from "./host-owners.ts";
import { Lists } from "./lists.ts";
import { Lockdown } from "./lockdown.ts";
import { Messages } from "./messages.ts";
import { applicationId, checkVersion, migrate } from "./migrations.ts";
import { Outbox } from "./outbox.ts";
import { PendingBindings } from "./pending-bindings.ts";
import { createPrivateFile } from "./private-files.ts";
import { pruneOldRows } from "./prune-old-rows.ts";
import { Questions } from "./questions.ts";
import { Released } from "./released.ts";
import { needsWriter, toStoreError } from "./to-store-error.ts";
import { Turns } from "./turns.ts";

export interface Store {
  readonly addresses: Addresses;
  readonly audit: Audit;
  readonly bindings: Bindings;
  readonly buttons: Buttons;
  readonly pendingBindings: PendingBindings;
  readonly messages: Messages;
  readonly turns: Turns;
  readonly questions: Questions;
  readonly outbox: Outbox;
  readonly released: Released;
  readonly lists: Lists;
  readonly lockdown: Lockdown;
  readonly hostOwners: HostOwners;
  readonly execThreads: ExecThreads;
  /** All or nothing; a call inside another joins it. `run` must not be async. */
  transaction<T>(run: () => T): T;
  /** Resolves when all that was written before outlives a power cut too, not only the death of the process. */
  flush(): Promise<void>;
  /** Forgets what ended more than so many days ago, and what was audited 400 days ago. */
  prune(keepDays: number): void;
  /** Writes everything back into the one file. Calling it twice is harmless. */
  close(): void;
}

/**
 * Opens `<directory>/threads.sqlite` (0600). The directory must exist and be locked by this process.
 * @throws BridgeError `state-damaged` {file, reason} for a torn file or one of another program and `state-newer`
 * {file, found, supported}: the file is left as it was; `state-full`, `state-unusable` {file, reason}
 */
export function openStore(options: { directory: string; clock: Clock }): Store {
  const connection = openConnection(join(options.directory, "threads.sqlite"));
  try {
    migrate(connection);
    return buildStore(connection, options.clock);
  } catch (thrown) {
    connection.close();
    throw thrown;
  }
}

/** The tables over a connection whose schema is up to date. */
export function buildStore(connection: Connection, clock: Clock): Store {
  const audit = new Audit(connection, clock);
  return {
    addresses: new Addresses(connection),
    audit,
    bindings: new Bindings(connection, clock),
    buttons: new Buttons(connection, clock),
    pendingBindings: new PendingBindings(connection, clock),
    messages: new Messages(connection, clock),
    turns: new Turns(connection, clock),
    questions: new Questions(connection, clock),
    outbox: new Outbox(connection, clock, audit),
    released: new Released(connection),
    lists: new Lists(connection, clock),
    lockdown: new Lockdown(connection, clock, audit),
    hostOwners: new HostOwners(connection),
    execThreads: new ExecThreads(connection, clock),
    transaction: (run) => connection.transaction(run),
    prune: (keepDays) => pruneOldRows(connection, clock.now(), keepDays),
    flush: () => connection.flush(),
    close: () => connection.close(),
  };
}

function openConnection(file: string): Connection {
  createPrivateFile(file);
  try {
    // The log and the shared memory get the mode of the file.
    chmodSync(file, 0o600);
    const looked = statSync(file).size === 0 || look(file);
    const connection = new Connection(file);
    try {
      if (!looked) check(connection);
      // FULL syncs the log at each commit: several times the time of the commit itself.
      connection.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;");
      return connection;
    } catch (thrown) {
      connection.close();
      throw thrown;
    }
  } catch (thrown) {
    throw toStoreError(thrown, file);
  }
}

/** Checks with a connection that cannot write; false when a crash left something that only a writer can finish. */
function look(file: string): boolean {
  const connection = new Connection(file, { readOnly: true });
  try {
    check(connection);
    return true;
  } catch (thrown) {
    if (needsWriter(thrown)) return false;
    throw thrown;
  } finally {
    connection.close();
  }
}

function check(connection: Connection): void {
  const { file } = connection;
  const empty = connection.pragma("schema_version") === 0;
  if (!empty && connection.pragma("application_id") !== applicationId) {
    throw new BridgeError("state-damaged", `${file} is a file of another program`, {
      file,
      reason: "foreign",
    });
  }
  checkVersion(connection);
  const reason = connection.query("PRAGMA quick_check(1)", (row) => String(row.quick_check)).find();
  if (reason !== "ok") throw new BridgeError("state-damaged", `${file}: ${reason}`, { file, reason });
}
