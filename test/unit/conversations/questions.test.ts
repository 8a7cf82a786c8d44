import { describe, expect, test, vi } from "vitest";
import { BridgeError } from "../../../src/errors.ts";
import { type ConversationRig, openRig } from "../../rigs/conversation-rig.ts";
import { errorOf } from "../store/store-rig.ts";
import { approval, ask, command, openTurn } from "./question-rig.ts";

describe("one question", () => {
  test("is put to the conversation with folder and host, and answered [TURN-11b]", async () => {
    const rig = await openTurn();
    const id = await ask(rig);
    const [question] = rig.questions.open("c1");
    expect(question).toMatchObject({
      kind: "command",
      asker: "ann",
      threadId: "t1",
      payload: { folder: process.cwd(), host: "box", params: { command: "touch x" } },
    });
    expect(rig.questionsAsked()).toMatchObject([{ type: "question", conversation: "c1" }]);
    rig.questions.choose(rig.questions.get("c1", undefined), "yes", "ann");
    await rig.settle();
    expect(rig.server.answers.get(id)).toEqual({ decision: "accept" });
    expect(rig.questions.open("c1")).toEqual([]);
    expect(rig.heard()).toEqual(["question"]);
  });

  test("a file change is asked with its diff [TURN-11c]", async () => {
    const rig = await openTurn();
    const turnId = rig.server.running().id;
    const changes = [{ path: "/w/a", kind: { type: "add" }, diff: "hello\n" }];
    const item = { type: "fileChange", id: "i1", changes };
    rig.server.notify("t1", "item/started", { turnId, item });
    await ask(rig, "item/fileChange/requestApproval", { itemId: "i1" });
    expect(rig.questions.get("c1", undefined).payload.item).toMatchObject({ changes });
  });

  test("is never answered by a clock [TURN-11a]", async () => {
    const rig = await openTurn();
    const id = await ask(rig);
    await rig.clock.advance(48 * 3_600_000);
    await rig.settle();
    expect(rig.server.answers.has(id)).toBe(false);
    expect(rig.questions.open("c1")).toHaveLength(1);
  });

  test("the first answer wins [TURN-11g]", async () => {
    const rig = await openTurn();
    const id = await ask(rig);
    const question = rig.questions.get("c1", undefined);
    rig.questions.choose(question, "no", "ann");
    expect(errorOf(() => rig.questions.choose(question, "yes", "bob")).code).toMatch(
      /question-closed|connection-lost/,
    );
    expect(errorOf(() => rig.questions.get("c1", question.token))).toMatchObject({
      code: "question-closed",
      details: { by: "ann" },
    });
    await rig.settle();
    expect(rig.server.answers.get(id)).toEqual({ decision: "decline" });
  });

  test("answered in another program: told once, and closed here [TURN-11g]", async () => {
    const rig = await openTurn();
    const id = await ask(rig);
    rig.server.resolveRequest(id);
    rig.server.notify("t1", "serverRequest/resolved", { requestId: id });
    await rig.settle();
    expect(rig.heard()).toEqual(["question", "question-elsewhere"]);
    expect(rig.questions.open("c1")).toEqual([]);
  });

  test("goes with its turn", async () => {
    const rig = await openTurn();
    await ask(rig);
    const { token } = rig.questions.get("c1", undefined);
    rig.server.reply("re one");
    await rig.settle();
    expect(rig.questions.open("c1")).toEqual([]);
    expect(errorOf(() => rig.questions.get("c1", token)).code).toBe("question-closed");
  });

  test("only what was offered can be chosen, and words only where words are wanted [TURN-11b]", async () => {
    const rig = await openTurn();
    await ask(rig);
    const question = rig.questions.get("c1", undefined);
    expect(errorOf(() => rig.questions.choose(question, "session", "ann"))).toMatchObject({
      code: "choice-not-offered",
      details: { offered: "yes, no, cancel" },
    });
    expect(errorOf(() => rig.questions.fill(question, "words", "ann")).code).toBe("choice-not-offered");
    expect(rig.questions.open("c1")).toHaveLength(1);
  });

  test("words that do not fit leave it open [TURN-11d]", async () => {
    const rig = await openTurn();
    const requestedSchema = { type: "object", properties: { n: { type: "integer" } }, required: ["n"] };
    const id = await ask(rig, "mcpServer/elicitation/request", { mode: "form", requestedSchema });
    const question = rig.questions.get("c1", undefined);
    expect(errorOf(() => rig.questions.fill(question, "many", "ann")).code).toBe("bad-arguments");
    rig.questions.fill(question, "7", "ann");
    await rig.settle();
    expect(rig.server.answers.get(id)).toEqual({ action: "accept", content: { n: 7 } });
  });
});

