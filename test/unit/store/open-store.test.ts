import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import type { BridgeError } from "../../../src/errors.ts";
import { Connection } from "../../../src/store/connection.ts";
import { migrate, migrations } from "../../../src/store/migrations.ts";
import { buildStore, openStore } from "../../../src/store/open-store.ts";
import {
  accept,
  copyAsCrashed,
  errorOf,
  fileOf,
  movableClock,
  newBinding,
  newMessage,
  openTestStore,
  privateDirectory,
} from "./store-rig.ts";

const clock = movableClock();

function filled(count = 50): string {
  const directory = privateDirectory();
  const store = openStore({ directory, clock });
  store.bindings.insert(newBinding());
  for (let index = 0; index < count; index++) accept(store, newMessage(`h${index}`));
  store.close();
  return directory;
}

function edit(directory: string, sql: string): void {
  const database = new DatabaseSync(fileOf(directory));
  database.exec(sql);
  database.close();
}

/** Opening fails with the error returned, and leaves the directory byte for byte as it was. */
function refused(directory: string): BridgeError {
  const before = readFileSync(fileOf(directory));
  const error = errorOf(() => openStore({ directory, clock }));
  expect(readFileSync(fileOf(directory)).equals(before)).toBe(true);
  expect(error.details.file).toBe(fileOf(directory));
  return error;
}

test("database, log and shared memory are 0600, and close leaves the one file [CONV-13c]", () => {
  const directory = privateDirectory();
  const store = openStore({ directory, clock });
  accept(store, newMessage("h1"));
  const files = readdirSync(directory);
  expect(files.toSorted()).toEqual(["threads.sqlite", "threads.sqlite-shm", "threads.sqlite-wal"]);
  for (const name of files) expect(statSync(`${directory}/${name}`).mode & 0o777).toBe(0o600);
  store.close();
  store.close();
  expect(readdirSync(directory)).toEqual(["threads.sqlite"]);
});

test("a file that is open to others is closed to them", () => {
  const directory = filled();
  spawnSync("chmod", ["644", fileOf(directory)]);
  openTestStore(directory);
  expect(statSync(fileOf(directory)).mode & 0o777).toBe(0o600);
});

test("what was written is there after a crash, without a close", () => {
  const directory = privateDirectory();
  const store = openTestStore(directory);
  const message = accept(store, newMessage("h1"));
  const again = openTestStore(copyAsCrashed(directory, privateDirectory()));
  expect(again.messages.open()).toEqual([message]);
});

test("a damaged file whose last writes are still in the log is left untouched, the log too", () => {
  const directory = privateDirectory();
  const store = openTestStore(directory);
  accept(store, newMessage("h1"));
  const crashed = copyAsCrashed(directory, privateDirectory());
  edit(directory, "PRAGMA user_version = 99");
  const newer = copyAsCrashed(directory, privateDirectory());
  const log = readFileSync(`${fileOf(newer)}-wal`);
  expect(refused(newer).code).toBe("state-newer");
  expect(readFileSync(`${fileOf(newer)}-wal`).equals(log)).toBe(true);
  expect(openTestStore(crashed).messages.open()).toHaveLength(1);
});

test("torn and foreign files are refused as damaged and stay as they are [SHOW-4d]", () => {
  const cut = filled();
  truncateSync(fileOf(cut), Math.floor(statSync(fileOf(cut)).size / 2));
  expect(refused(cut).code).toBe("state-damaged");

  const text = privateDirectory();
  writeFileSync(fileOf(text), "this is no database, but somebody's notes\n".repeat(50));
  expect(refused(text).code).toBe("state-damaged");

  const scribbled = filled();
  const bytes = readFileSync(fileOf(scribbled));
  bytes.fill(0xee, 4096 * 2, 4096 * 4);
  writeFileSync(fileOf(scribbled), bytes);
  expect(refused(scribbled).code).toBe("state-damaged");

  const foreign = privateDirectory();
  edit(foreign, "CREATE TABLE pictures (id INTEGER)");
  expect(refused(foreign).details).toMatchObject({ reason: "foreign" });
});

test("a newer schema is refused with both versions and stays as it is [CONV-13d]", () => {
  const directory = filled();
  edit(directory, "PRAGMA user_version = 42");
  const error = refused(directory);
  expect(error.code).toBe("state-newer");
  expect(error.details).toMatchObject({ found: 42, supported: migrations.length });
});

test("a start that was killed while it made the file is finished by the next", () => {
  const directory = privateDirectory();
  writeFileSync(fileOf(directory), "");
  expect(openTestStore(directory).messages.open()).toEqual([]);
});

test("a rollback journal left by a crash is rolled back, not called damage", () => {
  const directory = filled(5);
  edit(directory, "PRAGMA journal_mode = DELETE");
  // A process that dies in the middle of a transaction that has reached the file.
  const script = `
    const { DatabaseSync } = require("node:sqlite");
    const database = new DatabaseSync(process.argv[1]);
    database.exec("PRAGMA cache_size = 1; BEGIN; UPDATE messages SET text = hex(randomblob(40000))");
    process.kill(process.pid, "SIGKILL");`;
  spawnSync(process.execPath, ["-e", script, fileOf(directory)]);
  expect(existsSync(`${fileOf(directory)}-journal`)).toBe(true);
  expect(
    openTestStore(directory)
      .messages.open()
      .map(({ text }) => text),
  ).toContain("text of h4");
});

