import { writeFileSync } from "node:fs";
import { describe, expect, onTestFinished, test } from "vitest";
import { askFate } from "../../../src/conversations/fate-question.ts";
import { Lockdown } from "../../../src/conversations/lockdown.ts";
import { PendingBindings } from "../../../src/conversations/pending-bindings.ts";
import type { Notice } from "../../../src/conversations/voice.ts";
import { silentLog } from "../../../src/kit/log.ts";
import { digestText } from "../../../src/store/audit.ts";
import { findRequest, putRequest } from "../../../src/store/operator-request.ts";
import { buildData, type ConversationRig, makeFolder, openRig } from "../../rigs/conversation-rig.ts";
import { FakeClock } from "../../rigs/fake-clock.ts";
import { newDriver } from "../store/store-rig.ts";
import { approval, ask, command, openTurn } from "./question-rig.ts";
import { openRoles, write } from "./roles-rig.ts";

const by = "operator:ann";

/** The lock of a rig, as app.ts has it. */
function openLock(rig: ConversationRig) {
  const stoppedRuns: string[] = [];
  const { store, runner, questions, clock, directory, binder, outbox } = rig;
  const voice = { say: ({ type }: Notice) => ({ blocks: buildData(JSON.stringify({ type })) }) };
  const pendingBindings = new PendingBindings({ store, binder, outbox, voice, clock });
  const roles = openRoles(rig);
  const lockdown = new Lockdown({
    ...{ store, runner, questions, roles, pendingBindings, clock, directory, log: silentLog },
    stopRuns: async () => void stoppedRuns.push("stopped"),
  });
  lockdown.start();
  onTestFinished(() => lockdown.close());
  const request = async (act: "lock" | "unlock") => {
    putRequest(directory, { act, by });
    await rig.pass(500, 100);
  };
  return { lockdown, stoppedRuns, request, pendingBindings, roles };
}

const acts = (rig: ConversationRig) => rig.store.audit.list().map(({ act, actor }) => [act, actor]);

