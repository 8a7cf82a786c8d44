import { describe, expect, test } from "vitest";
import type { ShownReply } from "../../../src/chat/reply.ts";
import { formatBindConfirm } from "../../../src/chat/words/confirm-text.ts";
import { lockedText } from "../../../src/chat/words/locked-text.ts";
import { buildVoice } from "../../../src/chat/words/voice.ts";
import { renderLine } from "../../../src/hosts/terminal/render.ts";
import { says } from "../../../src/kit/blocks.ts";
import { digestText } from "../../../src/store/audit.ts";
import { readShown } from "../../rigs/shown-text.ts";
import { newDriver } from "../store/store-rig.ts";
import { commandAsked, driver, here, owner, route, stranger, threadId } from "./chat-fixtures.ts";
import { openChat } from "./chat-rig.ts";

function openLocked() {
  const chat = openChat();
  chat.bind({ threadId, drivers: [newDriver(driver.id)] });
  chat.store.lockdown.change("lock", "operator:ann");
  return chat;
}
const refused = { handled: true, reply: { blocks: says(lockedText.refused) } };

test("messages, answers and commands get the one sentence, and do nothing [AUD-3a]", async () => {
  const chat = openLocked();
  const token = chat.ask();
  for (const text of [
    "hello",
    "yes",
    "no",
    "/cx new",
    "/cx stop",
    "/cx allow eve",
    `/cx yes ${token}`,
    "/cx nonsense",
  ]) {
    expect(await chat.receive(text)).toEqual(refused);
  }
  expect(await chat.receive("hello", { actor: driver, chatKind: "group" })).toEqual(refused);
  expect(chat.calls).toEqual([]);
  expect(chat.store.messages.open()).toEqual([]);
  expect(chat.store.bindings.findByConversation(here)?.drivers).toMatchObject([{ id: driver.id }]);
});

test("files are not even copied [AUD-3a]", async () => {
  const chat = openLocked();
  let copies = 0;
  const takeAttachments = async () => {
    copies += 1;
    return { images: [], files: [], lost: [] };
  };
  expect(await chat.receive("look", { takeAttachments })).toEqual(refused);
  expect(copies).toBe(0);
});

test.each(["/cx", "/cx status", "/cx card"])("%s shows the card, which says so [AUD-3a]", async (text) => {
  const chat = openLocked();
  const said = await chat.say(text);
  expect(said).toContain(renderLine(lockedText.card));
  expect(said).toContain(threadId);
});

test("strangers, and talk that is not for us, are as unheard as ever; an unbound chat is the host's [AUD-3a]", async () => {
  const chat = openLocked();
  expect(await chat.receive("hello", { actor: stranger })).toEqual({ handled: true });
  expect(await chat.receive("/cx status", { actor: stranger })).toEqual({ handled: true });
  const talk = { chatKind: "group", isAddressed: false } as const;
  expect(await chat.receive("hello", talk)).toEqual({ handled: true });
  expect(await chat.receive("hello", { route: { ...route, chat: "other" } })).toEqual({ handled: false });
  expect(await chat.receive("/cx new", { route: { ...route, chat: "other" } })).toEqual(refused);
});

test("a click is refused and leaves the button for later [AUD-3a]", async () => {
  const chat = openLocked();
  const [[button] = []] = chat.store.buttons.make([[{ label: "x", line: "effort low" }]], {
    conversation: here,
  });
  const click = () => chat.click(button?.token);
  expect(await click()).toEqual({ isDone: false, reply: { blocks: says(lockedText.refused) } });
  expect(chat.calls).toEqual([]);
  chat.store.lockdown.change("unlock", "operator:ann");
  expect(await click()).toMatchObject({ isDone: true });
  expect(JSON.stringify(await click())).toContain("used");
  expect(chat.store.buttons.find(button?.token ?? "")?.line).toBe("");
});

test("what the host brings again after the lock does not run [AUD-3c]", async () => {
  const chat = openLocked();
  const again = { messageId: "the same", mayRepeat: true };
  expect(await chat.receive("do it", again)).toEqual(refused);
  chat.store.lockdown.change("unlock", "operator:ann");
  expect(await chat.receive("do it", again)).toEqual({ handled: true });
  expect(chat.called("enqueue")).toEqual([]);
  await chat.receive("do it");
  expect(chat.called("enqueue")).toHaveLength(1);
});

