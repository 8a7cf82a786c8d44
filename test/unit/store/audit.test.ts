import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { type AuditEntry, digestText } from "../../../src/store/audit.ts";
import { readAudit } from "../../../src/store/read-audit.ts";
import type { OutboxKind } from "../../../src/store/rows.ts";
import {
  copyAsCrashed,
  errorOf,
  fileOf,
  movableClock,
  newBinding,
  openTestStore,
  privateDirectory,
} from "./store-rig.ts";

const dayMs = 24 * 60 * 60 * 1000;
const allowed = { act: "allowed", actor: "test:ann", conversation: "c1", about: "test:bob" } as const;
const acts = (entries: readonly AuditEntry[]) => entries.map(({ act }) => act);

test("rows come in the order in which they were written, whatever the clock says [AUD-1a]", () => {
  const clock = movableClock(1_000);
  const { audit } = openTestStore(undefined, clock);
  audit.write(allowed);
  clock.time = 10;
  audit.write({ ...allowed, act: "disallowed" });
  expect(audit.list()).toEqual([
    { id: 1, at: 1_000, ...allowed },
    { id: 2, at: 10, ...allowed, act: "disallowed" },
  ]);
  expect(acts(audit.list(11))).toEqual(["allowed"]);
});

test("a row is written with its thing or not at all [AUD-1a]", () => {
  const store = openTestStore();
  const binding = newBinding();
  expect(() =>
    store.transaction(() => {
      store.bindings.insert(binding);
      store.audit.write({ act: "held", actor: "ann", conversation: "c1" });
      throw new Error("no");
    }),
  ).toThrow("no");
  expect(store.audit.list()).toEqual([]);
  expect(store.bindings.all()).toEqual([]);
});

test("what the host refuses for good, or keeps back, is written down; what is tried again is not [AUD-1a]", () => {
  const store = openTestStore();
  store.bindings.insert(newBinding({ conversation: "c1", threadId: "t1" }));
  const end = (key: string, end: (id: number) => void, kind: OutboxKind = "final") => {
    store.outbox.add({ key, conversation: "c1", kind, blocks: [{ model: "x" }] });
    const [part] = store.outbox.due(1_000_000);
    store.outbox.markSending(part?.id ?? 0);
    end(part?.id ?? 0);
  };
  end("given up", (id) => store.outbox.markFailed(id));
  const refused = {
    act: "send refused",
    actor: "the host",
    conversation: "c1",
    place: "here",
    threadId: "t1",
  };
  expect(store.audit.list()).toEqual([{ id: 1, at: 1_000_000, ...refused }]);
  end("kept back", (id) => store.outbox.markDelivered(id, undefined, "suppressed"));
  end("delivered", (id) => store.outbox.markDelivered(id));
  end("later", (id) => store.outbox.markFailed(id, 2_000_000));
  expect(acts(store.audit.list())).toEqual(["send refused", "send refused"]);
  end("notice", (id) => store.outbox.markFailed(id), "notice");
  expect(store.audit.list()).toHaveLength(2);
});

test("after 400 days a row is forgotten, and its id is never used again [AUD-5a]", () => {
  const clock = movableClock();
  const { audit, prune } = openTestStore(undefined, clock);
  audit.write(allowed);
  clock.time += 400 * dayMs;
  prune(1);
  expect(audit.list()).toHaveLength(1);
  clock.time += 1;
  prune(3_650);
  expect(audit.list()).toEqual([]);
  audit.write(allowed);
  expect(audit.list()).toMatchObject([{ id: 2 }]);
});

test("a digest is that of the exact text", () => {
  expect(digestText("abc")).toBe("ba7816bf8f01cfea");
  expect(digestText("ls")).not.toBe(digestText("ls\u200b"));
});

test("it is read while another connection writes, and when nobody has the state [AUD-2a]", () => {
  const directory = privateDirectory();
  expect(readAudit(directory)).toEqual([]);
  const store = openTestStore(directory);
  expect(readAudit(directory)).toEqual([]);
  store.audit.write(allowed);
  store.transaction(() => {
    store.audit.write({ ...allowed, act: "disallowed" });
    // Not before it is certain.
    expect(acts(readAudit(directory))).toEqual(["allowed"]);
  });
  expect(acts(readAudit(directory))).toEqual(["allowed", "disallowed"]);
  expect(readAudit(directory, 1_000_001)).toEqual([]);
  store.close();
  expect(acts(readAudit(directory))).toEqual(["allowed", "disallowed"]);
});

test("it is read after a crash, and from a state of a version that had none [AUD-2a]", () => {
  const directory = privateDirectory();
  openTestStore(directory).audit.write(allowed);
  const crashed = copyAsCrashed(directory, privateDirectory());
  expect(acts(readAudit(crashed))).toEqual(["allowed"]);
  const database = new DatabaseSync(fileOf(crashed));
  database.exec("DROP TABLE audit; PRAGMA user_version = 3");
  database.close();
  expect(readAudit(crashed)).toEqual([]);
});

test("a file of another program, and a newer one, are not taken for ours [AUD-2a]", () => {
  const directory = privateDirectory();
  const database = new DatabaseSync(fileOf(directory));
  database.exec("CREATE TABLE audit (id INTEGER, at INTEGER)");
  expect(errorOf(() => readAudit(directory)).code).toBe("state-damaged");
  database.exec("PRAGMA application_id = 0x63787468; PRAGMA user_version = 99");
  database.close();
  expect(errorOf(() => readAudit(directory)).code).toBe("state-newer");
});
