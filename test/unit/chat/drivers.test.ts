// Whom the owner lets write here: by id or by the service's own name, until when, how much a day, and what goes with it.
import { expect, test } from "vitest";
import type { Actor } from "../../../src/conversations/may.ts";
import { readShown } from "../../rigs/shown-text.ts";
import { newDriver, newQuestion } from "../store/store-rig.ts";
import { driver, here, owner } from "./chat-fixtures.ts";
import { openChat } from "./chat-rig.ts";
import { buildRolesAgain } from "./roles-rig.ts";

const hour = 3_600_000;
const day = 24 * hour;

function open(change: Parameters<typeof newDriver>[1] = {}) {
  const chat = openChat();
  chat.bind({ threadId: "t", drivers: [newDriver(driver.id, { dayAt: chat.clock.now(), ...change })] });
  return {
    ...chat,
    drivers: () => chat.store.bindings.findByConversation(here)?.drivers ?? [],
    write: (text: string, actor: Actor = driver) => chat.receive(text, { actor, chatKind: "group" }),
    /** What was said by itself, in order. */
    said: () => chat.store.outbox.pendingAtStart().map(readShown),
    /** The host shows what is asked. */
    showQuestions: () => {
      const { outbox } = chat.store;
      for (const { id, kind } of outbox.pendingAtStart())
        if (kind === "question" && outbox.markSending(id)) outbox.markDelivered(id);
    },
    waiting: () => chat.services.runner.waiting("b1").map(({ text, state }) => [text, state]),
  };
}

test("the owner allows by id with and without the channel, and takes it back [GATE-8d]", async () => {
  const chat = openChat();
  chat.bind({ drivers: [] });
  const drivers = () => chat.store.bindings.findByConversation(here)?.drivers.map(({ id }) => id);
  expect(await chat.say("/cx allow")).toContain("nobody");
  expect(await chat.say("/cx allow 123")).toContain("terminal:123");
  expect(await chat.say("/cx allow Terminal:123")).toContain("terminal:123");
  expect(await chat.say("/cx allow @kim:example.org")).toContain("terminal:@kim:example.org");
  expect(drivers()).toEqual(["terminal:123", "terminal:@kim:example.org"]);
  const until = "until 2026-01-31 00:00 UTC, 0 of 50 turns a day";
  expect(await chat.say("/cx allow")).toContain(
    `- terminal:123, ${until}\n- terminal:@kim:example.org, ${until}`,
  );
  expect(await chat.say("/cx disallow 123")).toContain("not heard");
  expect(await chat.say("/cx disallow 123")).toContain("not allowed here anyway");
  expect(drivers()).toEqual(["terminal:@kim:example.org"]);
  const audited = chat.store.audit.list().map(({ act, about, actor }) => [act, about, actor]);
  expect(audited).toEqual([
    ["allowed", "terminal:123", owner.id],
    ["allowed", "terminal:123", owner.id],
    ["allowed", "terminal:@kim:example.org", owner.id],
    ["disallowed", "terminal:123", owner.id],
  ]);
});

test("who was turned away here is shown, by id and names, with a button that allows them [GATE-8d]", async () => {
  const chat = openChat();
  chat.bind({ drivers: [] });
  const eve = { id: "terminal:7", isOwner: false, userName: "eve_7", name: "Bob" };
  await chat.receive("hello?", { actor: eve, chatKind: "group", isAddressed: false });
  expect(await chat.say("/cx allow")).not.toContain("terminal:7");
  await chat.receive("hello?", { actor: eve, chatKind: "group" });
  const { reply } = await chat.receive("/cx allow", { hasButtons: true });
  expect(readShown(reply)).toContain("- terminal:7 (@eve_7, shown as Bob)");
  expect(reply?.buttons).toMatchObject([[{ label: "Allow @eve_7" }]]);
  await chat.click(reply?.buttons?.[0]?.[0]?.token);
  await chat.receive("and now?", { actor: eve, chatKind: "group" });
  expect(chat.called("enqueue")).toEqual([["and now?"]]);
  const list = await chat.say("/cx allow");
  expect(list).not.toContain("Turned away");
  expect(list).toContain("- terminal:7 (@eve_7, shown as Bob), until");
  expect(await chat.say("/cx disallow @EVE_7")).toContain("not heard");
});

