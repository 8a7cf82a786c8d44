// What becomes of one text on its way out: pieces, buttons, states, and what others may not read.
import { describe, expect, test } from "vitest";
import type { HostSender, OutgoingPart, Taken } from "../../../src/conversations/host-sender.ts";
import { Outbox } from "../../../src/conversations/outbox.ts";
import type { NewPart } from "../../../src/conversations/outbox-parts.ts";
import type { Notice } from "../../../src/conversations/voice.ts";
import { type Block, code, line, own, says } from "../../../src/kit/blocks.ts";
import { silentLog } from "../../../src/kit/log.ts";
import { Redactor } from "../../../src/kit/redactor.ts";
import { accept, movableClock, newBinding, newMessage, openTestStore } from "../store/store-rig.ts";

const words = (text: string): Block[] => [{ model: text }];
const read = ({ blocks }: OutgoingPart) =>
  blocks.map((block) => ("model" in block ? block.model : "")).join("\n");
/** Each line a part. */
const split = (blocks: readonly Block[]) =>
  blocks.flatMap((block) =>
    "model" in block ? block.model.split("\n").map((each) => words(each)) : [[block]],
  );

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
  const voice = { say: ({ type }: Notice) => ({ blocks: words(`said: ${type}`) }) };
  const outbox = new Outbox({ store, clock, sender, redactor, log: silentLog, onPoint: () => {}, voice });
  /** A message whose turn has ended; its reply is to be sent. */
  const settled = () => {
    const { id } = accept(store, newMessage("m1", { conversation: "c1" }));
    store.messages.move(id, "accepted", "settled");
    return id;
  };
  const post = async (part: Partial<NewPart>) => {
    outbox.post({ conversation: "c1", kind: "final", blocks: words("x"), ...part });
    await outbox.idle();
  };
  return { store, sent, host, outbox, settled, post };
}

const stop = [[{ label: "Stop", line: "stop" }]];
const long = Array.from({ length: 6 }, (_, at) => `line ${at}`).join("\n");

describe("a long reply", () => {
  test("goes in order, answers with its first part, has its buttons below the last [GATE-6b]", async () => {
    const { store, sent, post } = open({ split, hasButtons: true });
    await post({ blocks: words(long), replyTo: "m1", buttons: stop });
    expect(sent.length).toBeGreaterThan(2);
    expect(sent.map(read).join("\n")).toBe(long);
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
      split,
      send: async () => {
        states.push(stateOf());
        return {};
      },
    });
    const messageId = settled();
    const stateOf = () => store.messages.findById(messageId)?.state;
    const reply = { blocks: words(long), messageId, key: "final 1" };
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
    const told = sent.slice(1).map(read);
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
  await post({ kind: "question", buttons: stop });
  await post({ buttons: [[{ label: "use hunter2hunter2", line: "answer abc 1" }]] });
  const [notice, question] = sent.map(({ buttons }) => store.buttons.find(buttons?.[0]?.[0]?.token ?? ""));
  expect(notice).toMatchObject({ messageId, conversation: "c1" });
  expect(question).not.toHaveProperty("messageId");
  expect(sent[2]?.buttons?.[0]?.[0]?.label).toBe("use [redacted]");
});

test("only the last part of a reply or a question is heard, a notice never is [GATE-6g]", async () => {
  const { sent, post } = open({ split });
  for (const kind of ["final", "question", "notice"] as const) await post({ kind, blocks: words("a\nb\nc") });
  expect(sent.map(({ kind, isSilent }) => `${kind} ${isSilent}`)).toEqual([
    ...["final true", "final true", "final false"],
    ...["question true", "question true", "question false"],
    ...["notice true", "notice true", "notice true"],
  ]);
});

test("how it is answered by typing stands with the last part", async () => {
  const { sent, post } = open({ split });
  const typed = says(line`${code("/cx yes k3b")}: this once`);
  await post({ kind: "question", blocks: words("a\nb"), typed });
  expect(sent.map((part) => part.typed)).toEqual([undefined, typed]);
});

test("a notice that says nothing is not written down", async () => {
  const { store, post } = open();
  await post({ kind: "notice", blocks: [{ say: [] }] });
  expect(store.outbox.pendingAtStart()).toEqual([]);
});