describe("lock", () => {
  test("declines what is asked, stops the turn, takes back what waits; the request is gone when it is done [AUD-3a]", async () => {
    const rig = await openTurn();
    const { request, stoppedRuns } = openLock(rig);
    const waiting = rig.send("two");
    const id = await ask(rig);
    await request("lock");
    expect(rig.server.answers.get(id)).toEqual({ decision: "decline" });
    expect(rig.server.count("turn/interrupt")).toBe(1);
    expect(stoppedRuns).toEqual(["stopped"]);
    expect(findRequest(rig.directory)).toBeUndefined();
    expect(rig.said.filter(({ type }) => type === "declined")).toMatchObject([{ isLocked: true }]);
    expect(rig.heard()).toContain("stopped");
    expect(rig.stateOf(waiting)).toBe("dropped");
    expect(rig.server.count("turn/start")).toBe(1);
    expect(acts(rig)).toEqual([
      ["locked", by],
      ["declined", by],
    ]);
  });

  test("what waits over a driver's limit is taken back, and its question closed [AUD-3a GATE-8l]", async () => {
    const rig = openRig();
    rig.bindTo("t1", { drivers: [newDriver("bob", { turnsPerDay: 0, dayAt: rig.clock.now() })] });
    const { request, roles } = openLock(rig);
    const held = write(rig, roles, "over");
    expect(rig.stateOf(held)).toBe("held");
    await request("lock");
    expect(rig.stateOf(held)).toBe("dropped");
    expect(rig.store.questions.allOpen()).toEqual([]);
  });

  test("a turn that asks although it is being stopped is declined, and nobody is asked [AUD-3a]", async () => {
    const rig = await openTurn();
    rig.store.lockdown.change("lock", by);
    const id = await ask(rig);
    expect(rig.server.answers.get(id)).toEqual({ decision: "decline" });
    expect(rig.questionsAsked()).toEqual([]);
    expect(acts(rig).at(-1)).toEqual(["declined", by]);
  });

  test("our own questions are declined too: what was cut off is not sent again [AUD-3a]", async () => {
    const rig = openRig();
    rig.bind();
    const { request } = openLock(rig);
    const bind = { type: "bind", threadId: "t9", place: "here", agreed: {} } as const;
    const token = rig.questions.confirm("c1", "ann", "here", bind);
    await request("lock");
    expect(rig.store.questions.findByToken("c1", token)).toMatchObject({ state: "answered", answer: false });
    expect(acts(rig)).toEqual([
      ["locked", by],
      ["declined", by],
    ]);
  });

  test("what waits for the host's approval is given up, and an approval after that binds nothing [AUD-3a]", async () => {
    const rig = openRig();
    const { request, pendingBindings } = openLock(rig);
    const id = pendingBindings.add(
      await rig.binder.prepareNew({ conversation: "c1", actor: "ann" }),
      buildData("bound"),
    );
    await request("lock");
    expect(rig.heard()).toEqual(["binding-ended"]);
    expect(pendingBindings.approve(id, "c1", "{}")).toBeUndefined();
    expect(rig.binder.find("c1")).toBeUndefined();
  });

  test("after unlock a message is a turn again, and nothing of before is [AUD-3c]", async () => {
    const rig = await openTurn();
    const { request } = openLock(rig);
    rig.send("two");
    await request("lock");
    await request("unlock");
    expect(rig.store.lockdown.find()).toBeUndefined();
    const starts = rig.server.count("turn/start");
    const later = rig.send("three");
    await rig.settle();
    expect(rig.server.count("turn/start")).toBe(starts + 1);
    rig.server.reply("re three");
    await rig.settle();
    expect(rig.stateOf(later)).toBe("delivered");
    expect(acts(rig)).toEqual([
      ["locked", by],
      ["unlocked", by],
    ]);
  });

  test("locked while no process ran: the next one stops the turn that went on, and sends nothing [AUD-3b]", async () => {
    const directory = makeFolder();
    const clock = new FakeClock();
    const first = openRig({ directory, clock });
    first.bindTo("t1");
    const running = first.send("one");
    const waiting = first.send("two");
    await first.settle();
    await first.close();
    const second = openRig({ directory, clock, server: first.server });
    second.store.lockdown.change("lock", by);
    second.recover();
    openLock(second);
    await second.pass(3_000);
    expect(second.server.count("turn/interrupt")).toBe(1);
    expect(second.stateOf(running)).toBe("delivered");
    expect(second.stateOf(waiting)).toBe("dropped");
    expect(second.server.count("turn/start")).toBe(1);
  });

  test("what is no request is removed, and the next one counts [AUD-3b]", async () => {
    const rig = openRig();
    const { request } = openLock(rig);
    writeFileSync(`${rig.directory}/operator.json`, "torn");
    await rig.pass(500, 100);
    expect(findRequest(rig.directory)).toBeUndefined();
    await request("lock");
    expect(rig.store.lockdown.find()).toMatchObject({ by });
  });
});

