import { expect, test } from "vitest";
import { buildConversationKey } from "../../../src/chat/inbound.ts";
import type { Attachments } from "../../../src/chat/inbound-message.ts";
import { readShown } from "../../rigs/shown-text.ts";
import { driver, here, owner, route, stranger } from "./chat-fixtures.ts";
import { openChat } from "./chat-rig.ts";

const image = { images: ["/tmp/a.png"] };

/** `taken`: set when they were asked for. */
function cameWith(attachments: Partial<Attachments>, taken: { is?: true } = {}) {
  return {
    takeAttachments: async () => {
      taken.is = true;
      return { images: [], files: [], lost: [], ...attachments };
    },
  };
}

test("the whole route is the key", () => {
  const keys = [
    route,
    { ...route, topic: "t" },
    { ...route, account: "b" },
    { ...route, channel: "x" },
    { ...route, chat: "y" },
  ];
  expect(new Set(keys.map(buildConversationKey)).size).toBe(keys.length);
});

test("a chat without a thread is not ours, its commands are [S1-15]", async () => {
  const chat = openChat();
  expect(await chat.receive("hello")).toEqual({ handled: false });
  expect(await chat.receive("yes")).toEqual({ handled: false });
  expect(await chat.say("/cx")).toContain("No thread is bound here");
});

test("a message of a bound chat is written down and queued; the same one again is not [S1-D2, S1-D12] [CONV-13i CONV-14a]", async () => {
  const chat = openChat();
  chat.bind();
  expect(await chat.receive("do it", { messageId: "a", ...cameWith(image) })).toEqual({ handled: true });
  expect(await chat.receive("do it", { messageId: "a" })).toEqual({ handled: true });
  expect(chat.called("enqueue")).toEqual([["do it"]]);
  expect(chat.points).toEqual(["accepted"]);
  expect(chat.store.messages.open()).toMatchObject([
    { conversation: here, text: "do it", images: ["/tmp/a.png"], actor: owner.id, state: "accepted" },
  ]);
});

test("a message is claimed when it outlives a power cut; its lane does not wait for that [CONV-14a]", async () => {
  const chat = openChat();
  chat.bind();
  const { promise: flushed, resolve: flush } = Promise.withResolvers<void>();
  const order: string[] = [];
  chat.store.flush = () => {
    order.push("written down", ...chat.called("enqueue").map(([text]) => `${text} in its lane`));
    return flushed.then(() => void order.push("flushed"));
  };
  const claimed = chat.receive("do it").then(() => order.push("claimed"));
  await new Promise((resolve) => setImmediate(resolve));
  flush();
  await claimed;
  expect(order).toEqual(["written down", "do it in its lane", "flushed", "claimed"]);
});

test("a file of a message is named in its text, and its path is written down beside [GATE-10a NODE-4d]", async () => {
  const chat = openChat();
  chat.bind();
  const file = { path: "/state/files/x.csv", name: "prices.csv", bytes: 6 };
  await chat.receive("sum it up", cameWith({ files: [file] }));
  const [message] = chat.store.messages.open();
  expect(message?.text).toBe(
    'sum it up\n\n[The person sent the file "prices.csv", 6 bytes; it is at /state/files/x.csv]',
  );
  expect(message?.files).toEqual([file.path]);
});

test("an image alone is a message, nothing at all gets a notice [S1-D15]", async () => {
  const chat = openChat();
  chat.bind();
  expect(await chat.receive("", cameWith(image))).toEqual({ handled: true });
  expect(await chat.say("  \n")).toContain("empty");
  expect(chat.called("enqueue")).toHaveLength(1);
});

test("what comes with a message that is no turn is not taken [GATE-10c]", async () => {
  const chat = openChat();
  const isTaken = async (text: string, change: object) => {
    const taken: { is?: true } = {};
    await chat.receive(text, { ...cameWith(image, taken), chatKind: "group", ...change });
    return taken.is === true;
  };
  expect(await isTaken("look", {})).toBe(false);
  chat.bind();
  expect(await isTaken("look", { actor: stranger })).toBe(false);
  expect(await isTaken("look", { isAddressed: false })).toBe(false);
  expect(await isTaken("/cx queue", {})).toBe(false);
  expect(await isTaken("look", {})).toBe(true);
});

test("what comes with a command is not taken, saying so; with a yes it is a message, no answer [GATE-10b]", async () => {
  const chat = openChat();
  chat.bind({ threadId: "t" });
  const file = { path: "/tmp/a.csv", name: "a.csv", bytes: 3 };
  const { reply } = await chat.receive("/cx steer look", cameWith({ files: [file] }));
  expect(readShown(reply)).toContain("was not taken");
  chat.ask();
  const lost = { files: [file], lost: [{ name: "b.csv", why: "too-large" as const }] };
  expect(readShown((await chat.receive("yes", cameWith(lost))).reply)).toContain('"b.csv" is larger');
  expect(chat.called("answer")).toEqual([]);
  expect(chat.called("enqueue")).toEqual([[expect.stringContaining("/tmp/a.csv")]]);
});

