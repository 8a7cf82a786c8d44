// What the outbox does with what a host does not take: which is tried again, when, how, and what is given up.
import { expect, test } from "vitest";
import type { NotTaken } from "../../../src/conversations/host-sender.ts";
import type { OutboxKind } from "../../../src/store/rows.ts";
import { buildData, openRig, readData } from "../../rigs/conversation-rig.ts";

const part = (word: string, kind: OutboxKind = "final", messageId?: number) => ({
  conversation: "c1",
  kind,
  blocks: buildData(JSON.stringify({ type: word })),
  ...(messageId === undefined ? {} : { messageId }),
});

function open(notTaken: NotTaken["notTaken"], refuses = /poison/) {
  const rig = openRig();
  rig.host.refuses = refuses;
  rig.host.answer = { notTaken, reason: "for a test" };
  const tried = () =>
    rig.tries.map(({ blocks, isPlain }) => `${JSON.parse(readData(blocks)).type}${isPlain ? " plain" : ""}`);
  const accept = (name: string) => {
    const given = { conversation: "c1", hostMessageId: name, bindingId: "b", actor: "ann", text: "x" };
    const message = rig.store.messages.accept({ ...given, images: [], clientId: name });
    if (message === "seen") throw new Error("seen");
    return message;
  };
  return { rig, tried, accept };
}

test.each(["final", "question"] as const)(
  "a refused %s goes out once more, at once, as plain words; then it is given up, and that is said [GATE-6f]",
  async (kind) => {
    const { rig, tried } = open("refused");
    rig.outbox.post(part("poison", kind));
    rig.outbox.post(part("behind it"));
    await rig.settle();
    expect(tried()).toEqual(["poison", "poison plain", "behind it", "shown-partly"]);
    expect(rig.heard()).toEqual(["behind it", "shown-partly"]);
    expect(rig.store.outbox.pendingAtStart()).toEqual([]);
  },
);

test("what is taken as plain words is said, and nothing is said to be missing", async () => {
  const { rig } = open("refused", /(?!)/);
  rig.host.fail = 1;
  rig.outbox.post(part("odd"));
  await rig.settle();
  expect(rig.parts).toMatchObject([{ isPlain: true, maybeRepeated: false }]);
  expect(rig.heard()).toEqual(["odd"]);
});

test("a reply that is given up ends its message", async () => {
  const { rig, accept } = open("refused");
  const { id } = accept("m");
  rig.store.messages.move(id, "accepted", "settled");
  rig.outbox.post(part("poison", "final", id));
  await rig.settle();
  expect(rig.store.messages.findById(id)?.state).toBe("delivered");
  expect(rig.store.outbox.statesOfLastReply("c1")).toEqual(["failed"]);
});

test.each(["passing", "unknown"] as const)(
  "%s trouble: after four tries what stands behind is tried; when that is taken the part gets its last try [GATE-6f]",
  async (notTaken) => {
    const { rig, tried } = open(notTaken);
    rig.outbox.post(part("poison"));
    rig.outbox.post(part("behind it"));
    await rig.pass(3_000, 250);
    expect(tried()).toEqual(["poison", "poison", "poison"]);
    await rig.pass(1_000, 250);
    expect(tried()).toEqual(["poison", "poison", "poison", "poison", "behind it", "poison", "shown-partly"]);
    expect(rig.store.outbox.pendingAtStart()).toEqual([]);
  },
);

test("trouble that ends just before what stands behind is tried loses nothing [GATE-6e]", async () => {
  const { rig } = open("passing", /(?!)/);
  rig.host.fail = 4;
  rig.outbox.post(part("one"));
  rig.outbox.post(part("two"));
  await rig.pass(10_000, 250);
  expect(rig.heard()).toEqual(["two", "one"]);
});

test("while the host takes nothing no reply or question is given up, and afterwards all goes in order [GATE-6e]", async () => {
  const { rig } = open("passing", /./);
  for (const word of ["one", "two", "three"]) rig.outbox.post(part(word));
  await rig.pass(30 * 60_000, 1_000);
  rig.host.refuses = /(?!)/;
  await rig.pass(2 * 60_000, 1_000);
  expect(rig.heard()).toEqual(["one", "two", "three"]);
});

