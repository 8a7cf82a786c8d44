import { describe, expect, test } from "vitest";
import { BridgeError } from "../../../src/errors.ts";
import { type ConversationRig, openRig } from "../../rigs/conversation-rig.ts";

const finalsOf = (rig: ConversationRig) => rig.finals().map(({ type, text, error }) => text ?? error ?? type);

describe("turn/start without an answer [SRV-6a]", () => {
  test("found running in the history: followed, not sent again", async () => {
    const rig = openRig();
    rig.bindTo("t1");
    rig.server.swallow("turn/start");
    const message = rig.send("one");
    await rig.pass(32_000);
    expect(rig.stateOf(message)).toBe("running");
    rig.server.reply("re one");
    await rig.settle();
    expect(rig.server.count("turn/start")).toBe(1);
    expect(finalsOf(rig)).toEqual(["re one"]);
  });

  test("ended meanwhile: its reply is taken from the history", async () => {
    const rig = openRig();
    rig.bindTo("t1");
    rig.server.cutAt("turn/start", true);
    rig.server.onTurn = () => rig.server.reply("re one");
    rig.send("one");
    await rig.pass(2_000);
    expect(rig.server.count("turn/start")).toBe(1);
    expect(finalsOf(rig)).toEqual(["re one"]);
  });

  test("proven absent: sent again [CONV-13g]", async () => {
    const rig = openRig();
    rig.bindTo("t1");
    rig.server.join("t1", "before", "their id");
    rig.server.reply("before");
    rig.server.ignore("turn/start");
    rig.send("one");
    await rig.pass(32_000);
    expect(rig.server.sent("turn/start").map((each) => each.clientUserMessageId)).toEqual([
      "id of one",
      "id of one",
    ]);
    rig.server.reply("re one");
    await rig.settle();
    expect(finalsOf(rig)).toEqual(["re one"]);
  });

  test("an empty history where one is expected proves nothing: the person is asked [CONV-13h]", async () => {
    const rig = openRig();
    rig.bindTo("t1");
    rig.server.ignore("turn/start");
    const message = rig.send("one");
    await rig.pass(32_000);
    expect(rig.stateOf(message)).toBe("unknown");
    expect(rig.questionsAsked()).toMatchObject([{ type: "unknown-fate", message: "one" }]);
    expect(rig.server.count("turn/start")).toBe(1);
  });

  test("the next message does not wait for the person's decision", async () => {
    const rig = openRig();
    rig.bindTo("t1");
    rig.server.ignore("turn/start");
    rig.send("one");
    rig.send("two");
    await rig.pass(32_000);
    rig.server.reply("re two");
    await rig.settle();
    expect(finalsOf(rig)).toEqual(["re two"]);
  });

  test("the lookup is cut too: it is taken up again, nothing is called failed", async () => {
    const rig = openRig();
    rig.bindTo("t1");
    rig.server.cutAt("turn/start", true);
    rig.server.cutAt("thread/turns/list", false);
    rig.server.cutAt("thread/turns/list", false);
    const message = rig.send("one");
    await rig.pass(5_000);
    expect(rig.stateOf(message)).toBe("running");
    rig.server.reply("re one");
    await rig.settle();
    expect(finalsOf(rig)).toEqual(["re one"]);
  });

  test("no connection comes any more: the message may have run, so the person is asked [CONV-13h]", async () => {
    const rig = openRig();
    rig.bindTo("t1");
    const message = rig.send("one");
    await rig.pass(3_000, 1_000);
    rig.place.refusal = new BridgeError("server-exited", "will not start");
    rig.server.cutAll();
    await rig.pass(120_000, 1_000);
    expect(rig.stateOf(message)).toBe("unknown");
    expect(rig.heard()).toEqual(["started", "waiting", "failed", "unknown-fate"]);
    expect(rig.finals()).toEqual([]);
  });
});