test("a chat that is let go while files are being taken has no turn, saying so", async () => {
  const chat = openChat();
  const { id } = chat.bind();
  const takeAttachments = async () => {
    chat.store.bindings.remove(id);
    return { images: ["/tmp/a.png"], files: [], lost: [] };
  };
  expect(readShown((await chat.receive("look", { takeAttachments })).reply)).toContain("No thread is bound");
  expect(chat.called("enqueue")).toEqual([]);
});

test("one more than may wait is refused, saying so, also when it is delivered again [S1-24]", async () => {
  const chat = openChat({ maxQueued: 2 });
  chat.bind();
  await chat.receive("1");
  await chat.receive("2");
  const third = await chat.receive("3", { messageId: "third" });
  expect(readShown(third.reply)).toContain("Too many messages wait already (2)");
  expect(await chat.receive("3", { messageId: "third" })).toEqual({ handled: true });
  expect(chat.called("enqueue")).toEqual([["1"], ["2"]]);
  expect(chat.store.messages.open()).toHaveLength(2);
});

test("who may not write is neither answered nor passed on [S1-16, S1-D14]", async () => {
  const chat = openChat();
  chat.bind();
  expect(await chat.receive("hi", { actor: stranger, chatKind: "group" })).toEqual({ handled: true });
  expect(await chat.receive("go on", { actor: driver, chatKind: "group" })).toEqual({ handled: true });
  expect(chat.called("enqueue")).toEqual([["go on"]]);
});

test("whatever breaks, a message is claimed and answered [S1-19]", async () => {
  const chat = openChat();
  chat.bind();
  chat.services.runner.enqueue = () => {
    throw new Error("boom with hunter2hunter2");
  };
  const received = await chat.receive("hello");
  expect(received.handled).toBe(true);
  expect(readShown(received.reply)).toContain("Something went wrong");
  expect(readShown(received.reply)).not.toContain("hunter2");
  chat.store.close();
  expect(await chat.receive("hello")).toMatchObject({ handled: true, reply: { blocks: expect.any(Array) } });
});

test("secrets leave replies", async () => {
  const chat = openChat();
  expect(await chat.say("/cx resume hunter2hunter2")).not.toContain("hunter2");
});

test("a bare yes or no answers the one open question, and is a message where none is open [TURN-11f]", async () => {
  const chat = openChat();
  chat.bind();
  const token = chat.ask();
  expect(await chat.say(" Yes! ")).toBe(`Yes (\`${token}\`).`);
  expect(chat.called("answer")).toEqual([[token, "yes"]]);
  expect(await chat.receive("yes, and more")).toEqual({ handled: true });
  expect(chat.called("enqueue")).toEqual([["yes, and more"]]);
});

test("a lone yes with nothing open is a turn, but held back behind a question that was closed since the last reply [TURN-11f]", async () => {
  const chat = openChat();
  chat.bind();
  for (const text of ["yes", "no", "2"]) expect(await chat.receive(text)).toEqual({ handled: true });
  expect(chat.called("enqueue")).toEqual([["yes"], ["no"], ["2"]]);
  const token = chat.ask();
  await chat.say("yes");
  expect(await chat.say("yes")).toContain(`Question \`${token}\` was answered already by ann.`);
  expect(chat.called("enqueue")).toHaveLength(3);
  await chat.say("/cx send yes");
  expect(chat.called("enqueue").at(-1)).toEqual(["yes"]);
});

test("what looks like an answer while something is asked is no turn, and the question is shown again [TURN-11f]", async () => {
  const chat = openChat();
  chat.bind();
  const token = chat.ask();
  for (const text of ["ok", "go ahead!", "👍", "not now", "1"]) {
    expect(await chat.say(text), text).toContain(`question \`${token}\``);
  }
  expect(chat.called("putAgain")).toHaveLength(5);
  expect(chat.called("enqueue")).toEqual([]);
  await chat.receive("use the other folder");
  expect(chat.called("enqueue")).toEqual([["use the other folder"]]);
});

test.each(["ja", "Oui!", "sí", "はい", "да", "네", "نعم", "evet"])("%s is a yes [TURN-11f]", async (text) => {
  const chat = openChat();
  chat.bind();
  const token = chat.ask();
  expect(await chat.say(text)).toBe(`Yes (\`${token}\`).`);
});

test("a bare yes where several are open names them and is no message [TURN-11f]", async () => {
  const chat = openChat();
  chat.bind();
  const tokens = [chat.ask(), chat.ask()];
  const reply = await chat.say("no");
  for (const token of tokens) expect(reply).toContain(token);
  expect(chat.called("enqueue")).toEqual([]);
  expect(chat.called("answer")).toEqual([]);
});
