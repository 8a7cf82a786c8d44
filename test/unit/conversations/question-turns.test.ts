import { describe, expect, test } from "vitest";
import { type ConversationRig, openRig } from "../../rigs/conversation-rig.ts";
import { approval, ask, command, openTurn } from "./question-rig.ts";

describe("an elicitation that names no turn", () => {
  const elicit = { turnId: null, mode: "form", message: "which?", requestedSchema: {} };

  test("is a question of the turn that runs, and ends with it [TURN-11d]", async () => {
    const rig = await openTurn();
    const id = await ask(rig, "mcpServer/elicitation/request", elicit);
    const question = rig.questions.get("c1", undefined);
    expect(question).toMatchObject({ kind: "elicitation", turnId: rig.server.running().id });
    rig.questions.choose(question, "yes", "ann");
    await rig.settle();
    expect(rig.server.answers.get(id)).toMatchObject({ action: "accept" });
  });

  test("keeps its token when it is replayed, and is withdrawn with its turn [TURN-11d]", async () => {
    const rig = await openTurn();
    await ask(rig, "mcpServer/elicitation/request", elicit);
    const { token } = rig.questions.get("c1", undefined);
    rig.server.cutAll();
    await rig.settle();
    expect(rig.questions.get("c1", undefined).token).toBe(token);
    expect(rig.questionsAsked()).toHaveLength(1);
    // The connection came back at once: nobody had heard that it was gone.
    expect(rig.heard()).not.toContain("following");
    rig.server.reply("re one");
    await rig.settle();
    expect(rig.questions.open("c1")).toEqual([]);
  });

  test("on the person's server it may be of anybody, and is left alone [SHOW-1g]", async () => {
    const rig = openRig({ mode: "attach" });
    const server = rig.place.person;
    rig.bindTo("t1");
    server.add("t1");
    rig.send("one");
    await rig.settle();
    const id = server.ask("mcpServer/elicitation/request", elicit);
    await rig.settle();
    expect([rig.questions.open("c1"), server.answers.has(id)]).toEqual([[], false]);
  });
});

describe("what a sub-agent asks", () => {
  /** The turn of the person starts it, and it begins. */
  async function openSubAgent(): Promise<ConversationRig> {
    const rig = await openTurn();
    const { id: rootTurnId } = rig.server.running();
    rig.server.complete("t1", rootTurnId, {
      ...{ type: "collabAgentToolCall", id: "call", tool: "spawnAgent", receiverThreadIds: ["kid"] },
    });
    const turn = { id: "kid turn", rootTurnId, status: "inProgress", items: [] };
    rig.server.notify("t1", "turn/started", { threadId: "kid", turn });
    await rig.settle();
    return rig;
  }
  const askFromKid = async (rig: ConversationRig, id: number) => {
    rig.server.deliver("t1", id, approval, { ...command, threadId: "kid", turnId: "kid turn" });
    await rig.settle();
  };
  const endKid = (rig: ConversationRig) =>
    rig.server.notify("t1", "turn/completed", {
      ...{ threadId: "kid", turn: { id: "kid turn", status: "completed", items: [] } },
    });

  test("after the turn that started it has ended, reaches its conversation [TURN-11j]", async () => {
    const rig = await openSubAgent();
    rig.server.reply("re one");
    await rig.pass(60_000);
    expect(rig.finals()).toHaveLength(1);
    await askFromKid(rig, 70);
    rig.questions.choose(rig.questions.get("c1", undefined), "yes", "ann");
    await rig.settle();
    expect(rig.server.answers.get(70)).toEqual({ decision: "accept" });
    endKid(rig);
    await rig.pass(60_000);
    expect(rig.server.count("thread/unsubscribe")).toBe(1);
  });

  test("before its turn ends stays open after it, until the sub-agent itself is over [TURN-11j]", async () => {
    const rig = await openSubAgent();
    await askFromKid(rig, 70);
    rig.server.reply("re one");
    await rig.settle();
    expect(rig.questions.open("c1")).toHaveLength(1);
    rig.server.notify("t1", "serverRequest/resolved", { threadId: "kid", requestId: 70 });
    endKid(rig);
    await rig.settle();
    expect([rig.questions.open("c1"), rig.questionsAsked()]).toMatchObject([[], [{}]]);
  });

  test("cannot be answered after its server has died: withdrawn", async () => {
    const rig = await openSubAgent();
    rig.server.reply("re one");
    await rig.settle();
    await askFromKid(rig, 70);
    expect(rig.questions.open("c1")).toHaveLength(1);
    rig.server.die();
    await rig.settle();
    expect(rig.questions.open("c1")).toEqual([]);
  });
});
