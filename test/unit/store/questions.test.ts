import { expect, test } from "vitest";
import { Connection } from "../../../src/store/connection.ts";
import { migrate } from "../../../src/store/migrations.ts";
import { Questions } from "../../../src/store/questions.ts";
import { fileOf, movableClock, newQuestion, openTestStore, privateDirectory } from "./store-rig.ts";

test("tokens are short, easy to type and never taken for a number or a word", () => {
  const { questions } = openTestStore();
  const tokens = Array.from({ length: 300 }, () => questions.open(newQuestion()).token);
  expect(new Set(tokens).size).toBe(300);
  for (const token of tokens) {
    expect(token).toMatch(/^(?=.*\d)(?=.*[a-z])[bcdfghjkmnpqrstvwxz2-9]{3,4}$/);
  }
});

test("a token is not used again while its row is kept, and grows when all short ones are taken", () => {
  const connection = new Connection(fileOf(privateDirectory()));
  migrate(connection);
  const questions = new Questions(connection, movableClock(), (size) => "k7".repeat(size).slice(0, size));
  const first = questions.open(newQuestion());
  questions.close(first.token, "withdrawn");
  expect([first.token, questions.open(newQuestion()).token]).toEqual(["k7k", "k7k7"]);
  connection.close();
});

test("the first answer wins; the late one learns who was first", () => {
  const { questions } = openTestStore();
  const { token } = questions.open(newQuestion());
  expect(questions.close(token, "answered", { decision: "accept", words: [1] }, "ann")).toBe(true);
  expect(questions.close(token, "elsewhere", "late", "bob")).toBe(false);
  expect(questions.findByToken("terminal:main", token)).toMatchObject({
    state: "answered",
    answer: { decision: "accept", words: [1] },
    answeredBy: "ann",
    closedAt: 1_000_000,
    payload: {},
  });
  expect(questions.close("nnn", "withdrawn")).toBe(false);
});

test("open questions are found by conversation, turn and request, in the order they were asked", () => {
  const store = openTestStore();
  const { questions } = store;
  const one = questions.open(newQuestion());
  const two = questions.open(newQuestion({ requestId: '"abc"', turnId: "u2" }));
  const other = questions.open(newQuestion({ conversation: "other", serverInstance: "s2" }));
  expect(questions.openOfConversation("terminal:main")).toEqual([one, two]);
  expect(questions.openOfTurn("u2")).toEqual([two]);
  expect(questions.findByRequest("s1", '"abc"')).toEqual(two);
  expect(questions.findByRequest("s2", "0")).toEqual(other);
  expect(questions.findByRequest("s2", "1")).toBeUndefined();
  // A token is worth nothing in another conversation.
  expect(questions.findByToken("terminal:main", other.token)).toBeUndefined();
  questions.close(one.token, "answered", "yes", "ann");
  expect(questions.openOfConversation("terminal:main")).toEqual([two]);
  expect(questions.openOfTurn("u1")).toEqual([other]);
});

test("a question without a thread, answered with a bare word or with nothing", () => {
  const { questions } = openTestStore();
  const { threadId: _thread, turnId: _turn, ...bare } = newQuestion({ kind: "confirm", serverInstance: "" });
  const one = questions.open(bare);
  const two = questions.open(bare);
  expect(questions.findByToken("terminal:main", one.token)).toEqual(one);
  questions.close(one.token, "answered", "yes", "ann");
  questions.close(two.token, "withdrawn");
  expect(questions.findByToken("terminal:main", one.token)?.answer).toBe("yes");
  expect(questions.findByToken("terminal:main", two.token)).not.toHaveProperty("answer");
});
