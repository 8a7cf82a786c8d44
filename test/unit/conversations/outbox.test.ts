import { expect, test } from "vitest";
import type { OutboxKind } from "../../../src/store/rows.ts";
import { buildData, openRig } from "../../rigs/conversation-rig.ts";

const part = (word: string, conversation = "c1", kind: OutboxKind = "notice") => ({
  conversation,
  kind,
  blocks: buildData(JSON.stringify({ type: word })),
});

test("parts of a conversation go one after the other, in order", async () => {
  const rig = openRig();
  const gate = Promise.withResolvers<void>();
  rig.host.waitFor = gate.promise;
  for (const word of ["one", "two", "three"]) rig.outbox.post(part(word));
  await rig.settle();
  expect(rig.store.outbox.pendingAtStart().map((each) => each.state)).toEqual([
    "sending",
    "pending",
    "pending",
  ]);
  gate.resolve();
  await rig.settle();
  expect(rig.heard()).toEqual(["one", "two", "three"]);
});

test("a conversation whose host does not answer holds up no other", async () => {
  const rig = openRig();
  rig.host.waitFor = new Promise(() => {});
  rig.outbox.post(part("stuck"));
  await rig.settle();
  rig.host.waitFor = undefined;
  rig.outbox.post(part("behind it"));
  rig.outbox.post(part("free", "c2"));
  await rig.settle();
  expect(rig.heard()).toEqual(["free"]);
});

test("what failed is tried again after growing pauses, and what is behind it waits", async () => {
  const rig = openRig();
  rig.host.fail = 3;
  rig.outbox.post(part("one", "c1", "final"));
  rig.outbox.post(part("two", "c1", "final"));
  const tries: number[] = [];
  for (let ms = 0; ms < 4_000; ms += 250) {
    tries.push(rig.store.outbox.pendingAtStart()[0]?.attempts ?? 0);
    await rig.pass(250);
  }
  expect(tries.filter((each, at) => each !== tries[at - 1])).toEqual([1, 2, 3, 0]);
  expect(rig.heard()).toEqual(["one", "two"]);
});

test("while the first part waits for its next try nothing is looked at in vain", async () => {
  const rig = openRig();
  rig.host.fail = 1;
  rig.outbox.post(part("one", "c1", "final"));
  rig.outbox.post(part("two", "c1", "final"));
  await rig.settle();
  let looks = 0;
  const { due } = rig.store.outbox;
  rig.store.outbox.due = (now) => {
    looks += 1;
    return due.call(rig.store.outbox, now);
  };
  await rig.pass(499, 499);
  expect(looks).toBe(0);
  await rig.pass(1, 1);
  expect(rig.heard()).toEqual(["one", "two"]);
});

test("a notice that is too old is not said any more; a reply never expires", async () => {
  const rig = openRig();
  rig.host.served = false;
  rig.outbox.post(part("old news"));
  rig.outbox.post(part("reply", "c1", "final"));
  await rig.clock.advance(7 * 24 * 3_600_000);
  rig.host.served = true;
  rig.outbox.kick();
  await rig.settle();
  expect(rig.heard()).toEqual(["reply"]);
});

test("conversations that are not served wait until they are", async () => {
  const rig = openRig();
  rig.host.served = false;
  rig.outbox.post(part("one"));
  await rig.pass(5_000);
  expect(rig.heard()).toEqual([]);
  rig.host.served = true;
  rig.outbox.post(part("two"));
  await rig.settle();
  expect(rig.heard()).toEqual(["one", "two"]);
});

test("the same key is written once", async () => {
  const rig = openRig();
  rig.outbox.post({ ...part("reply", "c1", "final"), key: "final 1" });
  rig.outbox.post({ ...part("reply", "c1", "final"), key: "final 1" });
  await rig.settle();
  expect(rig.heard()).toEqual(["reply"]);
});

test("secrets are taken out before anything is written down [SRV-7a]", () => {
  const key = "sk-proj-abcdefghijklmnopqrstuvwxyz0123456789ABCD";
  const rig = openRig();
  rig.host.served = false;
  rig.outbox.post({
    conversation: "c1",
    kind: "final",
    blocks: [
      { model: `key ${key}` },
      { literal: key, as: "output" },
      { say: ["ours ", { name: key }, { code: key }, { path: `/a/${key}` }] },
      { list: [[{ name: key }]] },
    ],
  });
  const redacted = "[redacted]";
  expect(rig.store.outbox.pendingAtStart()[0]?.blocks).toEqual([
    { model: `key ${redacted}` },
    { literal: redacted, as: "output" },
    { say: ["ours ", { name: redacted }, { code: redacted }, { path: `/a/${redacted}` }] },
    { list: [[{ name: redacted }]] },
  ]);
});

test("what was being sent when the process died is sent again, marked, however often it takes", async () => {
  const first = openRig();
  first.host.waitFor = new Promise(() => {});
  first.outbox.post(part("seen?", "c1", "final"));
  first.outbox.post(part("surely new"));
  await first.settle();
  const second = openRig({ directory: first.directory, clock: first.clock });
  second.host.served = false;
  second.recover();
  await second.settle();
  expect(second.store.outbox.pendingAtStart()[0]?.state).toBe("sending");
  second.host.served = true;
  second.host.fail = 2;
  second.outbox.kick();
  await second.pass(5_000);
  expect(second.parts.map((each) => each.maybeRepeated)).toEqual([true, false]);
});