test("a name is the service's own, written with @, and borne by one person; how they are shown never counts [GATE-8d]", async () => {
  const chat = openChat();
  chat.bind({ drivers: [] });
  const visit = (id: string, names: Pick<Actor, "userName" | "name">) =>
    chat.receive("hi", { actor: { id: `terminal:${id}`, isOwner: false, ...names }, chatKind: "group" });
  await visit("6", { name: "kim" });
  await visit("6", { name: "@kim" });
  expect(await chat.say("/cx allow @kim")).toContain("write the id");
  await visit("7", { userName: "kim", name: "Carl" });
  await visit("8", { userName: "55" });
  expect(await chat.say("/cx allow 55")).toContain("terminal:55 may");
  expect(await chat.say("/cx allow @Carl")).toContain("write the id");
  expect(await chat.say("/cx allow @Kim")).toContain("terminal:7");
  await visit("9", { userName: "kim" });
  expect(await chat.say("/cx disallow @kim")).toContain("write the id");
  expect(await chat.say("/cx allow @nobody")).toContain("write the id");
});

test.each([
  ["--for 8h --turns 20/day", 8 * hour, 20],
  ["--turns 3 --for 30m", hour / 2, 3],
  ["--for 2w", 14 * day, 50],
  ["—for=3days", 3 * day, 50],
  ["", 30 * day, 50],
])("/cx allow 9 %s [GATE-8k]", async (options, ms, turnsPerDay) => {
  const chat = open();
  expect(await chat.say(`/cx allow 9 ${options}`)).toContain(`${turnsPerDay} a day`);
  expect(chat.drivers()[1]).toMatchObject({ id: "terminal:9", until: chat.clock.now() + ms, turnsPerDay });
});

test.each([
  "--for soon",
  "--for 0h",
  "--for 99999d",
  "--turns 0",
  "--turns many",
  "--turns 5/week",
  "8 7",
  "--for",
])("/cx allow 9 %s does not fit, and nobody is let in", async (options) => {
  const chat = open();
  expect(await chat.say(`/cx allow 9 ${options}`)).toContain("does not fit");
  expect(chat.drivers()).toHaveLength(1);
});

test("a right ends at its time, for what is written and what is clicked, and that is told once [GATE-8k]", async () => {
  const chat = open({ until: Date.UTC(2026, 0, 1) + hour });
  await chat.clock.advance(hour - 1);
  await chat.write("in time");
  expect(chat.called("enqueue")).toEqual([["in time"]]);
  await chat.clock.advance(1);
  const [[button] = []] = chat.store.buttons.make([[{ label: "x", line: "status" }]], { conversation: here });
  expect(await chat.click(button?.token, { actor: driver, chatKind: "group" })).toEqual({ isDone: false });
  expect(await chat.write("too late")).toEqual({ handled: true });
  expect(chat.called("enqueue")).toHaveLength(1);
  expect(chat.drivers()).toEqual([]);
  expect(chat.said()).toEqual([expect.stringMatching(/time of bob.*over[\s\S]*taken back: "in time"/)]);
  expect(await chat.say("/cx allow")).toContain("bob");
});

test("a right that ends while a message's files are copied does not count for it [GATE-8k]", async () => {
  const chat = open({ until: Date.UTC(2026, 0, 1) + hour });
  const takeAttachments = async () => {
    await chat.clock.advance(hour);
    return { images: ["a.png"], files: [], lost: [] };
  };
  expect(await chat.receive("look", { actor: driver, chatKind: "group", takeAttachments })).toEqual({
    handled: true,
  });
  expect(chat.called("enqueue")).toEqual([]);
  expect(chat.store.messages.open()).toEqual([]);
});

test("a clock that is set back gives nothing back: neither a right nor turns [GATE-8k]", async () => {
  const chat = open({ until: Date.UTC(2026, 0, 1) + 2 * hour, turnsPerDay: 1 });
  await chat.write("first");
  await chat.clock.advance(2 * hour - 1);
  await chat.say("/cx queue");
  chat.clock.setBack(2 * hour);
  await chat.write("second");
  expect(chat.waiting()).toEqual([
    ["first", "accepted"],
    ["second", "held"],
  ]);
  await chat.clock.advance(60_000);
  await chat.write("third");
  expect(chat.drivers()[0]?.seenAt).toBe(Date.UTC(2026, 0, 1) + 2 * hour - 1);
  // Over once, over for good.
  await chat.clock.advance(2 * hour);
  await chat.say("/cx queue");
  expect(chat.drivers()).toEqual([]);
  chat.clock.setBack(20 * day);
  expect(await chat.write("fourth")).toEqual({ handled: true });
  expect(chat.drivers()).toEqual([]);
});