describe("which question is meant", () => {
  test("none, one, several, by token, of another conversation [TURN-11f]", async () => {
    const rig = await openTurn();
    expect(errorOf(() => rig.questions.get("c1", undefined)).code).toBe("question-none");
    await ask(rig);
    const first = rig.questions.get("c1", undefined);
    await ask(rig);
    expect(errorOf(() => rig.questions.get("c1", undefined)).code).toBe("question-several");
    expect(rig.questions.get("c1", first.token).token).toBe(first.token);
    expect(errorOf(() => rig.questions.get("c2", first.token)).code).toBe("question-none");
  });
});

describe("after the connection was cut", () => {
  test("the replayed question keeps its token and is not asked twice", async () => {
    const rig = await openTurn();
    const id = await ask(rig);
    const { token } = rig.questions.get("c1", undefined);
    rig.server.cutAll();
    await rig.settle();
    expect(rig.questions.get("c1", undefined).token).toBe(token);
    expect(rig.questionsAsked()).toHaveLength(1);
    rig.questions.choose(rig.questions.get("c1", token), "yes", "ann");
    await rig.settle();
    expect(rig.server.answers.get(id)).toEqual({ decision: "accept" });
  });

  test("while the server is away an answer is refused and the question stays open", async () => {
    const rig = await openTurn();
    await ask(rig);
    const question = rig.questions.get("c1", undefined);
    const resume = rig.server.hold("thread/resume");
    rig.server.cutAll();
    await resume;
    expect(errorOf(() => rig.questions.choose(question, "yes", "ann")).code).toBe("connection-lost");
    expect(rig.questions.open("c1")).toHaveLength(1);
  });

  test("an answer that did not get through is given again", async () => {
    const rig = await openTurn();
    const id = await ask(rig);
    const { token } = rig.questions.get("c1", undefined);
    rig.store.questions.close(token, "answered", { decision: "accept" }, "ann");
    rig.server.cutAll();
    await rig.settle();
    expect(rig.server.answers.get(id)).toEqual({ decision: "accept" });
    expect(rig.questionsAsked()).toHaveLength(1);
  });

  test("another server with the same process id asks something else: no old answer is given to it", async () => {
    const rig = await openTurn();
    const id = await ask(rig);
    rig.questions.choose(rig.questions.get("c1", undefined), "yes", "ann");
    await rig.settle();
    rig.server.reply("re one");
    await rig.settle();
    rig.server.die();
    rig.server.pid -= 1;
    rig.server.answers.clear();
    rig.send("two");
    await rig.pass(1_000);
    expect(await ask(rig, approval, { ...command, command: "rm -rf x" })).toBe(id);
    expect(rig.server.answers.has(id)).toBe(false);
    expect(rig.questions.open("c1")).toHaveLength(1);
  });

  test("nobody is there any more when it is replayed: declined, and said [TURN-11h]", async () => {
    const rig = await openTurn();
    const id = await ask(rig);
    rig.host.personThere = false;
    rig.server.cutAll();
    await rig.settle();
    expect(rig.server.answers.get(id)).toEqual({ decision: "decline" });
    expect(rig.heard()).toContain("declined");
    expect(rig.questions.open("c1")).toEqual([]);
  });
});

