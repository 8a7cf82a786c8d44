import { describe, expect, test } from "vitest";
import { ThreadFeed } from "../../../src/codex/thread-feed.ts";
import { own, says as sentences } from "../../../src/kit/blocks.ts";
import { silentLog } from "../../../src/kit/log.ts";
import { driver, here, owner, stranger, threadId } from "./chat-fixtures.ts";
import { openChat } from "./chat-rig.ts";

function openBound() {
  const chat = openChat();
  chat.bind({
    threadId,
    requested: { sandbox: "workspace-write" },
    inForce: { model: "gpt-big", effort: "low", sandbox: "workspace-write", approvalPolicy: "on-request" },
  });
  return chat;
}

describe("the card", () => {
  test("thread, folder, server, what is in force, turn, queue, questions, terminal [CONV-15b]", async () => {
    const chat = openBound();
    chat.now.connected = "attached";
    const token = chat.ask();
    await chat.receive("one more");
    await chat.say("/cx model gpt-small");
    chat.now.active = {
      actor: owner.id,
      startedAt: chat.clock.now(),
      turn: { inbox: { turnId: "t", running: new Map([["i", { title: "npm test" }]]) } },
    };
    await chat.clock.advance(125_000);
    expect((await chat.say("/cx"))?.split("\n")).toEqual([
      `Thread: \`${threadId}\` "the shop"`,
      "Folder: /work on box",
      "Server: your own shared server, Codex 0.169.0 (mode auto)",
      "In force: model gpt-big, effort low, sandbox workspace-write, approvals on-request",
      "From the next turn on: model gpt-small",
      "Turn: running for 2 min, at `npm test`",
      "Queue: 1 waiting",
      `Open questions: \`${token}\` (run \`npm test\`)`,
      `In a terminal: \`codex resume ${threadId}\``,
    ]);
  });

  test("while our private server holds the thread, a terminal joins that server", async () => {
    const chat = openBound();
    chat.now.connected = "private";
    expect(await chat.say("/cx")).toContain(`\`codex resume ${threadId}\``);
    chat.now.feed = new ThreadFeed(threadId, { log: silentLog, isOwnServer: true });
    expect(await chat.say("/cx")).toContain(`\`codex --remote unix:///run/s resume ${threadId}\``);
  });

  test("a resumed thread shows what its feed reports now", async () => {
    const chat = openChat();
    chat.bind({ threadId, requested: {}, inForce: { model: "old" } });
    chat.now.feed = new ThreadFeed(threadId, { log: silentLog, isOwnServer: true });
    chat.now.feed.inForce = { model: "new" };
    expect(await chat.say("/cx")).toContain("In force: model new");
  });

  test.each([
    [["delivered"], undefined],
    [["suppressed"], "The last reply was not shown"],
    [["delivered", "partial"], "The last reply was shown only partly"],
    [["delivered", "suppressed"], "The last reply was shown only partly"],
  ] as const)("a reply whose parts were %s [GATE-6c]", async (states, says) => {
    const chat = openBound();
    await chat.receive("do it");
    const messageId = chat.store.messages.open()[0]?.id ?? 0;
    chat.store.messages.move(messageId, "accepted", "settled");
    for (const [at, state] of states.entries()) {
      chat.store.outbox.add({
        key: `k${at}`,
        conversation: here,
        kind: "final",
        blocks: sentences(own("x")),
        messageId,
      });
      const id = chat.store.outbox.pendingAtStart().at(-1)?.id ?? 0;
      chat.store.outbox.markSending(id);
      chat.store.outbox.markDelivered(id, undefined, state);
    }
    const card = await chat.say("/cx");
    if (says) expect(card).toContain(says);
    else expect(card).not.toContain("last reply");
  });

  test("others see no folders and no sockets; strangers see nothing", async () => {
    const chat = openBound();
    const card = await chat.say("/cx", driver);
    expect(card).toContain(threadId);
    expect(card).not.toContain("/work");
    expect(card).not.toContain("In a terminal");
    expect(await chat.receive("/cx status", { actor: stranger })).toEqual({ handled: true });
  });

  test("a thread that is not started yet shows what will be asked for", async () => {
    const chat = openChat();
    await chat.say("/cx new --model gpt-big");
    expect(await chat.say("/cx")).toMatch(
      /starts with the first message[\s\S]*Asked for: model gpt-big, sandbox workspace-write/,
    );
  });
});

test("new says where, what is asked for, and how to get the old one back [CONV-15e]", async () => {
  const chat = openBound();
  const reply = await chat.say('/cx new --cwd "/my work"');
  expect(chat.called("prepareNew")).toMatchObject([
    [{ conversation: here, actor: owner.id, folder: "/my work" }],
  ]);
  expect(reply).toContain("Folder: /my work on box");
  expect(reply).toContain(`/cx resume ${threadId}`);
});