test("it ends by the minute, also while nobody writes [GATE-8k]", async () => {
  const chat = open({ until: Date.UTC(2026, 0, 1) + hour });
  const roles = buildRolesAgain(chat);
  roles.start();
  await chat.write("waits");
  await chat.clock.advance(hour + 60_000);
  expect(chat.waiting()).toEqual([]);
  expect(chat.said()).toHaveLength(1);
  const timers = chat.clock.pending;
  roles.close();
  expect(chat.clock.pending).toBe(timers - 1);
});

test("whom the owner allowed by id is shown with the names of today [GATE-8d]", async () => {
  const chat = open();
  for (const userName of ["old_bob", "bob_7"]) await chat.write("hi", { ...driver, userName, name: "Bob B" });
  expect(await chat.say("/cx allow")).toContain("- bob (@bob_7, shown as Bob B), until");
  await chat.write("hi");
  expect(await chat.say("/cx disallow @bob_7")).toContain(
    "bob (@bob_7, shown as Bob B) is not heard here any more.",
  );
});

test("whom an earlier version let in gets the defaults from the first look on [GATE-8k]", async () => {
  const chat = open();
  chat.store.bindings.update("b1", { drivers: [{ id: driver.id, seenAt: 0, dayAt: 0, turns: 0 }] });
  await chat.write("hello");
  const until = chat.clock.now() + 30 * day;
  expect(chat.drivers()).toMatchObject([{ until, turnsPerDay: 50, turns: 1, dayAt: chat.clock.now() }]);
});

