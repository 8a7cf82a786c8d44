// What people and Codex said stays in the store for as long as it may be needed, and no longer.
import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { migrations } from "../../../src/store/migrations.ts";
import type { OutboxPart } from "../../../src/store/rows.ts";
import {
  accept,
  fileOf,
  movableClock,
  newMessage,
  newQuestion,
  openTestStore,
  privateDirectory,
} from "./store-rig.ts";

const secret = "the words in question";

/** Tables with a row that holds the words. */
function findWords(directory: string): string[] {
  const database = new DatabaseSync(fileOf(directory), { readOnly: true });
  try {
    const tables = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
    return tables
      .map(({ name }) => String(name))
      .filter((name) => JSON.stringify(database.prepare(`SELECT * FROM ${name}`).all()).includes(secret));
  } finally {
    database.close();
  }
}

function open() {
  const directory = privateDirectory();
  const clock = movableClock();
  return { directory, clock, store: openTestStore(directory, clock), words: () => findWords(directory) };
}

test.each(["delivered", "refused", "dropped"] as const)("of a message that is %s [AUD-4a]", (state) => {
  const { store, words } = open();
  const { id } = accept(store, newMessage("m1", { text: secret, images: [secret], files: [secret] }));
  expect(words()).toEqual(["messages"]);
  if (state === "delivered") store.messages.move(id, "accepted", "settled");
  if (state === "delivered") expect(words()).toEqual(["messages"]);
  store.messages.move(id, state === "delivered" ? "settled" : "accepted", state);
  expect(words()).toEqual([]);
});

test.each(["delivered", "suppressed", "partial", "failed", "expired"] as const)(
  "of a part that is %s [AUD-4a]",
  (state: OutboxPart["state"]) => {
    const { store, words, clock } = open();
    const buttons = [[{ label: secret, token: "abc" }]];
    const blocks = [{ model: secret }];
    const part = { key: "k", conversation: "c", kind: "notice", blocks, buttons } as const;
    store.outbox.add({ ...part, expiresAt: clock.time + 1 });
    const [due] = store.outbox.due(clock.time);
    if (state !== "expired") store.outbox.markSending(due?.id ?? 0);
    expect(words()).toEqual(["outbox"]);
    if (state === "expired") store.outbox.expire(clock.time + 2);
    else if (state === "failed") store.outbox.markFailed(due?.id ?? 0);
    else store.outbox.markDelivered(due?.id ?? 0, undefined, state as "delivered");
    expect(words()).toEqual([]);
  },
);

test("a part that is tried again keeps them [AUD-4a]", () => {
  const { store, words, clock } = open();
  store.outbox.add({
    key: "k",
    conversation: "c",
    kind: "final",
    blocks: [{ model: secret }],
    typed: [{ model: secret }],
  });
  store.outbox.markSending(1);
  store.outbox.markFailed(1, clock.time + 5);
  expect(words()).toEqual(["outbox"]);
  expect(store.outbox.due(clock.time + 5)).toMatchObject([{ blocks: [{ model: secret }] }]);
});

test("of a question when it is closed, of its answer when its turn is over [AUD-4a]", () => {
  const { store, words } = open();
  const { token } = store.questions.open(newQuestion({ payload: { command: secret }, turnId: "u1" }));
  expect(words()).toEqual(["questions"]);
  store.questions.close(token, "answered", { words: secret }, "ann");
  expect(store.questions.findByToken("terminal:main", token)?.payload).toEqual({});
  store.questions.forgetAnswers("another");
  expect(words()).toEqual(["questions"]);
  store.questions.forgetAnswers("u1");
  expect(words()).toEqual([]);
  expect(store.questions.findByToken("terminal:main", token)?.answeredBy).toBe("ann");
});

test("of the prompt of a question when it is closed: it is edited then, and one that comes later is not kept [AUD-4a]", () => {
  const { store, words, clock } = open();
  const { token } = store.questions.open(newQuestion());
  const blocks = [{ model: secret }];
  const part = { conversation: "c", kind: "question", blocks, question: token } as const;
  const buttons = [[{ label: secret, token: "abc" }]];
  for (const key of ["before", "after"]) store.outbox.add({ key, ...part, buttons });
  const deliver = () => {
    const [due] = store.outbox.due(clock.time);
    store.outbox.markSending(due?.id ?? 0);
    store.outbox.markDelivered(due?.id ?? 0, "7");
  };
  deliver();
  expect(store.outbox.ofQuestion(token)[0]).toMatchObject({ blocks, buttons });
  store.questions.close(token, "answered");
  store.outbox.forgetQuestion(token);
  expect(store.outbox.ofQuestion(token)[0]).toMatchObject({ blocks: [] });
  deliver();
  expect(words()).toEqual([]);
});

test("of a button that was used, and of a binding that was prepared [AUD-4a]", () => {
  const { store, words } = open();
  const [[button] = []] = store.buttons.make([[{ label: "x", line: secret }]], { conversation: "c" });
  expect(words()).toEqual(["buttons"]);
  store.buttons.forgetLine(button?.token ?? "");
  const draft = { conversation: "c", place: "here", cwd: "/w", requested: {}, inForce: {} };
  const rest = {
    ceiling: { sandbox: "read-only", approvalPolicy: "never" },
    owner: "a",
    drivers: [],
  } as const;
  const says = [{ model: secret }];
  const whole = { ...draft, ...rest, drivers: [], threadSeen: false };
  store.pendingBindings.put({ id: "p", conversation: "c", draft: whole, says }, 1);
  expect(words()).toEqual(["pendingBindings"]);
  store.pendingBindings.take("p");
  expect(words()).toEqual([]);
});

test("what an earlier version kept goes with the first start of this one [AUD-4a]", () => {
  const directory = privateDirectory();
  const database = new DatabaseSync(fileOf(directory));
  const before = migrations.findIndex((step) => step.includes("CREATE TABLE audit"));
  for (const step of migrations.slice(0, before)) database.exec(step);
  database.exec(`PRAGMA user_version = ${before}`);
  const add = database.prepare(
    `INSERT INTO outbox (key, conversation, kind, blocks, question, buttons, state, attempts, nextAttemptAt, createdAt)
     VALUES (?, 'c', 'question', ?, ?, ?, ?, 0, 0, 0)`,
  );
  const said = (text: string) => JSON.stringify([{ model: text }]);
  const buttons = JSON.stringify([[{ label: "still to come", token: "abc" }]]);
  const closed = JSON.stringify([[{ label: secret, token: "abc" }]]);
  const question = database.prepare(
    `INSERT INTO questions (token, kind, conversation, asker, place, serverInstance, requestId, payload, state, createdAt)
     VALUES (?, 'confirm', 'c', 'a', 'here', '', '', '{}', ?, 0)`,
  );
  question.run("o1", "open");
  question.run("c1", "answered");
  add.run("k1", said(secret), null, closed, "failed");
  add.run("k2", said("still to come"), null, buttons, "pending");
  add.run("k3", said("may be edited"), "o1", buttons, "delivered");
  add.run("k4", said(secret), "c1", closed, "delivered");
  database.close();
  const store = openTestStore(directory);
  expect(findWords(directory)).toEqual([]);
  expect(store.outbox.pendingAtStart()).toMatchObject([{ blocks: [{ model: "still to come" }] }]);
  expect(store.outbox.ofQuestion("o1")).toMatchObject([
    { blocks: [{ model: "may be edited" }], buttons: [[{ token: "abc" }]] },
  ]);
  expect(store.outbox.ofQuestion("c1")[0]?.buttons).toBeUndefined();
});
