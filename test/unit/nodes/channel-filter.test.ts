// The node's end of a channel in front of a fake app-server: turns and questions, and whose they are.
import { describe, expect, test } from "vitest";
import { settle } from "../../rigs/settle.ts";
import { gateway, reopen, rig, server, startThread, startTurn, turnParams, words } from "./filter-rig.ts";

describe("turns", () => {
  test("only those that a gateway started are steered and stopped [NODE-2e]", async () => {
    server.add("t1");
    const foreign = server.join("t1", "mine", "somebody");
    await gateway.ask("thread/resume", { threadId: "t1", excludeTurns: true });
    const steer = { threadId: "t1", expectedTurnId: foreign.id, input: words };
    expect(await gateway.codeOf("turn/steer", steer)).toBe("turn-not-ours");
    expect(await gateway.codeOf("turn/interrupt", { threadId: "t1", turnId: foreign.id })).toBe(
      "turn-not-ours",
    );
    expect(await gateway.codeOf("turn/interrupt", { threadId: "t1", turnId: "" })).toBe("node-refused");
    // Codex would put the words into the foreign turn, with its rights.
    expect(await gateway.codeOf("turn/start", turnParams("t1"))).toBe("node-thread-busy");
    expect(["turn/steer", "turn/interrupt", "turn/start"].map((method) => server.count(method))).toEqual([
      0, 0, 0,
    ]);
    server.end("t1", foreign.id, "completed");
    await settle();
    const turnId = await startTurn("t1");
    expect(await gateway.codeOf("turn/steer", { ...steer, expectedTurnId: turnId })).toBeUndefined();
    expect(await gateway.codeOf("turn/interrupt", { threadId: "t1", turnId })).toBeUndefined();
  });

  test("one whose first message was somebody else's is theirs, whatever turn/start answered [NODE-2e]", async () => {
    const threadId = await startThread();
    const held = server.hold("turn/start");
    const asked = gateway.ask("turn/start", turnParams(threadId));
    const request = await held;
    const foreign = server.join(threadId, "quicker", "somebody");
    request.release({ turn: { id: foreign.id, status: "inProgress", items: [] } });
    await asked;
    expect(await gateway.codeOf("turn/interrupt", { threadId, turnId: foreign.id })).toBe("turn-not-ours");
  });

  test("they stay a gateway's over a new channel and a restart of the node [NODE-2e NODE-4b]", async () => {
    const threadId = await startThread();
    const turnId = await startTurn(threadId);
    rig.restart();
    await Promise.all(rig.ended);
    await reopen();
    expect(await gateway.codeOf("turn/interrupt", { threadId, turnId })).toBe("thread-not-loaded");
    await gateway.ask("thread/resume", { threadId, excludeTurns: true });
    expect(await gateway.codeOf("turn/interrupt", { threadId, turnId })).toBeUndefined();
  });

  test("what a thread has already counts against the ceiling where the turn says nothing [NODE-2d]", async () => {
    server.add("raised", { sandbox: "dangerFullAccess", approvalPolicy: "never" });
    await gateway.ask("thread/resume", { threadId: "raised", excludeTurns: true });
    const silent = { threadId: "raised", clientUserMessageId: "m", input: words };
    expect(await gateway.codeOf("turn/start", silent)).toBe("node-ceiling");
    expect(await gateway.codeOf("turn/start", { ...silent, permissions: ":workspace" })).toBe("node-ceiling");
    server.add("open", { sandbox: "dangerFullAccess" });
    await gateway.ask("thread/resume", { threadId: "open", excludeTurns: true });
    const asking = { ...silent, threadId: "open", approvalPolicy: "on-request" };
    expect(await gateway.codeOf("turn/start", asking)).toBe("node-ceiling");
    expect(server.count("turn/start")).toBe(0);
    expect(await gateway.codeOf("turn/start", turnParams("raised"))).toBeUndefined();
  });

  test("only commands of a gateway's turns are ended [NODE-2e]", async () => {
    const threadId = await startThread();
    const turnId = await startTurn(threadId);
    const item = { type: "commandExecution", id: "own", command: "sleep 9" };
    server.notify(threadId, "item/started", { turnId, item });
    await settle();
    const data = [
      { itemId: "own", processId: "1", command: "sleep 9" },
      { itemId: "other", processId: "2", command: "vi" },
    ];
    for (let count = 0; count < 3; count++) {
      server.plan("thread/backgroundTerminals/list", ({ reply }) => reply({ data, nextCursor: null }));
    }
    const end = (processId: string) =>
      gateway.codeOf("thread/backgroundTerminals/terminate", { threadId, processId });
    expect([await end("1"), await end("2"), await end("3")]).toEqual([
      undefined,
      "turn-not-ours",
      "turn-not-ours",
    ]);
    expect(server.sent("thread/backgroundTerminals/terminate")).toEqual([{ threadId, processId: "1" }]);
  });
});