test("over the limit a message waits and the owner is asked once; a yes lets all of it run [GATE-8l]", async () => {
  const chat = open({ turnsPerDay: 2 });
  for (const text of ["one", "two", "three", "four"]) await chat.write(text);
  await chat.write("the owner's own", owner);
  expect(chat.called("enqueue").flat()).toEqual(["one", "two", "the owner's own"]);
  const held =
    "You have written 2 turns within 24 hours, your limit here: this message waits for the owner, who was asked.";
  const [first, asked, second, ...more] = chat.said();
  expect([first, second, more]).toEqual([held, held, []]);
  expect(asked).toMatch(/bob has written 2 turns within 24 hours[\s\S]*three[\s\S]*May it run/);
  expect(await chat.say("/cx queue")).toMatch(/4\. four \(just now; waits for the owner\)/);
  const token = /Question (?:`)?(\w+)/.exec(asked ?? "")?.[1];
  expect(await chat.say(`/cx yes ${token}`, driver)).toContain("not allowed");
  expect(await chat.say("yes", driver)).toContain("not allowed");
  expect(await chat.say(`/cx yes ${token}`)).toContain("not here yet");
  chat.showQuestions();
  expect(await chat.say(`/cx yes ${token}`)).toBe("On its way: 2 messages of bob.");
  expect(chat.called("enqueue").flat().slice(3)).toEqual(["three", "four"]);
  expect(await chat.say(`/cx yes ${token}`)).toContain("already");
});

test("a no takes back what waits and ends the driver's day; the next day is open [GATE-8l]", async () => {
  const chat = open({ turnsPerDay: 1 });
  await chat.write("one");
  await chat.write("two");
  chat.showQuestions();
  expect(await chat.say("no")).toBe(
    "Taken back: 1 message of bob, who may write no more turns until their day is over.",
  );
  expect(readShown((await chat.write("three")).reply)).toContain("You have written your turns of today");
  expect(chat.waiting()).toEqual([["one", "accepted"]]);
  expect(chat.said()).toHaveLength(1);
  await chat.clock.advance(day);
  await chat.write("four");
  expect(chat.called("enqueue").flat()).toEqual(["one", "four"]);
});

test("disallowed: what waits is taken back, what is open is closed, and both are listed [GATE-8m]", async () => {
  const chat = open({ turnsPerDay: 1 });
  await chat.write("mine");
  await chat.write("the owner's", owner);
  await chat.write("over the limit");
  const question = chat.store.questions.open(newQuestion({ conversation: here, asker: driver.id }));
  const others = chat.store.questions.open(
    newQuestion({ conversation: here, asker: owner.id, requestId: "1" }),
  );
  chat.now.active = { actor: driver.id, startedAt: 0, turn: { inbox: { turnId: "u", running: new Map() } } };
  const answer = await chat.say("/cx disallow terminal:bob");
  expect(answer).toContain("not allowed here anyway");
  chat.store.bindings.update("b1", { drivers: [newDriver("terminal:bob")] });
  expect(await chat.say("/cx disallow bob")).toBe("terminal:bob is not heard here any more.");
  chat.store.bindings.update("b1", { drivers: [newDriver(driver.id)] });
  const loss = await chat.services.roles.disallow("b1", driver.id, owner.id);
  expect(loss).toMatchObject({ rules: 0, isRunning: true });
  expect(loss.messages.map(({ text }) => text)).toEqual(["mine", "over the limit"]);
  expect(loss.questions).toHaveLength(2);
  expect(chat.waiting()).toEqual([["the owner's", "accepted"]]);
  expect(chat.store.questions.openOfConversation(here).map(({ token }) => token)).toEqual([others.token]);
  expect(chat.store.questions.findByToken(here, question.token)?.state).toBe("withdrawn");
});

test.each([
  [undefined, "private", "over, the thread is not loaded any more"],
  [{}, "private", "the thread is at work"],
  [{}, "attached", "until the thread is closed in your own Codex"],
] as const)(
  "what an owner allowed for the session goes with them, as far as it can [GATE-8m]",
  async (feed, kind, says) => {
    const chat = open();
    chat.now.feed = feed as never;
    chat.now.connected = kind;
    const answered = (by: string, isForSession: boolean, requestId: string) => {
      const { token } = chat.store.questions.open(newQuestion({ conversation: here, requestId }));
      chat.store.questions.close(token, "answered", {}, by);
      if (isForSession) chat.store.questions.noteSessionRule(token);
    };
    for (const requestId of ["1", "2", "3"]) answered(owner.id, true, requestId);
    answered(owner.id, false, "4");
    answered("amy", true, "5");
    await chat.write("waits", owner);
    chat.now.owners = ["amy"];
    await chat.write("anything");
    await chat.clock.advance(0);
    expect(chat.called("letGo")).toEqual([["t"]]);
    const [said, ...more] = chat.said();
    expect(more).toEqual([]);
    expect(said).toMatch(
      /^ann is not an owner of this host any more\.[\s\S]*- taken back: "waits"\n- 3 × yes/,
    );
    expect(said).toContain(says);
    // Once: what was taken is not taken again.
    chat.now.owners = ["ann"];
    await chat.write("again");
    chat.now.owners = ["amy"];
    await chat.write("and again");
    await chat.clock.advance(0);
    expect(chat.said()).toHaveLength(1);
  },
);

test("an owner whom the host never named by its list is left alone, and a change is noticed after a restart [GATE-8m]", async () => {
  const chat = open();
  await chat.write("waits", owner);
  chat.now.owners = ["amy", "ann"];
  buildRolesAgain(chat).start();
  expect(chat.store.hostOwners.read()).toEqual(["amy", "ann"]);
  chat.store.hostOwners.write(["zoe"]);
  chat.now.owners = ["amy"];
  buildRolesAgain(chat).start();
  expect(chat.waiting()).toEqual([["waits", "accepted"]]);
  chat.store.hostOwners.write(["ann"]);
  buildRolesAgain(chat).start();
  expect(chat.waiting()).toEqual([]);
});

test("they see neither folders nor commands, and approve nothing that only the owner was shown [GATE-8e]", async () => {
  const chat = openChat();
  chat.bind({ threadId: "t", ownerChat: "own" });
  const token = chat.ask(undefined, driver.id);
  const card = await chat.say("/cx", driver);
  expect(card).toContain(`\`${token}\` (run a command)`);
  expect(card).not.toMatch(/npm test|\/work/);
  expect(await chat.say(`/cx yes ${token}`, driver)).toContain("not allowed");
  expect(await chat.say("yes", driver)).toContain("not allowed");
  expect(await chat.say(`/cx yes ${token}`, owner)).toBe(`Yes (\`${token}\`).`);
});