describe("the connection or the server goes", () => {
  test("a running turn is followed over a new connection [SRV-6a]", async () => {
    const rig = openRig();
    rig.bindTo("t1");
    rig.send("one");
    await rig.settle();
    rig.server.cutAll();
    await rig.settle();
    rig.server.reply("re one");
    await rig.settle();
    expect(finalsOf(rig)).toEqual(["re one"]);
    expect(rig.server.count("turn/start")).toBe(1);
  });

  test("a stop holds over the cut", async () => {
    const rig = openRig();
    rig.bindTo("t1");
    const start = rig.server.hold("turn/start");
    rig.send("one");
    const held = await start;
    await rig.runner.stop("b1");
    held.release();
    rig.server.cutAll();
    await rig.pass(2_000);
    expect(rig.server.count("turn/interrupt")).toBe(1);
    expect(rig.finals().map((each) => each.type)).toEqual(["stopped"]);
  });

  test("a server that dies in the turn: cut off, the person decides [CONV-13h]", async () => {
    const rig = openRig();
    const rested: string[] = [];
    rig.runner.onRest((conversation) => rested.push(conversation));
    rig.bindTo("t1");
    const message = rig.send("one");
    await rig.settle();
    rig.server.die();
    await rig.pass(2_000);
    expect(rig.stateOf(message)).toBe("interrupted");
    expect(rig.questionsAsked()).toMatchObject([{ type: "cut-off", message: "one" }]);
    expect(rested).toEqual(["c1"]);
    expect(rig.server.count("turn/start")).toBe(1);
  });

  test("questions of a turn that is cut off are withdrawn", async () => {
    const rig = openRig();
    rig.bindTo("t1");
    rig.send("one");
    await rig.settle();
    rig.server.ask("item/fileChange/requestApproval", { itemId: "i1" });
    await rig.settle();
    rig.server.die();
    await rig.pass(2_000);
    expect(rig.questions.open("c1").map((each) => each.kind)).toEqual(["confirm"]);
  });

  test("a server that dies of the message each time is not asked a fourth time", async () => {
    const rig = openRig();
    rig.bindTo("t1");
    rig.server.join("t1", "before", "their id");
    rig.server.reply("before");
    for (let time = 0; time < 4; time += 1) rig.server.plan("turn/start", () => rig.server.die());
    rig.send("one");
    await rig.pass(60_000);
    expect(rig.server.count("turn/start")).toBe(3);
    expect(finalsOf(rig)).toEqual(["server-exited"]);
  });

  test("a draining server takes nothing: its end is awaited, the message goes to the next", async () => {
    const rig = openRig();
    rig.bindTo("t1");
    for (let time = 0; time < 4; time += 1) rig.server.fail("turn/start", "Server is draining");
    const message = rig.send("one");
    await rig.pass(100_000);
    expect(rig.stateOf(message)).toBe("waiting");
    expect(rig.heard()).toEqual(["waiting"]);
    rig.server.cutAll();
    await rig.pass(30_000);
    rig.server.reply("re one");
    await rig.settle();
    expect(finalsOf(rig)).toEqual(["re one"]);
  });

  test("a thread that was unloaded unheard is resumed and the message sent again", async () => {
    const rig = openRig();
    rig.bindTo("t1");
    rig.server.fail("turn/start", "thread not found: t1");
    rig.send("one");
    await rig.pass(3_000);
    expect(rig.server.count("thread/resume")).toBe(2);
    rig.server.reply("re one");
    await rig.settle();
    expect(finalsOf(rig)).toEqual(["re one"]);
  });

  test("a thread that another program has: said once, sent when it is free", async () => {
    const rig = openRig();
    rig.bindTo("t1");
    rig.server.get("t1").refusal = "thread t1 already has an active writer";
    const message = rig.send("one");
    await rig.pass(600_000, 5_000);
    expect(rig.said).toMatchObject([{ type: "waiting", reason: "thread-held" }]);
    expect(rig.stateOf(message)).toBe("waiting");
    delete rig.server.get("t1").refusal;
    await rig.pass(31_000);
    rig.server.reply("re one");
    await rig.settle();
    expect(finalsOf(rig)).toEqual(["re one"]);
  });
});

describe("a stop while another program has the thread of a message that was sent [TURN-10f]", () => {
  async function openHeld() {
    const rig = openRig();
    rig.bindTo("t1");
    rig.server.join("t1", "before", "their id");
    rig.server.reply("before");
    const start = rig.server.hold("turn/start");
    const message = rig.send("one");
    await start;
    rig.server.get("t1").refusal = "thread t1 already has an active writer";
    rig.server.cutAll();
    await rig.pass(60_000, 1_000);
    expect(rig.said).toMatchObject([{ type: "waiting", reason: "thread-held", isSent: true }]);
    expect(rig.stateOf(message)).toBe("submitted");
    return { rig, message };
  }

  test("ends the waiting: the person is asked", async () => {
    const { rig, message } = await openHeld();
    await rig.runner.stop("b1");
    await rig.settle();
    expect(rig.stateOf(message)).toBe("unknown");
    expect(rig.heard()).toEqual(["waiting", "unknown-fate"]);
    await expect(rig.runner.stop("b1")).rejects.toMatchObject({ code: "no-turn-running" });
  });

  test("that has just let go: the message is proven absent, taken back, and that is told", async () => {
    const { rig, message } = await openHeld();
    delete rig.server.get("t1").refusal;
    await rig.runner.stop("b1");
    await rig.pass(1_000);
    expect(rig.stateOf(message)).toBe("dropped");
    expect(rig.heard()).toEqual(["waiting", "dropped"]);
    expect(rig.server.count("turn/start")).toBe(1);
  });

  test("ends a server's start that lasts, too", async () => {
    const rig = openRig();
    rig.bindTo("t1");
    const message = rig.send("one");
    await rig.settle();
    rig.server.hold("initialize");
    rig.server.cutAll();
    await rig.pass(15_000, 1_000);
    await rig.runner.stop("b1");
    await rig.settle();
    expect(rig.stateOf(message)).toBe("unknown");
    expect(rig.heard()).toEqual(["started", "waiting", "unknown-fate"]);
  });
});