describe("what is decided about [TURN-11k]", () => {
  const secret = "hunter2hunter2";
  const asked: Block[] = [{ literal: `curl -u me:${secret} x`, as: "command" }];

  test("is never redacted; a warning stands before it", async () => {
    const { sent, post } = open({ hasButtons: true });
    const buttons = [[{ label: `use ${secret}`, line: "answer k3b 1" }]];
    await post({ kind: "question", question: "k3b", blocks: asked, buttons });
    expect(sent[0]?.blocks).toEqual([...words("said: holds-secret"), ...asked]);
    expect(sent[0]?.buttons).toMatchObject([[{ label: `use ${secret}` }]]);
  });

  test("without a secret there is no warning", async () => {
    const { sent, post } = open();
    const harmless = [{ literal: "npm test", as: "command" as const }];
    await post({ kind: "question", question: "k3b", blocks: harmless });
    expect(sent[0]?.blocks).toEqual(harmless);
  });

  test("the parts of a question are found by its token", async () => {
    const { store, post } = open({ split });
    await post({ kind: "question", question: "k3b", blocks: words("a\nb") });
    await post({ kind: "question", question: "k4c", blocks: words("c") });
    expect(store.outbox.ofQuestion("k3b").map(({ state }) => state)).toEqual(["delivered", "delivered"]);
    expect(store.outbox.ofQuestion("none")).toEqual([]);
  });
});

describe("where others read along", () => {
  const said = { blocks: words("run /secret/x?"), inGroup: words("A question."), buttons: stop };
  const typed = says(own("`/cx yes k3b`"));
  const openGroup = (isReached = true) => {
    const rig = open({ hasButtons: true });
    rig.store.bindings.insert(newBinding({ conversation: "c1", ownerChat: "own" }));
    if (isReached) rig.store.addresses.remember("own", "to ann");
    return rig;
  };

  test("the group gets the short version, the owner the whole one; buttons of both mean the group [GATE-8h]", async () => {
    const { store, sent, post } = openGroup();
    await post({ kind: "question", question: "k3b", typed, ...said, replyTo: "m1" });
    expect(sent.map(read).toSorted()).toEqual(["A question.", "run /secret/x?"]);
    expect(sent.find(({ conversation }) => conversation === "c1")).toMatchObject({ replyTo: "m1", typed });
    const own = sent.find(({ conversation }) => conversation === "own");
    expect(own).toMatchObject({ address: "to ann", typed });
    expect(own).not.toHaveProperty("replyTo");
    for (const { buttons } of sent) {
      expect(store.buttons.find(buttons?.[0]?.[0]?.token ?? "")).toMatchObject({ conversation: "c1" });
    }
    expect(store.outbox.ofQuestion("k3b")).toHaveLength(2);
  });

  test("what the owner alone decides is a notice there, without choices or buttons [GATE-8h]", async () => {
    const { store, sent, post } = openGroup();
    await post({ kind: "question", question: "k3b", typed, ...said, isForOwner: true });
    const group = sent.find(({ conversation }) => conversation === "c1");
    expect(group).toMatchObject({ kind: "notice", blocks: said.inGroup, isSilent: true });
    for (const name of ["typed", "buttons"]) expect(group).not.toHaveProperty(name);
    const own = sent.find(({ conversation }) => conversation === "own");
    expect(own).toMatchObject({ kind: "question", blocks: said.blocks, typed, isSilent: false });
    expect(own?.buttons).toHaveLength(1);
    expect(store.outbox.ofQuestion("k3b").map(({ conversation }) => conversation)).toEqual(["own"]);
  });

  test("a question for everybody that holds a secret is the owner's, and the group reads it redacted [GATE-8h]", async () => {
    const { sent, post } = openGroup();
    const inGroup = words("Is hunter2hunter2 right?");
    await post({ kind: "question", question: "k3b", typed, ...said, inGroup });
    const group = sent.find(({ conversation }) => conversation === "c1");
    expect(group).toMatchObject({ kind: "notice", blocks: words("Is [redacted] right?") });
    for (const name of ["typed", "buttons"]) expect(group).not.toHaveProperty(name);
  });

  test("of a notice, and where the owner cannot be reached, only the short version is said [GATE-8h]", async () => {
    const { store, sent, post } = openGroup(false);
    await post({ kind: "question", ...said });
    store.addresses.remember("own", "to ann");
    await post({ kind: "notice", ...said });
    expect(sent.map(read)).toEqual(["A question.", "A question."]);
  });

  test("a direct chat gets all of it, also what the owner alone decides", async () => {
    const { sent, post } = open({ hasButtons: true });
    await post({ kind: "question", question: "k3b", ...said, typed, isForOwner: true });
    expect(sent).toMatchObject([{ kind: "question", blocks: said.blocks, typed }]);
    expect(sent[0]?.buttons).toHaveLength(1);
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
