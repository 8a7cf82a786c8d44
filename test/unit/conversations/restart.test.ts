import { describe, expect, test, vi } from "vitest";
import { BridgeError } from "../../../src/errors.ts";
import type { MessageState } from "../../../src/store/message-states.ts";
import { type ConversationRig, openRig } from "../../rigs/conversation-rig.ts";

const finalsOf = (rig: ConversationRig) => rig.finals().map(({ type, text, error }) => text ?? error ?? type);

/** A message that an earlier process left in this state. */
function leave(rig: ConversationRig, states: MessageState[], turnId?: string) {
  const ids = { hostMessageId: "h1", clientId: "id of left", bindingId: "b1", conversation: "c1" };
  const message = rig.store.messages.accept({ ...ids, actor: "ann", text: "left", images: [] });
  if (message === "seen") throw new Error("seen");
  let state: MessageState = "accepted";
  for (const next of states) {
    rig.store.messages.move(message.id, state, next, turnId && next === "running" ? { turnId } : {});
    state = next;
  }
  return message;
}

describe("closing and starting again", () => {
  test("closing leaves running messages to the next start, which follows them [CONV-13e]", async () => {
    const first = openRig();
    first.bindTo("t1");
    const [one, two] = [first.send("one"), first.send("two")];
    await first.settle();
    await first.close();
    const second = openRig({ directory: first.directory, clock: first.clock, server: first.server });
    expect([one, two].map(second.stateOf)).toEqual(["running", "accepted"]);
    second.clock.advance(1);
    second.recover();
    await second.settle();
    expect(second.heard()).toEqual(["queued", "following"]);
    second.server.reply("re one");
    await second.settle();
    second.server.reply("re two");
    await second.settle();
    expect(finalsOf(second)).toEqual(["re one", "re two"]);
    expect(second.server.count("turn/start")).toBe(2);
  });

  test("a turn that ended meanwhile is delivered late, and says so [CONV-13f]", async () => {
    const rig = openRig();
    rig.bindTo("t1");
    rig.clock.advance(1);
    const turn = rig.server.join("t1", "left", "id of left");
    const message = leave(rig, ["submitted", "running"], turn.id);
    rig.server.reply("re left");
    const later = openRig({ directory: rig.directory, clock: rig.clock, server: rig.server });
    await rig.clock.advance(1_000);
    later.recover();
    await later.settle();
    expect(later.finals()).toMatchObject([{ type: "reply", text: "re left" }]);
    expect(later.stateOf(message)).toBe("delivered");
  });

  test.each<[string, MessageState[], MessageState]>([
    ["was not sent: sent", [], "running"],
    ["was waiting for a lock: sent", ["waiting"], "running"],
    ["was being sent, absent: sent", ["submitted"], "running"],
    ["waits for the person: left alone", ["submitted", "unknown"], "unknown"],
    ["was cut off and asked about: left alone", ["submitted", "running", "interrupted"], "interrupted"],
    ["was taken back: left alone", ["dropped"], "dropped"],
  ])("what %s [CONV-13g CONV-13h]", async (_, states, after) => {
    const rig = openRig();
    rig.bindTo("t1");
    rig.server.join("t1", "before", "their id");
    rig.server.reply("before");
    const message = leave(rig, states);
    rig.recover();
    await rig.pass(2_000);
    expect(rig.stateOf(message)).toBe(after);
    expect(rig.server.count("turn/start")).toBe(after === "running" ? 1 : 0);
  });

  test("a message that was waiting can be dropped from the queue", async () => {
    const rig = openRig();
    rig.bindTo("t1");
    rig.send("first");
    const message = leave(rig, ["waiting"]);
    rig.recover();
    await rig.settle();
    expect(rig.runner.dropWaiting("b1")).toBe(1);
    expect(rig.stateOf(message)).toBe("dropped");
  });

  test("a message whose conversation was let go is not sent", async () => {
    const rig = openRig();
    rig.bindTo("t1");
    const message = leave(rig, []);
    rig.store.bindings.remove("b1");
    rig.recover();
    await rig.settle();
    expect(rig.stateOf(message)).toBe("dropped");
  });

  test("conversations that another host serves are left to it", async () => {
    const rig = openRig();
    rig.bindTo("t1");
    const message = leave(rig, []);
    rig.host.served = false;
    rig.recover();
    await rig.settle();
    expect(rig.stateOf(message)).toBe("accepted");
  });
});

describe("the person decides about an unknown message", () => {
  async function openUnknown() {
    const rig = openRig();
    rig.bindTo("t1");
    rig.server.ignore("turn/start");
    const message = rig.send("left");
    await rig.pass(32_000);
    expect(rig.stateOf(message)).toBe("unknown");
    return { rig, message, question: rig.questions.get("c1", undefined) };
  }

  test("send it again: a new turn under a new id", async () => {
    const { rig, question } = await openUnknown();
    expect(rig.runner.decide(question, true, "ann")).toBe("sending");
    expect(() => rig.runner.decide(question, true, "ann")).toThrow("faster");
    await rig.settle();
    const [, again] = rig.server.sent("turn/start");
    expect(again?.clientUserMessageId).not.toBe("id of left");
    rig.server.reply("re left");
    await rig.settle();
    expect(finalsOf(rig)).toEqual(["re left"]);
    expect(rig.server.count("turn/start")).toBe(2);
  });

  test("leave it: dropped, and only once", async () => {
    const { rig, message, question } = await openUnknown();
    expect(rig.runner.decide(question, false, "ann")).toBe("dropped");
    expect(() => rig.runner.decide(question, false, "ann")).toThrow("faster");
    expect(rig.stateOf(message)).toBe("dropped");
    expect(rig.server.count("turn/start")).toBe(1);
  });

  test("its conversation was bound to the same thread anew: it goes there [CONV-13k]", async () => {
    const { rig, message, question } = await openUnknown();
    rig.store.bindings.remove("b1");
    rig.bindTo("t1", { id: "b2" });
    expect(rig.runner.decide(question, true, "ann")).toBe("sending");
    await rig.settle();
    expect(rig.runner.findActive("b2")).toBeDefined();
    rig.server.reply("re left");
    await rig.settle();
    expect(finalsOf(rig)).toEqual(["re left"]);
    expect(rig.stateOf(message)).toBe("delivered");
  });

  test.each(["t2", undefined])(
    "its conversation holds %s now: it is dropped [CONV-13k]",
    async (threadId) => {
      const { rig, message, question } = await openUnknown();
      rig.store.bindings.remove("b1");
      if (threadId) rig.bindTo(threadId, { id: "b2" });
      expect(rig.runner.decide(question, true, "ann")).toBe("unbound");
      expect(rig.stateOf(message)).toBe("dropped");
      expect(rig.questions.open("c1")).toEqual([]);
      expect(rig.server.count("turn/start")).toBe(1);
    },
  );

  test("a message that cannot be moved leaves its question open [CONV-13k]", async () => {
    const { rig, message, question } = await openUnknown();
    const move = vi.spyOn(rig.store.messages, "move").mockImplementation(() => {
      throw new BridgeError("state-full", "full");
    });
    expect(() => rig.runner.decide(question, true, "ann")).toThrow("full");
    move.mockRestore();
    expect(rig.questions.open("c1")).toHaveLength(1);
    expect(rig.stateOf(message)).toBe("unknown");
    expect(rig.runner.decide(question, true, "ann")).toBe("sending");
  });
});
