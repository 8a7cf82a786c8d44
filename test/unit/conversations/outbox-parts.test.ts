// What becomes of one text on its way out: pieces, buttons, states, and what others may not read.
import { describe, expect, test } from "vitest";
import type { HostSender, OutgoingPart, Taken } from "../../../src/conversations/host-sender.ts";
import { type NewPart, Outbox } from "../../../src/conversations/outbox.ts";
import type { Notice } from "../../../src/conversations/voice.ts";
import { silentLog } from "../../../src/kit/log.ts";
import { Redactor } from "../../../src/kit/redactor.ts";
import { accept, movableClock, newBinding, newMessage, openTestStore } from "../store/store-rig.ts";

function open(options: Partial<HostSender> = {}) {
  const clock = movableClock();
  const store = openTestStore(undefined, clock);
  const sent: OutgoingPart[] = [];
  const host = { taken: {} as Taken };
  const sender: HostSender = {
    serves: () => true,
    send: async (part) => {
      sent.push(part);
      return host.taken;
    },
    ...options,
  };
  const redactor = new Redactor({ values: ["hunter2hunter2"] });
  const voice = { say: ({ type }: Notice) => ({ text: `said: ${type}` }) };
  const outbox = new Outbox({ store, clock, sender, redactor, log: silentLog, onPoint: () => {}, voice });
  /** A message whose turn has ended; its reply is to be sent. */
  const settled = () => {
    const { id } = accept(store, newMessage("m1", { conversation: "c1" }));
    store.messages.move(id, "accepted", "settled");
    return id;
  };
  const post = async (part: Partial<NewPart>) => {
    outbox.post({ conversation: "c1", kind: "final", text: "x", ...part });
    await outbox.idle();
  };
  return { store, sent, host, outbox, settled, post };
}

const stop = [[{ label: "Stop", line: "stop" }]];
const long = Array.from({ length: 60 }, (_, at) => `line ${at}`).join("\n");

describe("a long reply", () => {
  test("goes in order, answers with its first part, has its buttons below the last [GATE-6b]", async () => {
    const { store, sent, post } = open({ longest: () => 200, hasButtons: true });
    await post({ text: long, replyTo: "m1", buttons: stop });
    expect(sent.length).toBeGreaterThan(2);
    expect(sent.map(({ text }) => text).join("\n")).toBe(long);
    expect(sent.map(({ replyTo }) => replyTo)).toEqual(["m1", ...sent.slice(1).map(() => undefined)]);
    expect(sent.map(({ buttons }) => buttons?.flat().map(({ label }) => label))).toEqual([
      ...sent.slice(1).map(() => undefined),
      ["Stop"],
    ]);
    expect(store.buttons.find(sent.at(-1)?.buttons?.[0]?.[0]?.token ?? "")).toMatchObject({ line: "stop" });
  });

  test("is delivered when all of it is, and not before [GATE-6b]", async () => {
    const states: unknown[] = [];
    const { store, outbox, settled, post } = open({
      longest: () => 200,
      send: async () => {
        states.push(stateOf());
        return {};
      },
    });
    const messageId = settled();
    const stateOf = () => store.messages.findById(messageId)?.state;
    const reply = { text: long, messageId, key: "final 1" };
    await post(reply);
    expect(states.length).toBeGreaterThan(2);
    expect(new Set(states)).toEqual(new Set(["settled"]));
    expect(stateOf()).toBe("delivered");
    outbox.add({ conversation: "c1", kind: "final", ...reply });
    expect(store.outbox.pendingAtStart()).toEqual([]);
  });
});

test.each(["suppressed", "partial"] as const)(
  "%s is kept as it was, and ends the message too [GATE-6c]",
  async (state) => {
    const { store, host, sent, settled, post } = open();
    host.taken = { state };
    const messageId = settled();
    await post({ messageId });
    expect(store.outbox.statesOfLastReply("c1")).toEqual([state]);
    expect(store.messages.findById(messageId)?.state).toBe("delivered");
    // Of what is missing the person is told, once.
    const told = sent.slice(1).map(({ text }) => text);
    expect(told).toEqual(state === "partial" ? ["said: shown-partly"] : []);
  },
);

test("buttons only where the host has them, their labels without secrets, those of a notice end with its message [GATE-7a]", async () => {
  const without = open();
  await without.post({ buttons: stop });
  expect(without.sent[0]).not.toHaveProperty("buttons");
  const { store, sent, settled, post } = open({ hasButtons: true });
  const messageId = settled();
  await post({ kind: "notice", messageId, buttons: stop });
  await post({ kind: "question", buttons: [[{ label: "use hunter2hunter2", line: "answer abc 1" }]] });
  const [notice, question] = sent.map(({ buttons }) => store.buttons.find(buttons?.[0]?.[0]?.token ?? ""));
  expect(notice).toMatchObject({ messageId, conversation: "c1" });
  expect(question).not.toHaveProperty("messageId");
  expect(sent[1]?.buttons?.[0]?.[0]?.label).toBe("use [redacted]");
});

describe("where others read along", () => {
  const said = { text: "run /secret/x?", inGroup: "A question.", buttons: stop };
  const openGroup = () => {
    const rig = open({ hasButtons: true });
    rig.store.bindings.insert(newBinding({ conversation: "c1", ownerChat: "own" }));
    return rig;
  };

  test("the group gets the short version, the owner the whole one; buttons of both mean the group [GATE-8h]", async () => {
    const { store, sent, post } = openGroup();
    store.addresses.remember("own", "to ann");
    await post({ kind: "question", ...said, replyTo: "m1" });
    expect(sent).toMatchObject([
      { conversation: "c1", text: "A question.", replyTo: "m1" },
      { conversation: "own", text: "run /secret/x?", address: "to ann" },
    ]);
    expect(sent[1]).not.toHaveProperty("replyTo");
    for (const { buttons } of sent) {
      expect(store.buttons.find(buttons?.[0]?.[0]?.token ?? "")).toMatchObject({ conversation: "c1" });
    }
  });

  test("of a notice, and where the owner cannot be reached, only the short version is said [GATE-8h]", async () => {
    const { store, sent, post } = openGroup();
    await post({ kind: "question", ...said });
    store.addresses.remember("own", "to ann");
    await post({ kind: "notice", ...said });
    expect(sent.map(({ text }) => text)).toEqual(["A question.", "A question."]);
  });

  test("a direct chat gets all of it", async () => {
    const { sent, post } = open();
    await post(said);
    expect(sent.map(({ text }) => text)).toEqual(["run /secret/x?"]);
  });

  test("that the owner's chat does not take it does not keep the message open", async () => {
    const rig = open({
      send: async ({ conversation }) => {
        if (conversation === "own") throw new Error("never wrote to the bot");
        return {};
      },
    });
    rig.store.bindings.insert(newBinding({ conversation: "c1", ownerChat: "own" }));
    rig.store.addresses.remember("own", "to ann");
    const messageId = rig.settled();
    await rig.post({ ...said, messageId });
    expect(rig.store.messages.findById(messageId)?.state).toBe("delivered");
  });
});
