// What happens to a message while the store cannot be written to.
import { expect, test, vi } from "vitest";
import { BridgeError } from "../../../src/errors.ts";
import { silentLog } from "../../../src/kit/log.ts";
import { buildData, type ConversationRig, openRig, readData } from "../../rigs/conversation-rig.ts";

/** Every write of a message's life fails until there is room. */
function fillDisk(rig: ConversationRig): { makeRoom(): void } {
  const refuse = () => {
    throw new BridgeError("state-full", "database or disk is full", { file: "threads.sqlite" });
  };
  const { messages, outbox, turns, bindings, questions } = rig.store;
  const spies = [
    vi.spyOn(messages, "move").mockImplementation(refuse),
    vi.spyOn(outbox, "add").mockImplementation(refuse),
    vi.spyOn(turns, "record").mockImplementation(refuse),
    vi.spyOn(turns, "end").mockImplementation(refuse),
    vi.spyOn(bindings, "update").mockImplementation(refuse),
    vi.spyOn(questions, "open").mockImplementation(refuse),
  ];
  return {
    makeRoom: () => {
      for (const spy of spies) spy.mockRestore();
    },
  };
}

const finalOf = (rig: ConversationRig) => rig.finals().map(({ type, text, error }) => text ?? error ?? type);

test("a reply that cannot be written down is settled when there is room, and the lane goes on [CONV-13j]", async () => {
  const warn = vi.spyOn(silentLog, "warn");
  const rig = openRig();
  rig.bindTo("t1");
  const [one, two] = [rig.send("one"), rig.send("two")];
  await rig.settle();
  const disk = fillDisk(rig);
  rig.server.reply("re one");
  await rig.pass(10 * 60_000, 5_000);
  expect(rig.finals()).toEqual([]);
  expect(rig.stateOf(one)).toBe("running");
  expect(warn).toHaveBeenCalledWith(expect.stringContaining("disk is full"));
  warn.mockRestore();
  disk.makeRoom();
  await rig.pass(60_000, 1_000);
  expect(rig.stateOf(one)).toBe("delivered");
  rig.server.reply("re two");
  await rig.settle();
  expect(finalOf(rig)).toEqual(["re one", "re two"]);
  expect(rig.stateOf(two)).toBe("delivered");
  expect(rig.server.count("turn/start")).toBe(2);
});

test("full just when Codex has taken the message: its turn is followed, not sent again [CONV-13j]", async () => {
  const rig = openRig();
  rig.bindTo("t1");
  const start = rig.server.hold("turn/start");
  const message = rig.send("one");
  const held = await start;
  const disk = fillDisk(rig);
  held.release();
  await rig.pass(5_000);
  disk.makeRoom();
  await rig.pass(60_000, 1_000);
  expect(rig.stateOf(message)).toBe("running");
  rig.server.reply("re one");
  await rig.settle();
  expect(finalOf(rig)).toEqual(["re one"]);
  expect(rig.server.count("turn/start")).toBe(1);
});

test("full before it is sent: sent when there is room, once [CONV-13j]", async () => {
  const rig = openRig();
  rig.bindTo("t1");
  const resume = rig.server.hold("thread/resume");
  rig.send("one");
  const held = await resume;
  const disk = fillDisk(rig);
  held.release();
  await rig.pass(60_000, 1_000);
  expect(rig.server.count("turn/start")).toBe(0);
  disk.makeRoom();
  await rig.pass(60_000, 1_000);
  rig.server.reply("re one");
  await rig.settle();
  expect(finalOf(rig)).toEqual(["re one"]);
  expect(rig.server.count("turn/start")).toBe(1);
});

test("full when a new thread cannot be named: it is let go, and one is started when there is room", async () => {
  const rig = openRig();
  rig.bind();
  const starting = rig.server.hold("thread/start");
  rig.send("one");
  const held = await starting;
  const disk = fillDisk(rig);
  held.release();
  await rig.settle();
  disk.makeRoom();
  await rig.pass(60_000, 1_000);
  rig.server.reply("re one");
  await rig.settle();
  expect(finalOf(rig)).toEqual(["re one"]);
  await rig.pass(60_000, 1_000);
  expect(rig.place.threads.heldCount).toBe(0);
});