test("steps run once, in order; a failing one leaves the schema and the rows as they were [CONV-13d]", () => {
  const directory = filled(1);
  const connection = new Connection(fileOf(directory));
  const added = [...migrations, "ALTER TABLE messages ADD COLUMN mood TEXT"];
  expect(errorOf(() => migrate(connection, [...added, "CREATE nonsense"])).code).toBe("state-unusable");
  expect(connection.pragma("user_version")).toBe(migrations.length);
  migrate(connection, added);
  migrate(connection, added);
  expect(connection.pragma("user_version")).toBe(added.length);
  expect(connection.query("SELECT mood FROM messages", (row) => row).list()).toHaveLength(1);
  connection.close();
});

test("a full disk is state-full; what was there stays, and work goes on when there is room [SHOW-4d]", () => {
  const directory = filled(0);
  const connection = new Connection(fileOf(directory));
  const store = buildStore(connection, clock);
  const pages = connection.pragma("page_count");
  connection.exec(`PRAGMA max_page_count = ${pages}`);
  const first = accept(store, newMessage("h1", { text: "short" }));
  const error = errorOf(() => store.messages.accept(newMessage("h2", { text: "x".repeat(100_000) })));
  expect(error.code).toBe("state-full");
  expect(error.details.file).toBe(fileOf(directory));
  expect(store.messages.open()).toEqual([first]);
  connection.exec(`PRAGMA max_page_count = ${pages + 1000}`);
  accept(store, newMessage("h2", { text: "x".repeat(100_000) }));
  store.close();
  expect(openTestStore(directory).messages.open()).toHaveLength(2);
});

test("a commit that the disk refuses is an error, never an accepted message", () => {
  const directory = filled(0);
  const program = fileURLToPath(new URL("fill-store.ts", import.meta.url));
  // A limit on the size of files stands for the full disk: only the commit meets it.
  const run = spawnSync(
    "sh",
    ["-c", `trap '' XFSZ; ulimit -f 256; exec "$0" "$@"`, process.execPath, program, directory],
    { encoding: "utf8" },
  );
  const { accepted, code } = JSON.parse(run.stdout);
  expect(code).toBe("state-unusable");
  expect(accepted).toBeGreaterThan(0);
  expect(openTestStore(directory).messages.open()).toHaveLength(accepted);
});

test("a directory that is not there is state-unusable", () => {
  const error = errorOf(() => openStore({ directory: `${privateDirectory()}/none`, clock }));
  expect(error.code).toBe("state-unusable");
});

test("transactions: all or nothing, nested ones join, a caught failure still undoes the whole", () => {
  const store = openTestStore();
  const result = store.transaction(() => {
    accept(store, newMessage("h1"));
    return store.transaction(() => accept(store, newMessage("h2")).id);
  });
  expect(result).toBe(2);

  expect(() =>
    store.transaction(() => {
      accept(store, newMessage("h3"));
      store.transaction(() => accept(store, newMessage("h4")));
      throw new Error("outer");
    }),
  ).toThrow("outer");
  expect(() =>
    store.transaction(() => {
      accept(store, newMessage("h5"));
      try {
        store.transaction(() => {
          throw new Error("inner");
        });
      } catch {
        accept(store, newMessage("h6"));
      }
    }),
  ).toThrow("failed already");
  expect(() =>
    store.transaction(() => {
      accept(store, newMessage("h7"));
      try {
        store.transaction(() => {
          throw new Error("inner");
        });
      } catch {}
    }),
  ).toThrow("failed already");
  expect(() =>
    store.transaction(async () => {
      accept(store, newMessage("h8"));
    }),
  ).toThrow("promise");
  expect(store.messages.open().map(({ hostMessageId }) => hostMessageId)).toEqual(["h1", "h2"]);
});

test.each([
  ["bindings.drivers", "UPDATE bindings SET drivers = '[\"bob\", 1]'"],
  ["bindings.requested", "UPDATE bindings SET requested = '{\"model\":'"],
  ["bindings.requested.sandbox", 'UPDATE bindings SET requested = \'{"sandbox":"everything"}\''],
  ["bindings.ceiling", "UPDATE bindings SET ceiling = '{}'"],
  ["bindings.inForce", "UPDATE bindings SET inForce = '[]'"],
  ["bindings.inForce.model", "UPDATE bindings SET inForce = '{\"model\":1}'"],
])("a torn value of %s is state-damaged", (column, sql) => {
  const directory = filled(0);
  edit(directory, sql);
  const error = errorOf(() => openTestStore(directory).bindings.all());
  expect(error.code).toBe("state-damaged");
  expect(error.details).toEqual({ file: fileOf(directory), column });
});

test("fields that this version does not know are passed over", () => {
  const directory = filled(0);
  edit(directory, `UPDATE bindings SET requested = '{"model":"m","later":true}'`);
  expect(openTestStore(directory).bindings.all()[0]?.requested).toEqual({ model: "m" });
});