describe("a question that cannot be written down, as the store is full", () => {
  const full = (rig: ConversationRig) =>
    vi.spyOn(rig.store.questions, "open").mockImplementation(() => {
      throw new BridgeError("state-full", "full");
    });

  test("is asked as soon as there is room, once, and answered then [SHOW-4d TURN-11a]", async () => {
    const rig = await openTurn();
    const disk = full(rig);
    const id = await ask(rig);
    await rig.pass(12_000);
    expect([rig.questionsAsked(), rig.server.answers.has(id)]).toEqual([[], false]);
    disk.mockRestore();
    await rig.pass(12_000);
    expect(rig.questionsAsked()).toHaveLength(1);
    rig.questions.choose(rig.questions.get("c1", undefined), "yes", "ann");
    await rig.settle();
    expect(rig.server.answers.get(id)).toEqual({ decision: "accept" });
  });

  test("is not asked when its turn has ended meanwhile", async () => {
    const rig = await openTurn();
    const disk = full(rig);
    const id = await ask(rig);
    rig.server.resolveRequest(id);
    rig.server.reply("re one");
    await rig.settle();
    disk.mockRestore();
    await rig.pass(12_000);
    expect(rig.questionsAsked()).toEqual([]);
  });
});

describe("what cannot be asked", () => {
  test("is declined when nobody is there, saying so [TURN-11h]", async () => {
    const rig = openRig();
    rig.host.personThere = false;
    await openTurn(rig);
    const id = await ask(rig);
    expect(rig.server.answers.get(id)).toEqual({ decision: "decline" });
    expect(rig.heard()).toEqual(["declined"]);
  });

  test("what is open when the person leaves is declined [TURN-11h]", async () => {
    const rig = await openTurn();
    const id = await ask(rig);
    rig.questions.declineAll("c1");
    await rig.settle();
    expect(rig.server.answers.get(id)).toEqual({ decision: "decline" });
    expect(rig.heard()).toEqual(["question", "declined"]);
  });

  test("an unknown request is refused as method-not-found, a tool call answered as not offered [TURN-11i]", async () => {
    const rig = await openTurn();
    const unknown = await ask(rig, "item/future/request", {});
    const tool = await ask(rig, "item/tool/call", { callId: "x" });
    expect(rig.server.answers.get(unknown)).toMatchObject({ code: -32601 });
    expect(rig.server.answers.get(tool)).toMatchObject({ success: false });
    expect(rig.questions.open("c1")).toEqual([]);
  });

  test("requests of a turn that is not ours get no answer at all [TURN-11i SHOW-1g]", async () => {
    const rig = openRig();
    rig.bindTo("t1");
    const start = rig.server.hold("turn/start");
    rig.send("mine");
    const held = await start;
    rig.server.join("t1", "theirs", "their id");
    held.release();
    await rig.settle();
    const ids = [await ask(rig), await ask(rig, "item/future/request", {})];
    expect(ids.map((id) => rig.server.answers.has(id))).toEqual([false, false]);
    expect(rig.questions.open("c1")).toEqual([]);
  });
});

describe("our own questions", () => {
  test("a new one about binding takes the place of the old; deciding twice is not possible", () => {
    const rig = openRig();
    rig.bind();
    const bind = (threadId: string) =>
      rig.questions.confirm("c1", "ann", "here", { type: "bind", threadId, place: "here", agreed: {} });
    bind("t1");
    const token = bind("t2");
    const question = rig.questions.get("c1", undefined);
    expect(question.token).toBe(token);
    expect(rig.questions.closeConfirm(question, true, "ann")).toMatchObject({ type: "bind", threadId: "t2" });
    expect(rig.questions.closeConfirm(question, true, "ann")).toBeUndefined();
  });
});