test("only of what may have been sent the next try is marked so, and it stays marked", async () => {
  const { rig } = open("passing", /(?!)/);
  rig.host.fail = 1;
  rig.outbox.post(part("surely not"));
  await rig.pass(5_000, 250);
  rig.host.answer = { notTaken: "unknown", reason: "cut" };
  rig.host.fail = 1;
  rig.outbox.post(part("perhaps"));
  await rig.settle();
  rig.host.answer = { notTaken: "passing", reason: "busy" };
  rig.host.fail = 1;
  await rig.pass(5_000, 250);
  expect(rig.tries.map(({ maybeRepeated }) => maybeRepeated)).toEqual([false, false, false, true, true]);
  expect(rig.heard()).toEqual(["surely not", "perhaps"]);
});

test("a service that asks to wait is waited for", async () => {
  const { rig } = open("passing", /(?!)/);
  rig.host.answer = { notTaken: "passing", reason: "429", retryAfterMs: 30_000 };
  rig.host.fail = 1;
  rig.outbox.post(part("one"));
  await rig.pass(29_000, 1_000);
  expect(rig.heard()).toEqual([]);
  await rig.pass(1_000, 1_000);
  expect(rig.heard()).toEqual(["one"]);
});

test.each([
  ["refused", 1],
  ["passing", 2],
  ["unknown", 2],
] as const)(
  "a notice that is %s is tried %i times, then gone without a word [GATE-6g]",
  async (notTaken, times) => {
    const { rig, tried } = open(notTaken);
    rig.outbox.post(part("poison", "notice"));
    rig.outbox.post(part("news", "notice"));
    await rig.pass(60_000, 500);
    expect(tried().filter((each) => each === "poison")).toHaveLength(times);
    expect(rig.heard()).toEqual(["news"]);
    expect(rig.store.outbox.pendingAtStart()).toEqual([]);
  },
);

test("a notice that waits for its next try keeps nothing waiting", async () => {
  const { rig } = open("passing", /(?!)/);
  rig.host.fail = 1;
  rig.outbox.post(part("news", "notice"));
  await rig.settle();
  rig.outbox.post(part("reply"));
  await rig.settle();
  expect(rig.heard()).toEqual(["reply"]);
  await rig.pass(10_000, 250);
  expect(rig.heard()).toEqual(["reply", "news"]);
});

test("a notice is gone when its message is settled; one of another message is not [GATE-6g]", async () => {
  const { rig, accept } = open("passing");
  const [first, second] = [accept("m1"), accept("m2")];
  rig.host.served = false;
  rig.outbox.post(part("started", "notice", first.id));
  rig.outbox.post({ ...part("still-working", "notice", first.id), delayMs: 60_000 });
  rig.outbox.post(part("queued", "notice", second.id));
  rig.store.messages.move(first.id, "accepted", "settled");
  rig.outbox.post(part("reply", "final", first.id));
  rig.host.served = true;
  rig.outbox.kick();
  await rig.pass(120_000, 1_000);
  expect(rig.heard()).toEqual(["reply", "queued"]);
});

test("questions go before replies, replies before notices, each in the order in which it was said [GATE-6g]", async () => {
  const { rig } = open("passing");
  rig.host.served = false;
  for (const [word, kind] of [
    ["n1", "notice"],
    ["f1", "final"],
    ["q1", "question"],
    ["n2", "notice"],
    ["q2", "question"],
    ["f2", "final"],
  ] as const)
    rig.outbox.post(part(word, kind));
  rig.host.served = true;
  rig.outbox.kick();
  await rig.settle();
  expect(rig.heard()).toEqual(["q1", "q2", "f1", "f2", "n1", "n2"]);
});

test("what is being sent is not overtaken", async () => {
  const { rig } = open("passing");
  const gate = Promise.withResolvers<void>();
  rig.host.waitFor = gate.promise;
  rig.outbox.post(part("news", "notice"));
  await rig.settle();
  rig.outbox.post(part("asked", "question"));
  await rig.settle();
  gate.resolve();
  await rig.settle();
  expect(rig.heard()).toEqual(["news", "asked"]);
});

test("giving a part up in a full store is done when there is room, and nothing is stuck [GATE-6f]", async () => {
  const { rig } = open("passing");
  rig.outbox.post(part("poison"));
  rig.outbox.post(part("behind it"));
  const { markFailed } = rig.store.outbox;
  let refusals = 1;
  rig.store.outbox.markFailed = (id, at, change) => {
    if (at === undefined && refusals-- > 0) throw new Error("full");
    return markFailed.call(rig.store.outbox, id, at, change);
  };
  await rig.pass(10 * 60_000, 1_000);
  rig.outbox.post(part("later"));
  await rig.pass(10 * 60_000, 1_000);
  expect(rig.heard()).toEqual(["behind it", "later", "shown-partly"]);
  expect(rig.store.outbox.pendingAtStart()).toEqual([]);
});
