// One SQLite connection: statements prepared once, values in and out, transactions that join, errors with our codes.
// It knows no table.
import { open } from "node:fs/promises";
import { DatabaseSync, type SQLInputValue, type SQLOutputValue } from "node:sqlite";
import { toStoreError } from "./to-store-error.ts";

export type Row = Record<string, SQLOutputValue>;
/** Named parameters; undefined is NULL, a boolean 0 or 1, an object or array its JSON. */
export type Params = Record<string, unknown>;
/** Runs a statement and tells how many rows it changed. */
export type Command = (params?: Params) => number;

export interface Query<T> {
  find(params?: Params): T | undefined;
  list(params?: Params): T[];
}

const busyTimeoutMs = 5000;

export class Connection {
  readonly file: string;
  readonly #database: DatabaseSync;
  #inTransaction = false;
  #failed = false;

  /** @throws BridgeError `state-unusable`, `state-damaged` */
  constructor(file: string, options: { readOnly?: boolean } = {}) {
    this.file = file;
    this.#database = this.#guard(
      () => new DatabaseSync(file, { timeout: busyTimeoutMs, readOnly: options.readOnly ?? false }),
    );
  }

  exec(sql: string): void {
    this.#guard(() => this.#database.exec(sql));
  }

  command(sql: string): Command {
    const statement = this.#guard(() => this.#database.prepare(sql));
    return (params = {}) => this.#guard(() => Number(statement.run(toColumns(params)).changes));
  }

  query<T>(sql: string, read: (row: Row) => T): Query<T> {
    const statement = this.#guard(() => this.#database.prepare(sql));
    // Always `all`: `get` of Node 24 stops after the first row and hides an error of the commit that follows it.
    const list = (params: Params = {}) => this.#guard(() => statement.all(toColumns(params)).map(read));
    return { list, find: (params) => list(params)[0] };
  }

  /** A whole number that SQLite keeps, such as `user_version`. */
  pragma(name: string): number {
    return this.query(`PRAGMA ${name}`, (row) => Number(Object.values(row)[0])).find() ?? 0;
  }

  /**
   * All or nothing; a call inside another joins it. After any failure inside, the whole is rolled back,
   * even when the caller caught the error. `run` must not be async.
   */
  transaction<T>(run: () => T): T {
    if (this.#inTransaction) return this.#watch(run);
    this.exec("BEGIN IMMEDIATE");
    this.#inTransaction = true;
    this.#failed = false;
    try {
      const result = run();
      if (result instanceof Promise) throw new Error("a transaction cannot wait for a promise");
      this.exec("COMMIT");
      return result;
    } catch (thrown) {
      if (this.#database.isTransaction) this.#database.exec("ROLLBACK");
      throw thrown;
    } finally {
      this.#inTransaction = false;
    }
  }

  /**
   * What `run` writes, and all that was written before it, outlives a power cut too. Everything else outlives the death
   * of the process only, for a tenth of the time. Inside a transaction it changes nothing.
   */
  durably<T>(run: () => T): T {
    if (this.#inTransaction) return run();
    this.exec("PRAGMA synchronous = FULL");
    try {
      return run();
    } finally {
      this.exec("PRAGMA synchronous = NORMAL");
    }
  }

  /**
   * Resolves when all that was committed before outlives a power cut too; other work goes on meanwhile. SQLite locks the
   * file and never the log, so that closing the log here frees no lock.
   */
  async flush(): Promise<void> {
    try {
      await using log = await open(`${this.file}-wal`, "r+");
      await log.datasync();
    } catch (thrown) {
      // Closing has written the log back.
      if (this.#database.isOpen) throw toStoreError(thrown, this.file);
    }
  }

  /** As the last connection it also writes the log back into the file. Calling it twice is harmless. */
  close(): void {
    if (this.#database.isOpen) this.#database.close();
  }

  #guard<T>(work: () => T): T {
    return this.#watch(() => {
      try {
        return work();
      } catch (thrown) {
        throw toStoreError(thrown, this.file);
      }
    });
  }

  /** Once something failed, nothing more is done in this transaction: SQLite may have rolled it back already. */
  #watch<T>(work: () => T): T {
    if (this.#inTransaction && this.#failed) throw new Error("this transaction has failed already");
    try {
      return work();
    } catch (thrown) {
      this.#failed = true;
      throw thrown;
    }
  }
}

/**
 * A row without its NULLs. The tables are STRICT, so SQLite itself keeps every column to its declared type,
 * which is what makes `Columns` true.
 */
export function readColumns<Columns>(row: Row): Columns {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null)) as Columns;
}

/** `INSERT` of the named columns; `rest` is what follows, e.g. a conflict clause. */
export function insertSql(table: string, columns: readonly string[], rest = ""): string {
  return `INSERT INTO ${table} (${columns.join(", ")}) VALUES (${columns.map((name) => `@${name}`).join(", ")}) ${rest}`;
}

function toColumns(params: Params): Record<string, SQLInputValue> {
  return Object.fromEntries(Object.entries(params).map(([name, value]) => [name, toColumn(value)]));
}

function toColumn(value: unknown): SQLInputValue {
  if (typeof value === "string" || typeof value === "number") return value;
  if (typeof value === "boolean") return Number(value);
  return value === undefined || value === null ? null : JSON.stringify(value);
}