test("what decides is the owner's alone", async () => {
  const chat = openBound();
  for (const line of [
    "new",
    "resume 1",
    "detach",
    "sessions",
    "model x",
    "effort low",
    "doctor",
    "queue clear",
  ]) {
    expect(await chat.say(`/cx ${line}`, driver), line).toContain("not allowed");
  }
  expect(chat.calls).toEqual([]);
});

test("what needs a bound thread says so where none is", async () => {
  const chat = openChat();
  for (const line of ["detach", "stop", "steer x", "queue", "model x", "effort"]) {
    expect(await chat.say(`/cx ${line}`), line).toContain("No thread is bound here");
  }
});

test("detach lets go and says how to come back", async () => {
  const chat = openBound();
  expect(await chat.say("/cx unbind --bind here")).toContain(`/cx resume ${threadId}`);
  expect(await chat.receive("hello")).toEqual({ handled: false });
});

test("stop: drivers their own turn, the owner any; what else waits is said", async () => {
  const chat = openBound();
  expect(await chat.say("/cx stop")).toContain("No turn is running");
  chat.now.active = { actor: owner.id, startedAt: 0 };
  expect(await chat.say("/cx stop", driver)).toContain("not allowed");
  chat.now.active.actor = driver.id;
  expect(await chat.say("/cx stop please", driver)).toBe("Stopping.");
  await chat.receive("next");
  expect(await chat.say("/cx stop")).toMatch(/1 more in the queue/);
  expect(chat.called("stop")).toHaveLength(2);
});

test("steer adds the words; without a turn it says what to do", async () => {
  const chat = openBound();
  expect(await chat.say("/cx steer use “yarn”\n  --now")).toContain("Added");
  expect(chat.called("steer")).toEqual([["use “yarn”\n  --now"]]);
  expect(await chat.say("/cx steer")).toContain("words are missing");
  chat.now.steerError = "no-turn-running";
  expect(await chat.say("/cx steer x")).toContain("Just write your message");
});

test("queue: shown, one dropped, all cleared [CONV-15i]", async () => {
  const chat = openBound();
  expect(await chat.say("/cx queue")).toBe("Nothing waits here.");
  for (const text of ["one", "two", "three"]) await chat.receive(text);
  await chat.clock.advance(180_000);
  expect(await chat.say("/cx queue")).toBe("1. one (3 min ago)\n2. two (3 min ago)\n3. three (3 min ago)");
  expect(await chat.say("/cx queue drop 2")).toContain("message 2");
  expect(await chat.say("/cx queue drop 3")).toContain("no message 3 waits here");
  expect(await chat.say("/cx queue drop")).toContain("does not fit");
  expect(await chat.say("/cx queue clear")).toBe("Taken back: 2 messages.");
});

test("model: the list, one of it in any case, and one that Codex does not list", async () => {
  const chat = openBound();
  expect(await chat.say("/cx model")).toMatch(/- gpt-big \(current, Codex's default\)\n- gpt-small\n/);
  expect(await chat.say("/cx model GPT-Small")).toBe("Model gpt-small from the next turn on.");
  expect(await chat.say("/cx model mine")).toContain("does not list it");
  expect(await chat.say("/cx model")).toContain("- mine (current, not listed)");
  expect(chat.called("setSettings")).toEqual([[{ model: "gpt-small" }], [{ model: "mine" }]]);
});

test("effort is checked against the model of the next turn", async () => {
  const chat = openBound();
  expect(await chat.say("/cx effort")).toContain("Effort: low. gpt-big lists low, high.");
  expect(await chat.say("/cx effort High")).toBe("Effort high from the next turn on.");
  expect(await chat.say("/cx model gpt-small")).toContain("does not list the effort high, only low");
  expect(await chat.say("/cx effort high")).toContain("gpt-small takes low");
  await chat.say("/cx model mine");
  expect(await chat.say("/cx effort odd")).toContain("not known");
});

test("doctor: one line each, and the sum [CONV-15k]", async () => {
  const chat = openChat();
  chat.now.checks = [
    { name: "codex", state: "ok", says: own("0.169.0") },
    { name: "login", state: "fail", says: own("run `codex login`") },
  ];
  expect(await chat.say("/cx doctor")).toBe(
    "[ok] codex: 0.169.0\n[fail] login: run `codex login`\n1 failed, 0 to look at.",
  );
});

test("help: all, one, and the nearest to a mistyped one [CONV-15c CONV-15n]", async () => {
  const chat = openChat();
  expect(await chat.say("/cx help")).toMatch(/`\/cx new \[--cwd <folder>\][\s\S]*`\/cx doctor`/);
  expect(await chat.say("/cx help bind")).toContain("resume <number | id | name>");
  expect(await chat.say("/cx help reusme")).toContain("did you mean `/cx resume`?");
  expect(await chat.say("/cx reusme 3")).toContain("did you mean `/cx resume`?");
});