test("what a message could not be sent for, and that it was taken back, is told when there is room", async () => {
  const rig = openRig();
  rig.bindTo("t1");
  rig.bindTo("t2", { id: "b2", conversation: "c2" });
  rig.server.get("t1").cwd = "/nowhere/at/all";
  const held = [rig.server.hold("thread/resume"), rig.server.hold("thread/resume")];
  const failing = rig.send("one");
  const stopped = rig.send("two", "b2");
  const [first] = await Promise.all(held);
  const disk = fillDisk(rig);
  await rig.runner.stop("b2");
  first?.release();
  await rig.pass(60_000, 1_000);
  expect(rig.said).toEqual([]);
  disk.makeRoom();
  await rig.pass(60_000, 1_000);
  expect(rig.stateOf(failing)).toBe("delivered");
  expect(rig.stateOf(stopped)).toBe("dropped");
  expect(rig.finals()).toMatchObject([{ error: "folder-missing", conversation: "c1" }]);
  expect(rig.said.filter((each) => each.conversation === "c2")).toMatchObject([{ type: "dropped" }]);
});

test("a sign that cannot be written down keeps no message out of its lane", async () => {
  const rig = openRig();
  rig.bindTo("t1");
  rig.send("one");
  await rig.settle();
  const full = vi.spyOn(rig.store.outbox, "add").mockImplementation(() => {
    throw new BridgeError("state-full", "full");
  });
  const two = rig.send("two");
  full.mockRestore();
  rig.server.reply("re one");
  await rig.settle();
  rig.server.reply("re two");
  await rig.settle();
  expect(rig.stateOf(two)).toBe("delivered");
});

/** A write that fails so often; in the end it works, so that a loop without a pause ends too. */
function failWrites(
  rig: ConversationRig,
  names: readonly ("markSending" | "markDelivered" | "markFailed")[],
) {
  const full = { isFull: true, tries: 0 };
  for (const name of names) {
    const write = rig.store.outbox[name].bind(rig.store.outbox) as (...args: unknown[]) => boolean;
    vi.spyOn(rig.store.outbox, name).mockImplementation((...args: unknown[]) => {
      if (full.isFull && ++full.tries <= 100) throw new BridgeError("state-full", "disk is full");
      return write(...args);
    });
  }
  return full;
}

const post = (rig: ConversationRig, word: string) =>
  rig.outbox.post({ conversation: "c1", kind: "final", blocks: buildData(JSON.stringify({ type: word })) });

test("full when a reply is about to be handed over: it goes out when there is room, and is not tried without a pause [CONV-13j]", async () => {
  const rig = openRig();
  const full = failWrites(rig, ["markSending"]);
  post(rig, "one");
  await rig.settle();
  expect(full.tries).toBe(1);
  await rig.pass(60_000, 1_000);
  expect(full.tries).toBeLessThan(5);
  full.isFull = false;
  post(rig, "two");
  await rig.pass(60_000, 1_000);
  expect(rig.parts.map(({ blocks, maybeRepeated }) => [readData(blocks), maybeRepeated])).toEqual([
    ['{"type":"one"}', false],
    ['{"type":"two"}', false],
  ]);
});

test("full when a reply has been handed over: it is not forgotten, comes again marked, and holds up nothing for ever [CONV-13j]", async () => {
  const rig = openRig();
  const full = failWrites(rig, ["markDelivered", "markFailed"]);
  post(rig, "one");
  await rig.settle();
  post(rig, "two");
  await rig.pass(120_000, 1_000);
  expect(rig.parts).toHaveLength(1);
  full.isFull = false;
  await rig.pass(120_000, 1_000);
  expect(rig.parts.map(({ blocks, maybeRepeated }) => [readData(blocks), maybeRepeated])).toEqual([
    ['{"type":"one"}', false],
    ['{"type":"one"}', true],
    ['{"type":"two"}', false],
  ]);
  expect(rig.store.outbox.pendingAtStart()).toEqual([]);
});