describe("questions", () => {
  const ask = (params = {}) =>
    server.ask("item/commandExecution/requestApproval", { itemId: "c", ...params });
  const always = { acceptWithExecpolicyAmendment: { execpolicy_amendment: ["rm"] } };

  test("of a gateway's turn are passed on without permanent choices, and answered as offered [NODE-2e]", async () => {
    await startTurn(await startThread());
    const id = ask({ availableDecisions: ["accept", "cancel", always], proposedExecpolicyAmendment: ["rm"] });
    await settle();
    const [question] = gateway.heard.filter(({ method }) => method?.endsWith("requestApproval"));
    expect(question).toMatchObject({ id, params: { availableDecisions: ["accept", "cancel"] } });
    expect(question?.params).not.toHaveProperty("proposedExecpolicyAmendment");
    gateway.answer(id, { decision: "accept" });
    await settle();
    expect(server.answers.get(id)).toEqual({ decision: "accept" });
    const second = ask({ availableDecisions: ["accept", "cancel", always] });
    await settle();
    gateway.answer(second, { decision: always });
    await settle();
    expect(server.answers.get(second)).toEqual({ decision: "decline" });
  });

  test("for permissions are answered with what was asked, or with nothing [NODE-2e]", async () => {
    await startTurn(await startThread());
    const permissions = { network: null, fileSystem: { write: ["/asked"] } };
    const more = { network: { enabled: true }, fileSystem: { write: ["/"] } };
    const given = [permissions, more].map((answer) => {
      const id = server.ask("item/permissions/requestApproval", { permissions });
      return [id, { permissions: answer, scope: "turn" }] as const;
    });
    await settle();
    for (const [id, answer] of given) gateway.answer(id, answer);
    await settle();
    expect(given.map(([id]) => server.answers.get(id))).toEqual([
      { permissions, scope: "turn" },
      { permissions: {}, scope: "turn" },
    ]);
  });

  test("of a foreign turn never leave the node, and cannot be answered [NODE-2e NODE-2f]", async () => {
    server.add("t1");
    server.join("t1", "mine", "somebody");
    await gateway.ask("thread/resume", { threadId: "t1", excludeTurns: true });
    const id = ask();
    await settle();
    gateway.answer(id, { decision: "accept" });
    await settle();
    expect(gateway.heard.map(({ method }) => method)).not.toContain("item/commandExecution/requestApproval");
    expect(server.answers.size).toBe(0);
  });

  test("one that is open when the channel is cut comes again over the next [NODE-4b]", async () => {
    const threadId = await startThread();
    await startTurn(threadId);
    rig.cut();
    await Promise.all(rig.ended);
    const id = ask();
    await reopen();
    await gateway.ask("thread/resume", { threadId, excludeTurns: true });
    await settle();
    gateway.answer(id, { decision: "accept" });
    await settle();
    expect(server.answers.get(id)).toEqual({ decision: "accept" });
  });

  test.each(["item/tool/call", "attestation/generate"])("%s asks nobody", async (method) => {
    await startTurn(await startThread());
    const id = server.ask(method);
    await settle();
    expect(gateway.heard.map((each) => each.method)).not.toContain(method);
    expect(server.answers.has(id)).toBe(true);
  });
});