describe("the audit of answers", () => {
  test.each([
    ["yes", { act: "approved" }],
    ["session", { act: "rule made", about: "session" }],
    ["always", { act: "rule made", about: "always" }],
    ["no", { act: "declined" }],
  ] as const)("%s, with the digest of what was shown [AUD-1a AUD-1b]", async (name, entry) => {
    const rig = await openTurn();
    const rule = { acceptWithExecpolicyAmendment: { execpolicy_amendment: ["touch"] } };
    const availableDecisions = ["accept", "acceptForSession", "decline", rule];
    await ask(rig, approval, { ...command, availableDecisions });
    rig.questions.choose(rig.questions.get("c1", undefined), name, "bob");
    await rig.settle();
    const [shown] = rig.parts.filter(({ kind }) => kind === "question");
    const where = { actor: "bob", conversation: "c1", place: "here", threadId: "t1" };
    const digest = digestText(JSON.stringify(shown?.blocks));
    expect(rig.store.audit.list()).toEqual([{ id: 1, at: expect.any(Number), ...where, ...entry, digest }]);
    expect(JSON.stringify(rig.store.audit.list())).not.toContain("touch");
  });

  test("words are kept as answered, without the words [AUD-1a AUD-1b]", async () => {
    const rig = await openTurn();
    const questions = [{ id: "q", header: "H", question: "Which?", options: null, isOther: true }];
    await ask(rig, "item/tool/requestUserInput", { itemId: "i1", questions });
    rig.questions.fill(rig.questions.get("c1", undefined), "the blue one", "ann");
    expect(rig.store.audit.list()).toMatchObject([{ act: "answered", actor: "ann", digest: /.{16}/ }]);
    expect(JSON.stringify(rig.store.audit.list())).not.toContain("blue");
  });

  test("a second answer writes nothing; nobody there is nobody's no [AUD-1a]", async () => {
    const rig = await openTurn();
    await ask(rig);
    const question = rig.questions.get("c1", undefined);
    rig.questions.choose(question, "yes", "ann");
    expect(() => rig.questions.choose(question, "no", "bob")).toThrow();
    rig.host.personThere = false;
    await ask(rig);
    expect(acts(rig)).toEqual([
      ["approved", "ann"],
      ["declined", "nobody"],
    ]);
  });

  test("what becomes of a message that was cut off is a decision too [AUD-1a AUD-1b]", async () => {
    const rig = await openTurn();
    const { store, outbox, questions } = rig;
    const voice = { say: ({ type }: Notice) => ({ blocks: buildData(JSON.stringify({ type })) }) };
    askFate({ store, outbox, questions, voice }, 1, "here", "interrupted");
    await rig.settle();
    rig.runner.decide(rig.questions.get("c1", undefined), false, "ann");
    const digest = digestText(JSON.stringify(buildData('{"type":"cut-off"}')));
    const where = { conversation: "c1", place: "here", threadId: "t1" };
    expect(store.audit.list()).toMatchObject([{ act: "declined", actor: "ann", ...where, digest }]);
  });

  test("answered in a terminal, or asked no more: nobody whom we know decided [AUD-1a]", async () => {
    const rig = await openTurn();
    const elsewhere = await ask(rig);
    rig.questions.resolved(rig.questions.get("c1", undefined).serverInstance, elsewhere);
    await ask(rig);
    rig.server.reply("re one");
    await rig.settle();
    expect(rig.questions.open("c1")).toEqual([]);
    expect(acts(rig)).toEqual([]);
  });

  test("the digest in a group whose owner cannot be written to is that of what the group reads [AUD-1b]", async () => {
    const rig = openRig();
    rig.bind({ ownerChat: "ann's" });
    const { token } = rig.store.questions.open({
      ...{ kind: "confirm", conversation: "c1", asker: "ann", place: "here", serverInstance: "" },
      ...{ requestId: "", payload: {} },
    });
    const digest = () => rig.store.questions.findByToken("c1", token)?.digest;
    const [blocks, inGroup] = [buildData("all of it"), buildData("less")];
    const put = () =>
      rig.outbox.add({ conversation: "c1", kind: "question", blocks, inGroup, question: token });
    put();
    expect(digest()).toBe(digestText(JSON.stringify(inGroup)));
    rig.store.addresses.remember("ann's", "there");
    put();
    expect(digest()).toBe(digestText(JSON.stringify(blocks)));
  });
});

test("held, replaced, let go and lost are written down with who did it [AUD-1a]", async () => {
  const rig = openRig();
  const draft = async (actor: string) => rig.binder.prepareNew({ conversation: "c1", actor });
  rig.binder.bind(await draft("ann"));
  rig.binder.bind(await draft("bob"));
  await rig.binder.detach("c1", "eve");
  await rig.binder.detach("c1", "eve");
  rig.binder.lose(rig.binder.bind(await draft("ann")));
  expect(acts(rig)).toEqual([
    ["held", "ann"],
    ["released", "bob"],
    ["held", "bob"],
    ["released", "eve"],
    ["held", "ann"],
    ["released", "the host"],
  ]);
});

test("a part that the host refuses while it takes others is written down when it is given up [AUD-1a]", async () => {
  const rig = openRig();
  rig.bindTo("t1");
  rig.host.refuses = /bad/;
  rig.outbox.post({ conversation: "c1", kind: "final", blocks: buildData('{"type":"bad"}') });
  rig.outbox.post({ conversation: "c1", kind: "final", blocks: buildData('{"type":"good"}') });
  await rig.pass(2_000);
  expect(acts(rig)).toEqual([]);
  await rig.pass(600_000, 5_000);
  expect(rig.heard()).toContain("good");
  expect(rig.store.audit.list()).toMatchObject([
    { act: "send refused", actor: "the host", conversation: "c1", place: "here", threadId: "t1" },
  ]);
});
