import { describe, expect, test } from "vitest";
import { openRig } from "../../rigs/conversation-rig.ts";

const finalOf = (rig: ReturnType<typeof openRig>) =>
  rig.finals().map(({ type, text, error }) => text ?? error ?? type);

describe("messages and their lane", () => {
  test("a message becomes one turn and its reply comes back [CONV-14a]", async () => {
    const rig = openRig();
    rig.bind();
    const message = rig.send("hello");
    await rig.settle();
    expect(rig.stateOf(message)).toBe("running");
    rig.server.reply("hi");
    await rig.settle();
    expect(rig.heard()).toEqual(["reply"]);
    expect(finalOf(rig)).toEqual(["hi"]);
    expect(rig.stateOf(message)).toBe("delivered");
    expect(rig.store.bindings.findById("b1")).toMatchObject({
      threadSeen: true,
      threadId: rig.server.last.id,
    });
  });

  test("messages of one conversation never overlap and keep their order [CONV-14b]", async () => {
    const rig = openRig();
    rig.bind();
    for (const text of ["one", "two", "three"]) rig.send(text);
    for (const [at, text] of ["one", "two", "three"].entries()) {
      await rig.settle();
      expect(rig.server.count("turn/start")).toBe(at + 1);
      rig.server.reply(`re ${text}`);
    }
    await rig.settle();
    expect(finalOf(rig)).toEqual(["re one", "re two", "re three"]);
    expect(rig.said.filter((each) => each.type === "queued").map((each) => each.ahead)).toEqual([1, 2]);
  });

  test("S1-22 a failed turn does not stop the next one", async () => {
    const rig = openRig();
    rig.bind();
    rig.send("one");
    rig.send("two");
    await rig.settle();
    const { id, turns } = rig.server.last;
    const error = { message: "broken", codexErrorInfo: "badRequest" };
    rig.server.end(id, turns[0]?.id ?? "", "failed", { error });
    await rig.settle();
    rig.server.reply("re two");
    await rig.settle();
    expect(finalOf(rig)).toEqual(["provider-failed", "re two"]);
  });

  test("other threads do not wait [CONV-14b]", async () => {
    const rig = openRig();
    rig.bindTo("t1");
    rig.bindTo("t2", { id: "b2", conversation: "c2" });
    rig.send("one");
    rig.send("two", "b2");
    await rig.settle();
    rig.server.reply("re two", "t2");
    await rig.settle();
    expect(finalOf(rig)).toEqual(["re two"]);
  });

  test("two conversations on one thread share its lane, and each gets its own reply [CONV-14d]", async () => {
    const rig = openRig();
    rig.bindTo("t1");
    rig.bindTo("t1", { id: "b2", conversation: "c2" });
    rig.send("one");
    rig.send("two", "b2");
    await rig.settle();
    expect(rig.server.count("turn/start")).toBe(1);
    rig.server.reply("re one");
    await rig.settle();
    rig.server.reply("re two");
    await rig.settle();
    expect(rig.finals().map(({ conversation, text }) => [conversation, text])).toEqual([
      ["c1", "re one"],
      ["c2", "re two"],
    ]);
  });

  test("when nothing has started after 1.5 s the person is told what is being done [CONV-16a]", async () => {
    const rig = openRig();
    rig.bindTo("t1");
    const resume = rig.server.hold("thread/resume");
    rig.send("one");
    await rig.pass(1_400);
    expect(rig.heard()).toEqual([]);
    await rig.pass(200);
    expect(rig.heard()).toEqual(["opening"]);
    (await resume).release();
    await rig.settle();
    rig.server.reply("re");
    await rig.settle();
    expect(finalOf(rig)).toEqual(["re"]);
  });

  test("a waiting message can be dropped, a running one cannot [CONV-15i]", async () => {
    const rig = openRig();
    rig.bind();
    const [running, second, third] = ["one", "two", "three"].map((text) => rig.send(text));
    await rig.settle();
    expect(rig.runner.waiting("b1").map((each) => each.text)).toEqual(["two", "three"]);
    expect(rig.runner.dropWaiting("b1", 2)).toBe(1);
    expect(rig.runner.dropWaiting("b1", 2)).toBe(0);
    rig.server.reply("re one");
    await rig.settle();
    rig.server.reply("re two");
    await rig.settle();
    expect([running, second, third].map((each) => each && rig.stateOf(each))).toEqual([
      "delivered",
      "delivered",
      "dropped",
    ]);
    expect(rig.server.count("turn/start")).toBe(2);
  });

  test("a text over the limit is refused before anything is sent [SHOW-4f]", async () => {
    const rig = openRig();
    rig.bindTo("t1");
    rig.send("x".repeat(1_048_577));
    await rig.settle();
    expect(finalOf(rig)).toEqual(["input-too-large"]);
    expect(rig.server.count("turn/start")).toBe(0);
  });

  test("a folder that is gone is said, and nothing is sent [SHOW-4b]", async () => {
    const rig = openRig();
    rig.bindTo("t1");
    rig.server.get("t1").cwd = "/nowhere/at/all";
    rig.send("one");
    await rig.settle();
    expect(finalOf(rig)).toEqual(["folder-missing"]);
    expect(rig.server.count("turn/start")).toBe(0);
  });
});

