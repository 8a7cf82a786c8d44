import { expect, test } from "vitest";
import type { Asked } from "../../../src/codex/questions.ts";
import { readShown } from "../../rigs/shown-text.ts";
import { choice, commandAsked, driver, field, here, owner, threadId } from "./chat-fixtures.ts";
import { openChat } from "./chat-rig.ts";

const colour: Asked = {
  kind: "user-input",
  choices: [],
  fields: [
    field("colour", {
      type: "choice",
      open: false,
      options: [
        { value: "red", label: "Red" },
        { value: "no", label: "no" },
      ],
    }),
  ],
};
const form: Asked = {
  kind: "elicitation",
  choices: [choice("no"), choice("cancel")],
  fields: [field("really", { type: "boolean" })],
};

function open() {
  const chat = openChat();
  chat.bind({ threadId });
  return chat;
}

test.each([
  ["yes", "yes"],
  ["yes TOKEN", "yes"],
  ["yes for the session", "session"],
  ["YES TOKEN session", "session"],
  ["no", "no"],
  ["answer TOKEN always", "always"],
  ["answer 2", "session"],
  ["answer no", "no"],
])("/cx %s is the choice %s [TURN-11e]", async (line, answer) => {
  const chat = open();
  const token = chat.ask();
  expect(await chat.say(`/cx ${line.replace("TOKEN", token.toUpperCase())}`)).toContain(token);
  expect(chat.called("answer")).toEqual([[token, answer]]);
});

test.each([
  ["always", "always"],
  ["always 2", "always 2"],
  ["TOKEN Always  2", "always 2"],
  ["3", "always 2"],
  ["TOKEN always 3", undefined],
])("of several permanent rules /cx answer %s is %s [TURN-11e]", async (words, name) => {
  const chat = open();
  const rules = (["always", "always 2"] as const).map((each) => ({ ...choice(each), ownerOnly: true }));
  const token = chat.ask({ kind: "command", fields: [], choices: [choice("yes"), ...rules] });
  const said = await chat.say(`/cx answer ${words.replace("TOKEN", token)}`);
  expect(chat.called("answer")).toEqual(name === undefined ? [] : [[token, name]]);
  if (name === undefined) expect(said).toContain("offered: yes, always, always 2");
});

test("a no with words steers the running turn [TURN-11e]", async () => {
  const chat = open();
  const token = chat.ask();
  await chat.say(`/cx no ${token} use yarn\n  instead`);
  expect(chat.called("answer")).toEqual([[token, "no"]]);
  expect(chat.called("steer")).toEqual([["use yarn\n  instead"]]);
});

test.each(["no-turn-running", "turn-id-mismatch"] as const)(
  "words after a no become a message when the turn is over (%s)",
  async (code) => {
    const chat = open();
    chat.ask();
    chat.now.steerError = code;
    expect(await chat.say("/cx no use yarn instead")).toContain("a message of their own");
    expect(chat.called("enqueue")).toEqual([["use yarn instead"]]);
  },
);

test("words that could not be passed on are not claimed to be, nor sent twice", async () => {
  const chat = open();
  const token = chat.ask();
  chat.now.steerError = "connection-lost";
  const reply = await chat.say("/cx no use yarn");
  expect(reply).toContain(`No (\`${token}\`).`);
  expect(reply).toContain("did not reach Codex");
  expect(chat.called("enqueue")).toEqual([]);
});

test("a word that is no token of this conversation belongs to the words", async () => {
  const chat = open();
  const elsewhere = chat.ask();
  chat.store.questions.close(elsewhere, "withdrawn");
  chat.ask();
  await chat.say("/cx no k9z do that");
  expect(chat.called("steer")).toEqual([["k9z do that"]]);
  expect(await chat.say(`/cx no ${elsewhere}`)).toContain("closed already");
});

test("a mistyped token after yes is said, not answered", async () => {
  const chat = open();
  chat.ask();
  expect(await chat.say("/cx yes k9z")).toContain("no open question `k9z`");
  expect(await chat.say("/cx yes but only once")).toContain("does not fit");
  expect(chat.called("answer")).toEqual([]);
});

test("the first answer counts, the second is told [TURN-11g]", async () => {
  const chat = open();
  const token = chat.ask();
  await chat.say(`/cx yes ${token}`);
  expect(await chat.say(`/cx no ${token}`)).toContain("first answer counted");
});

test("a choice that is not offered is refused with those that are", async () => {
  const chat = open();
  const token = chat.ask({ ...form, fields: [], choices: [choice("yes"), choice("no")] });
  expect(await chat.say("/cx answer maybe")).toContain("offered: yes, no");
  expect(await chat.say("/cx yes for the session")).toContain(`\`${token}\` cannot be answered`);
  expect(chat.called("answer")).toEqual([]);
});

