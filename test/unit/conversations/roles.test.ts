// What goes with a lost say, and what waits over a driver's limit, with real lanes, questions and threads.
import { expect, test } from "vitest";
import { openRig, type RigOptions } from "../../rigs/conversation-rig.ts";
import { newDriver } from "../store/store-rig.ts";
import { approval, ask } from "./question-rig.ts";
import { openRoles, write as writeTo } from "./roles-rig.ts";

function open(options: RigOptions = {}, turnsPerDay = 50) {
  const rig = openRig(options);
  const roles = openRoles(rig);
  if (!options.directory)
    rig.bindTo("t1", { drivers: [newDriver("bob", { turnsPerDay, dayAt: rig.clock.now() })] });
  const write = (text: string, actor?: string) => writeTo(rig, roles, text, actor);
  return { rig, roles, write };
}

test("whoever is disallowed: what their turn asks is declined, what waits never reaches Codex [GATE-8m]", async () => {
  const { rig, roles, write } = open();
  const running = write("runs");
  await rig.settle();
  const waiting = write("waits");
  const owners = write("the owner's", "ann");
  const id = await ask(rig);
  const loss = await roles.disallow("b1", "bob", "ann");
  expect(loss).toMatchObject({ isRunning: true, rules: 0, questions: [{ kind: "command" }] });
  expect(loss.messages.map((message) => message.id)).toEqual([waiting.id]);
  await rig.settle();
  expect(rig.server.answers.get(id)).toEqual({ decision: "decline" });
  expect([rig.stateOf(running), rig.stateOf(waiting)]).toEqual(["running", "dropped"]);
  rig.server.reply("done");
  await rig.settle();
  rig.server.reply("done too");
  await rig.settle();
  expect([rig.stateOf(running), rig.stateOf(owners)]).toEqual(["delivered", "delivered"]);
  expect(rig.server.count("turn/start")).toBe(2);
  const where = { conversation: "c1", place: "here", threadId: "t1" };
  expect(rig.store.audit.list()).toMatchObject([
    { act: "disallowed", about: "bob", actor: "ann", ...where },
    { act: "declined", actor: "nobody", ...where },
  ]);
});

test("a message that its lane is at, but whose turn has not begun, is taken back too [GATE-8m]", async () => {
  const { rig, roles, write } = open();
  rig.server.join("t1", "theirs", "somebody");
  const message = write("waits for another's turn");
  await rig.settle();
  expect(rig.stateOf(message)).toBe("waiting");
  expect((await roles.disallow("b1", "bob", "ann")).isRunning).toBe(false);
  await rig.settle();
  expect(rig.stateOf(message)).toBe("dropped");
  rig.server.reply("theirs is done");
  await rig.settle();
  expect(rig.server.count("turn/start")).toBe(0);
});

test("what was allowed for the session goes with the thread, which is unloaded where nobody uses it [GATE-8m]", async () => {
  const { rig, roles, write } = open();
  write("runs", "ann");
  await rig.settle();
  await ask(rig, approval, {
    itemId: "i1",
    command: "x",
    availableDecisions: ["accept", "acceptForSession"],
  });
  rig.questions.choose(rig.questions.get("c1", undefined), "session", "ann");
  expect(await roles.disallow("b1", "ann", "amy")).toMatchObject({ rules: 1, rulesAre: "kept" });
  expect(await roles.disallow("b1", "ann", "amy")).toMatchObject({ rules: 0 });
  rig.server.reply("done");
  await rig.settle();
  const { threads } = rig.places.get("here");
  expect(threads.findFeed("t1")).toBeDefined();
  write("again", "ann");
  await rig.settle();
  await ask(rig, approval, {
    itemId: "i2",
    command: "x",
    availableDecisions: ["accept", "acceptForSession"],
  });
  rig.questions.choose(rig.questions.get("c1", undefined), "session", "ann");
  rig.server.reply("done");
  await rig.settle();
  const ended = roles.disallow("b1", "ann", "amy");
  await rig.pass(2_000);
  expect(await ended).toMatchObject({ rules: 1, rulesAre: "gone" });
  expect(threads.findFeed("t1")).toBeUndefined();
});

test("over the limit it waits through a restart, in no lane, until the owner lets it run [GATE-8l]", async () => {
  const first = open({}, 0);
  const held = first.write("over");
  await first.rig.settle();
  expect(first.rig.stateOf(held)).toBe("held");
  await first.rig.close();
  const { directory, clock, server } = first.rig;
  const again = open({ directory, clock, server });
  again.rig.recover();
  await again.rig.settle();
  expect(server.count("turn/start")).toBe(0);
  expect(again.rig.runner.waiting("b1")).toHaveLength(1);
  const [question, ...others] = again.rig.questions.open("c1");
  expect(others).toEqual([]);
  if (!question) throw new Error("nothing was asked");
  expect(again.roles.decide(question, true, "ann")).toEqual({ driver: "bob", messages: 1 });
  expect(() => again.roles.decide(question, true, "ann")).toThrow("faster");
  await again.rig.settle();
  server.reply("done");
  await again.rig.settle();
  expect(again.rig.stateOf(held)).toBe("delivered");
});

test("over the limit of a conversation that was unbound meanwhile: a yes lets nothing run [GATE-8l]", async () => {
  const { rig, roles, write } = open({}, 0);
  const held = write("over");
  rig.store.bindings.remove("b1");
  expect(roles.decide(rig.questions.get("c1", undefined), true, "ann")).toMatchObject({ messages: 0 });
  expect(rig.stateOf(held)).toBe("dropped");
});