test("a command that the host brings again after the lock does not run either [AUD-3c]", async () => {
  const chat = openLocked();
  const again = { messageId: "the same", mayRepeat: true };
  expect(await chat.receive("/cx stop", again)).toEqual(refused);
  expect(await chat.receive("/cx stop", again)).toEqual(refused);
  chat.store.lockdown.change("unlock", "operator:ann");
  expect(readShown((await chat.receive("/cx stop", again)).reply)).toMatch(/second time.*not run again/);
});

test("our name before it, a forward and a quote change nothing [AUD-3a]", async () => {
  const chat = openLocked();
  const own = { ownNames: ["our_bot"] };
  expect(await chat.receive("@our_bot /cx new", own)).toEqual(refused);
  expect(await chat.receive("@our_bot yes", own)).toEqual(refused);
  expect(readShown((await chat.receive("/cx@our_bot status", own)).reply)).toContain(threadId);
  expect(await chat.receive("/cx status", { isForwarded: true })).toEqual(refused);
  expect(await chat.receive("this", { quoted: { text: "x" } })).toEqual(refused);
  expect(await chat.receive("/cx@other_bot new", own)).toEqual({ handled: true });
  expect(chat.calls).toEqual([]);
});

test("a command in pieces is refused: at once, and when the lock comes between its pieces [AUD-3a]", async () => {
  const chat = openChat();
  chat.bind({ threadId });
  const later: ShownReply[] = [];
  const cuts = { answerLater: async (reply: ShownReply) => void later.push(reply) };
  const piece = `/cx steer ${"a".repeat(4_086)}`;
  expect(await chat.receive(piece, cuts)).toEqual({ handled: true });
  chat.store.lockdown.change("lock", "operator:ann");
  expect(await chat.receive("rest", cuts)).toEqual({ handled: true });
  await chat.clock.advance(0);
  expect(later).toEqual([refused.reply]);
  expect(await chat.receive(piece, cuts)).toEqual(refused);
  expect(await chat.receive("rest", cuts)).toEqual(refused);
  chat.store.lockdown.change("unlock", "operator:ann");
  await chat.clock.advance(10_000);
  expect(chat.calls).toEqual([]);
});

describe("of a binding that was agreed to the digest is that of what the owner read [AUD-1b]", () => {
  const inGroup = { chatKind: "group" } as const;
  test.each([
    ["in a direct chat", {}, "whole"],
    ["in a group, privately", { ...inGroup, privateAddress: "to ann" }, "whole"],
    ["in a group, where nothing can be sent privately", inGroup, "in the group"],
  ] as const)("%s", async (_, change, version) => {
    const chat = openChat();
    const inForce = { sandbox: "danger-full-access" } as const;
    const bindResult = { status: "confirm", why: "unguarded", token: "", inForce, cwd: "/work" } as const;
    chat.now.bindResult = bindResult;
    const { reply } = await chat.receive(`/cx resume ${threadId}`, change);
    const token = reply?.question ?? "";
    await chat.say(`/cx yes ${token}`);
    const whole = formatBindConfirm({ ...bindResult, token }, threadId);
    const digest = digestText(JSON.stringify(version === "whole" ? whole : reply?.blocks));
    expect(chat.store.audit.list()).toMatchObject([{ act: "approved", actor: owner.id, digest }]);
  });
});

test("what was asked says that it was declined by the lock [AUD-3a]", () => {
  const said = buildVoice().say({ type: "question-closed", ending: "locked", by: "operator:ann" });
  expect(readShown(said)).toBe("Declined: the operator of this machine has locked everything.");
  const declined = buildVoice().say({ type: "declined", asked: commandAsked, params: {}, isLocked: true });
  for (const blocks of [declined.blocks, declined.inGroup ?? []])
    expect(readShown({ blocks })).toMatch(/^Codex asked for something while the operator .* was declined\.$/);
});

test("whom the owner allows and disallows is written down, with whom and where [AUD-1a]", async () => {
  const chat = openChat();
  chat.bind({ threadId });
  await chat.say("/cx allow 77");
  await chat.say("/cx disallow 77");
  await chat.say("/cx disallow 77");
  const where = { actor: owner.id, conversation: here, place: "here", threadId, about: "terminal:77" };
  expect(chat.store.audit.list()).toEqual([
    { id: 1, at: expect.any(Number), act: "allowed", ...where },
    { id: 2, at: expect.any(Number), act: "disallowed", ...where },
  ]);
});