describe("stopping", () => {
  test("before the turn: the message is taken back and never sent [TURN-10a]", async () => {
    const rig = openRig();
    rig.bindTo("t1");
    const resume = rig.server.hold("thread/resume");
    const message = rig.send("one");
    await resume;
    await rig.runner.stop("b1");
    await rig.settle();
    expect(rig.stateOf(message)).toBe("dropped");
    expect(rig.heard()).toEqual(["dropped"]);
    expect(rig.server.count("turn/start")).toBe(0);
  });

  test("while turn/start is in flight: the turn is stopped as soon as it has an id [TURN-10a]", async () => {
    const rig = openRig();
    rig.bindTo("t1");
    const start = rig.server.hold("turn/start");
    const message = rig.send("one");
    const held = await start;
    await rig.runner.stop("b1");
    held.release();
    await rig.settle();
    expect(rig.server.sent("turn/interrupt")).toEqual([{ threadId: "t1", turnId: "turn-1" }]);
    expect(rig.heard()).toEqual(["stopped"]);
    expect(rig.stateOf(message)).toBe("delivered");
  });

  test("refused because the turn is too young: asked again after turn/started [TURN-10a]", async () => {
    const rig = openRig();
    rig.bindTo("t1");
    rig.send("one");
    await rig.settle();
    rig.server.fail("turn/interrupt", "no active turn to interrupt");
    await rig.runner.stop("b1");
    await rig.settle();
    expect(rig.server.count("turn/interrupt")).toBe(2);
    expect(rig.heard()).toEqual(["stopped"]);
  });

  test("nothing runs: no-turn-running", async () => {
    const rig = openRig();
    rig.bind();
    await expect(rig.runner.stop("b1")).rejects.toMatchObject({ code: "no-turn-running" });
    await expect(rig.runner.steer("b1", "more")).rejects.toMatchObject({ code: "no-turn-running" });
  });

  test("a connection that breaks while stopping loses neither the turn nor its outcome", async () => {
    const rig = openRig();
    rig.bindTo("t1");
    const message = rig.send("one");
    await rig.settle();
    rig.server.cutAt("turn/interrupt", false);
    await rig.runner.stop("b1").catch(() => {});
    await rig.pass(2_000);
    expect(rig.server.count("turn/interrupt")).toBe(2);
    expect(rig.heard()).toEqual(["stopped"]);
    expect(rig.stateOf(message)).toBe("delivered");
  });

  test("closing does not wait for a stop that the server does not follow", async () => {
    const rig = openRig();
    rig.bindTo("t1");
    const start = rig.server.hold("turn/start");
    const message = rig.send("one");
    const held = await start;
    await rig.runner.stop("b1");
    rig.server.ignore("turn/interrupt");
    held.release();
    await rig.settle();
    await rig.lanes.stop();
    expect(rig.stateOf(message)).toBe("running");
  });

  test("whoever asked may stop waiting for it: the stop goes on", async () => {
    const rig = openRig();
    rig.bindTo("t1");
    const message = rig.send("one");
    await rig.settle();
    const interrupt = rig.server.hold("turn/interrupt");
    const leaving = new AbortController();
    const stopping = rig.runner.stop("b1", leaving.signal);
    const held = await interrupt;
    leaving.abort();
    await expect(stopping).rejects.toMatchObject({ code: "cancelled" });
    held.release();
    await rig.settle();
    expect(rig.stateOf(message)).toBe("delivered");
    expect(rig.heard()).toEqual(["stopped"]);
  });

  test("words are added to the running turn [TURN-10c]", async () => {
    const rig = openRig();
    rig.bindTo("t1");
    rig.send("one");
    await rig.settle();
    await rig.runner.steer("b1", "and two");
    expect(rig.server.sent("turn/steer")).toMatchObject([
      { threadId: "t1", expectedTurnId: "turn-1", input: [{ type: "text", text: "and two" }] },
    ]);
  });
});

describe("turns of others", () => {
  test("a message that lands in one is steered, told, and its reply still comes [TURN-10e]", async () => {
    const rig = openRig();
    rig.bindTo("t1");
    const start = rig.server.hold("turn/start");
    const message = rig.send("mine");
    const held = await start;
    rig.server.join("t1", "theirs", "their id");
    held.release();
    await rig.settle();
    expect(rig.stateOf(message)).toBe("steered");
    expect(rig.heard()).toEqual(["steered"]);
    await expect(rig.runner.stop("b1")).rejects.toMatchObject({ code: "turn-not-ours" });
    rig.server.reply("for both");
    await rig.settle();
    expect(finalOf(rig)).toEqual(["for both"]);
    expect(rig.server.count("turn/interrupt")).toBe(0);
    expect(rig.store.turns.isOurs("turn-1")).toBe(false);
  });

  test("a message waits for one, says so once, and goes on when it is over [TURN-10d]", async () => {
    const rig = openRig();
    rig.bindTo("t1");
    rig.server.join("t1", "theirs", "their id");
    rig.send("mine");
    await rig.pass(40_000);
    expect(rig.heard()).toEqual(["waiting"]);
    expect(rig.server.count("turn/start")).toBe(0);
    rig.server.reply("theirs is done");
    await rig.settle();
    rig.server.reply("mine is done");
    await rig.settle();
    expect(finalOf(rig)).toEqual(["mine is done"]);
  });

  test("a connection that breaks meanwhile does not fail the message [SRV-6a]", async () => {
    const rig = openRig();
    rig.bindTo("t1");
    rig.server.join("t1", "theirs", "their id");
    const message = rig.send("mine");
    for (let cuts = 0; cuts < 5; cuts += 1) {
      await rig.pass(35_000);
      rig.server.cutAll();
    }
    await rig.pass(2_000);
    expect(rig.stateOf(message)).toBe("waiting");
    rig.server.reply("theirs is done");
    await rig.pass(1_000);
    rig.server.reply("mine is done");
    await rig.settle();
    expect(finalOf(rig)).toEqual(["mine is done"]);
  });
});