test("questions that want words take them, options by number or name [TURN-11e]", async () => {
  const chat = open();
  const token = chat.ask(colour);
  expect(await chat.say("/cx answer blue")).toContain("one of: 1 Red, 2 no");
  expect(await chat.say("/cx answer 1")).toBe(`Answered (\`${token}\`).`);
  expect(chat.called("answer")).toEqual([[token, { answers: { colour: { answers: ["red"] } } }]]);
});

test("where words are wanted a bare no is an answer; /cx no declines", async () => {
  const chat = open();
  const first = chat.ask(form);
  await chat.say("no");
  const second = chat.ask(form);
  await chat.say("/cx no");
  const third = chat.ask(form);
  await chat.say("/cx answer cancel");
  expect(chat.called("answer")).toEqual([
    [first, { action: "accept", content: { really: false } }],
    [second, "no"],
    [third, "cancel"],
  ]);
});

const approvals = ["command", "file-change", "permissions", "mcp-tool"] as const;

test.each(approvals)("a driver never approves: %s, by no word and no button [GATE-8e]", async (kind) => {
  for (const ownerChat of ["own", undefined]) {
    const chat = openChat();
    chat.bind(ownerChat === undefined ? {} : { ownerChat });
    const own = chat.ask({ ...commandAsked, kind }, driver.id);
    const lines = [
      "yes",
      "yes for the session",
      "answer always",
      "answer 1",
      `yes ${own}`,
      `no ${own} do it`,
    ];
    const rows = lines.map((line) => [{ label: "x", line }]);
    const buttons = chat.store.buttons.make(rows, { conversation: here }).flat();
    for (const chatKind of ["direct", "group"] as const) {
      for (const [at, line] of lines.entries()) {
        const typed = await chat.receive(`/cx ${line}`, { actor: driver, chatKind });
        expect(readShown(typed.reply), line).toContain("not allowed");
        const clicked = await chat.click(buttons[at]?.token, { actor: driver, chatKind });
        expect(readShown(clicked.reply), line).toContain("not allowed");
      }
      const bare = await chat.receive("yes", { actor: driver, chatKind });
      expect(readShown(bare.reply)).toContain("not allowed");
    }
    expect(chat.called("answer")).toEqual([]);
    expect(await chat.say(`/cx yes ${own}`)).toBe(`Yes (\`${own}\`).`);
  }
});

test("drivers answer in words what their own messages led to, nothing else", async () => {
  const chat = open();
  const others = chat.ask(colour);
  expect(await chat.say(`/cx answer ${others} 1`, driver)).toContain("not allowed");
  const own = chat.ask(colour, driver.id);
  expect(await chat.say(`/cx answer ${own} 1`, driver)).toBe(`Answered (\`${own}\`).`);
  const again = chat.questions.confirm(here, driver.id, "here", { type: "send-again", messageId: 7 });
  await chat.say(`/cx yes ${again}`, driver);
  expect(chat.called("decide")).toEqual([[7, true]]);
});

test("sending again is decided by yes or no", async () => {
  const chat = open();
  const first = chat.questions.confirm(here, owner.id, "here", { type: "send-again", messageId: 7 });
  await chat.say(`/cx yes ${first}`);
  chat.questions.confirm(here, owner.id, "here", { type: "send-again", messageId: 8 });
  expect(await chat.say("/cx answer maybe")).toContain("offered: yes, no");
  await chat.say("no");
  expect(chat.called("decide")).toEqual([
    [7, true],
    [8, false],
  ]);
});

test("a message whose thread the conversation has let go is to be written again", async () => {
  const chat = open();
  chat.questions.confirm(here, owner.id, "here", { type: "send-again", messageId: 7 });
  chat.now.decision = "unbound";
  expect(await chat.say("yes")).toMatch(/not sent.*Write it again/);
});

test("binding what needs a yes is asked in an unbound chat, too, and then bound with what was agreed", async () => {
  const chat = openChat();
  chat.now.bindResult = {
    status: "confirm",
    why: "unguarded",
    token: "",
    inForce: { sandbox: "danger-full-access" },
    cwd: "/work",
  };
  const reply = await chat.say(`/cx resume ${threadId}`);
  expect(reply).toMatch(/full access[\s\S]*danger-full-access[\s\S]*\/cx yes/);
  expect(await chat.receive("yes", { actor: driver, chatKind: "group" })).toEqual({ handled: false });
  expect(await chat.say("yes")).toContain("Bound here");
  expect(chat.called("prepareThread").at(-1)).toMatchObject([
    { threadId, place: "here", agreed: { unguarded: true } },
  ]);
});

test("a question whose server is away says so", async () => {
  const chat = open();
  const { token } = chat.store.questions.open({
    kind: "command",
    conversation: here,
    asker: owner.id,
    place: "here",
    serverInstance: "old",
    requestId: "1",
    payload: {},
  });
  expect(await chat.say(`/cx yes ${token}`)).toContain("connection");
});
