// Whom the owner lets write here: by id or by the service's own name, until when, how much a day.
import { expect, test } from "vitest";
import { readShown } from "../../rigs/shown-text.ts";
import { driver, here, owner } from "./chat-fixtures.ts";
import { openChat } from "./chat-rig.ts";

test("the owner allows by id with and without the channel, and takes it back [GATE-8d]", async () => {
  const chat = openChat();
  chat.bind({ drivers: [] });
  const drivers = () => chat.store.bindings.findByConversation(here)?.drivers;
  expect(await chat.say("/cx allow")).toContain("nobody");
  expect(await chat.say("/cx allow 123")).toContain("terminal:123");
  expect(await chat.say("/cx allow Terminal:123")).toContain("terminal:123");
  expect(await chat.say("/cx allow @kim:example.org")).toContain("terminal:@kim:example.org");
  expect(drivers()).toEqual(["terminal:123", "terminal:@kim:example.org"]);
  expect(await chat.say("/cx allow")).toContain("terminal:123, terminal:@kim:example.org");
  expect(await chat.say("/cx disallow 123")).toContain("not heard");
  expect(await chat.say("/cx disallow 123")).toContain("not allowed here anyway");
  expect(drivers()).toEqual(["terminal:@kim:example.org"]);
});

test("who was turned away here is shown with a button that allows them [GATE-8d]", async () => {
  const chat = openChat();
  chat.bind({ drivers: [] });
  const eve = { id: "terminal:7", isOwner: false, name: "Eve" };
  await chat.receive("hello?", { actor: eve, chatKind: "group", isAddressed: false });
  expect(await chat.say("/cx allow")).not.toContain("terminal:7");
  await chat.receive("hello?", { actor: eve, chatKind: "group" });
  const { reply } = await chat.receive("/cx allow", { hasButtons: true });
  expect(readShown(reply)).toContain("- terminal:7 (Eve)");
  expect(reply?.buttons).toMatchObject([[{ label: "Allow Eve" }]]);
  await chat.click(reply?.buttons?.[0]?.[0]?.token);
  await chat.receive("and now?", { actor: eve, chatKind: "group" });
  expect(chat.called("enqueue")).toEqual([["and now?"]]);
  expect(await chat.say("/cx allow")).not.toContain("Turned away");
});

test("a name counts only with @, and only where one person bears it [GATE-8d]", async () => {
  const chat = openChat();
  chat.bind({ drivers: [] });
  const visit = (id: string, name: string) =>
    chat.receive("hi", { actor: { id: `terminal:${id}`, isOwner: false, name }, chatKind: "group" });
  await visit("7", "kim");
  await visit("8", "55");
  expect(await chat.say("/cx allow 55")).toContain("terminal:55");
  expect(await chat.say("/cx allow @Kim")).toContain("terminal:7");
  await visit("9", "@lee");
  await visit("10", "lee");
  expect(await chat.say("/cx allow @lee")).toContain("write the id");
  expect(await chat.say("/cx allow @nobody")).toContain("write the id");
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
