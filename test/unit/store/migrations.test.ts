// A store as the version before wrote it: what was still to be said is said afterwards.
import { expect, test } from "vitest";
import { renderText } from "../../../src/hosts/terminal/render.ts";
import { Connection } from "../../../src/store/connection.ts";
import { migrate, migrations } from "../../../src/store/migrations.ts";
import { errorOf, fileOf, newBinding, openTestStore, privateDirectory } from "./store-rig.ts";

/** The steps before texts became blocks. */
const textSteps = 3;

const evil = 'it\'s "done" \\ {}[] \u001b[2J\n\tüñ 👍 `x` ';

function openOld(): { directory: string; connection: Connection } {
  const directory = privateDirectory();
  const connection = new Connection(fileOf(directory));
  migrate(connection, migrations.slice(0, textSteps));
  return { directory, connection };
}

function add(connection: Connection, row: Record<string, string | number>): void {
  const full = {
    ...{ conversation: "c1", kind: "final", text: evil, state: "pending" },
    ...{ attempts: 0, nextAttemptAt: 0, createdAt: 1, ...row },
  };
  const names = Object.keys(full);
  connection.command(`INSERT INTO outbox (${names}) VALUES (${names.map((name) => `@${name}`)})`)(full);
}

test("texts of before are said: replies as the model's words, all else to the letter [CONV-13d]", () => {
  const { directory, connection } = openOld();
  add(connection, { key: "final 1", replyTo: "m1" });
  add(connection, { key: "final 2", state: "sending", attempts: 1 });
  add(connection, { key: "k3", kind: "notice", expiresAt: 9_000_000 });
  add(connection, { key: "question k3b 170", kind: "question", buttons: '[[{"label":"Yes","token":"t"}]]' });
  add(connection, { key: "question k3b 170 part 2", kind: "question" });
  add(connection, { key: "question k3b 170 for the owner", kind: "question", conversation: "own" });
  add(connection, { key: "final 0", state: "delivered", hostId: "h" });
  add(connection, { key: "final 9", state: "suppressed" });
  connection.close();

  const { outbox } = openTestStore(directory);
  const literal = [{ literal: evil, as: "text" }];
  expect(outbox.pendingAtStart()).toMatchObject([
    { key: "final 1", blocks: [{ model: evil }], replyTo: "m1", isSilent: false, maybeSeen: false },
    { key: "final 2", blocks: [{ model: evil }], state: "sending", isPlain: false },
    { key: "k3", blocks: literal },
    { key: "question k3b 170", blocks: literal, question: "k3b", buttons: [[{ label: "Yes", token: "t" }]] },
    { key: "question k3b 170 part 2", blocks: literal, question: "k3b" },
    { key: "question k3b 170 for the owner", blocks: literal, question: "k3b" },
  ]);
  expect(outbox.ofQuestion("k3b")).toHaveLength(3);
  expect(outbox.due(10).map(({ key }) => key)).toEqual(["question k3b 170 for the owner"]);
  // What was delivered is kept only so that it is never written again.
  expect(outbox.add({ key: "final 0", conversation: "c1", kind: "final", blocks: [] })).toBe(false);
  expect(outbox.add({ key: "final 9", conversation: "c1", kind: "final", blocks: [] })).toBe(false);
});

test("a binding that waited for the host's approval says to the letter what was prepared [CONV-13d]", () => {
  const { directory, connection } = openOld();
  const { id: _, ...draft } = newBinding();
  const says = `Bound here: thread \`t1\`.\nYou: ${evil}`;
  connection.command(
    `INSERT INTO pendingBindings (id, conversation, draft, says, expiresAt)
     VALUES ('p1', 'c1', @draft, @says, 9000000)`,
  )({ draft, says });
  connection.close();
  const { pendingBindings } = openTestStore(directory);
  const pending = pendingBindings.take("p1");
  expect(pending).toMatchObject({ draft, says: [{ literal: says, as: "text" }] });
  expect(renderText(pending?.says ?? [])).toContain(
    '    You: it\'s "done" \\ {}[] \\x1b[2J\n    \tüñ 👍 `x` ',
  );
});

test("a question that was open stays open, with all that was asked [CONV-13d]", () => {
  const { directory, connection } = openOld();
  connection.exec(
    `INSERT INTO questions (token, kind, conversation, asker, place, serverInstance, requestId, payload, state, createdAt)
     VALUES ('k3b', 'command', 'c1', 'ann', 'here', 's', '0', '{"params":{"command":"npm test"}}', 'open', 170)`,
  );
  connection.close();
  expect(openTestStore(directory).questions.findByToken("c1", "k3b")).toMatchObject({
    state: "open",
    payload: { params: { command: "npm test" } },
  });
});

test.each([
  "{}",
  '[{"say":"text"}]',
  '[{"say":[{"bold":"x"}]}]',
  '[{"list":["x"]}]',
  '[{"literal":"x"}]',
  '[{"literal":"x","as":"html"}]',
  '[{"model":1}]',
  "[1]",
  "nonsense",
])("blocks that cannot be ours are damage: %s", (blocks) => {
  const directory = privateDirectory();
  const store = openTestStore(directory);
  store.outbox.add({ key: "k", conversation: "c", kind: "final", blocks: [] });
  store.close();
  const connection = new Connection(fileOf(directory));
  connection.command("UPDATE outbox SET blocks = @blocks")({ blocks });
  connection.close();
  const error = errorOf(() => openTestStore(directory).outbox.pendingAtStart());
  expect(error).toMatchObject({ code: "state-damaged", details: { column: "outbox.blocks" } });
});

test("drivers were ids alone: they stay, and lack what they get at the first look [GATE-8k]", () => {
  const { directory, connection } = openOld();
  const row = newBinding();
  for (const [id, drivers] of Object.entries({ b1: ["bob", "telegram:7"], b2: [] })) {
    const json = Object.fromEntries(
      Object.entries({ ...row, id, conversation: id, drivers, createdAt: 1, updatedAt: 1 }).map(
        ([name, value]) => [
          name,
          typeof value === "object" ? JSON.stringify(value) : Number.isInteger(value) ? value : String(value),
        ],
      ),
    );
    const names = Object.keys(json);
    const full = { ...json, threadSeen: 0 };
    connection.command(`INSERT INTO bindings (${names}) VALUES (${names.map((name) => `@${name}`)})`)(full);
  }
  connection.close();
  const { bindings } = openTestStore(directory);
  const bare = { seenAt: 0, dayAt: 0, turns: 0 };
  expect(bindings.findById("b1")?.drivers).toEqual([
    { id: "bob", ...bare },
    { id: "telegram:7", ...bare },
  ]);
  expect(bindings.findById("b2")?.drivers).toEqual([]);
});
