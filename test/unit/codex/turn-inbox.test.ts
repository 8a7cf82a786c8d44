import { describe, expect, test } from "vitest";
import { ThreadFeed } from "../../../src/codex/thread-feed.ts";
import { TurnInbox } from "../../../src/codex/turn-inbox.ts";
import { BridgeError } from "../../../src/errors.ts";
import { silentLog } from "../../../src/kit/log.ts";
import { FakeClock } from "../../rigs/fake-clock.ts";

function open() {
  const clock = new FakeClock();
  const feed = new ThreadFeed("t", { log: silentLog, isOwnServer: true });
  const inbox = new TurnInbox({ feed, clock, clientId: "mine" });
  const events: string[] = [];
  const seqs: number[] = [];
  const requests: unknown[] = [];
  inbox.onEvent((event) => {
    events.push(event.type);
    seqs.push(event.seq);
  });
  inbox.onRequest((request) => requests.push(request.id));
  let settled: unknown;
  inbox.outcome.then(
    (outcome) => {
      settled = outcome;
    },
    () => {},
  );
  const hear = (method: string, params: Record<string, unknown> = {}, turnId = "u") =>
    feed.takeNotification(method, { threadId: "t", turnId, ...params });
  const say = (text: string, phase?: string) =>
    hear("item/completed", { item: { type: "agentMessage", id: text, text, phase } });
  const user = (clientId: string, turnId = "u") =>
    hear("item/completed", { item: { type: "userMessage", id: clientId, clientId, content: [] } }, turnId);
  const end = (change: Record<string, unknown> = {}) =>
    hear("turn/completed", {
      turn: { id: "u", status: "completed", items: [], itemsView: "notLoaded", ...change },
    });
  const ask = (id: number, turnId = "u") => feed.takeRequest({ id, method: "m", params: { turnId } });
  return { clock, feed, inbox, events, seqs, requests, hear, say, user, end, ask, settled: () => settled };
}

describe("events", () => {
  test("heard before the turn has a name are told in order, numbered from 1 [TURN-9g]", () => {
    const { inbox, events, seqs, hear, user, say } = open();
    hear("turn/started");
    user("mine");
    expect(events).toEqual([]);
    inbox.adopt("u");
    say("hi");
    expect(events).toEqual(["turn-started", "user-message", "message"]);
    expect(seqs).toEqual([1, 2, 3]);
  });

  test("S2-D9 other turns never get in, nor what belongs to none [SHOW-3c]", () => {
    const { inbox, events, hear, feed } = open();
    hear("item/completed", { item: { type: "agentMessage", id: "x", text: "theirs" } }, "other");
    inbox.adopt("u");
    hear("item/completed", { item: { type: "agentMessage", id: "x", text: "theirs" } }, "other");
    feed.takeNotification("warning", { threadId: "t", message: "w" });
    expect(events).toEqual([]);
  });

  test("nothing comes after the end", async () => {
    const { inbox, events, say, end } = open();
    inbox.adopt("u");
    end();
    say("late");
    expect(events).toEqual(["turn-ended"]);
    expect(await inbox.outcome).toEqual({ status: "empty" });
  });

  test("what runs right now is known, and which commands were started", () => {
    const { inbox, hear } = open();
    inbox.adopt("u");
    const item = { type: "commandExecution", id: "i1", command: "npm test" };
    hear("item/started", { item });
    expect([...inbox.running.values()].map((each) => each.title)).toEqual(["npm test"]);
    hear("item/completed", { item });
    expect(inbox.running.size).toBe(0);
    expect([...inbox.commandItems]).toEqual(["i1"]);
  });
});

describe("the outcome", () => {
  test("S2-D8 a retried message counts once: only completed items are words [TURN-9b]", async () => {
    const { inbox, hear, say, end } = open();
    inbox.adopt("u");
    hear("item/agentMessage/delta", { itemId: "a", delta: "Hel" });
    hear("error", { error: { message: "reconnecting" }, willRetry: true });
    hear("item/agentMessage/delta", { itemId: "b", delta: "Hello" });
    say("Hello");
    end();
    expect(await inbox.outcome).toEqual({ status: "answered", text: "Hello" });
  });

  test.each([
    ["interrupted", {}, { status: "interrupted", text: "half" }],
    [
      "failed",
      { error: { message: "x", codexErrorInfo: "usageLimitExceeded" } },
      { status: "failed", text: "half", error: { code: "usage-limit" } },
    ],
    ["failed", {}, { status: "failed", error: { code: "turn-failed" } }],
    ["aWordOfTomorrow", {}, { status: "failed", error: { code: "turn-failed" } }],
  ])("%s keeps the words there were", async (status, change, outcome) => {
    const { inbox, say, end } = open();
    inbox.adopt("u");
    say("half", "commentary");
    end({ status, ...change });
    expect(await inbox.outcome).toMatchObject(outcome);
  });

  test("usage is that of this turn, not of the thread [TURN-9f]", async () => {
    const { inbox, hear, say, end } = open();
    inbox.adopt("u");
    const count = (totalTokens: number) => ({
      totalTokens,
      inputTokens: totalTokens,
      cachedInputTokens: 0,
      outputTokens: 0,
      reasoningOutputTokens: 0,
    });
    hear("thread/tokenUsage/updated", { tokenUsage: { last: count(10), total: count(110) } });
    hear("thread/tokenUsage/updated", { tokenUsage: { last: count(5), total: count(115) } });
    say("hi");
    end();
    expect(await inbox.outcome).toMatchObject({ usage: { totalTokens: 15 } });
  });

  test("S2-D10 after a final error turn/completed decides, and only after a while the error does", async () => {
    const decided = open();
    decided.inbox.adopt("u");
    decided.hear("error", { error: { message: "bad" }, willRetry: false });
    await decided.clock.advance(9_000);
    expect(decided.settled()).toBeUndefined();
    decided.say("all the same");
    decided.end();
    expect(await decided.inbox.outcome).toMatchObject({ status: "answered" });

    const silent = open();
    silent.inbox.adopt("u");
    silent.hear("error", { error: { message: "bad", codexErrorInfo: "badRequest" }, willRetry: false });
    await silent.clock.advance(10_000);
    expect(silent.settled()).toMatchObject({ status: "failed", error: { code: "provider-failed" } });
    await silent.clock.advance(10_000);
    silent.inbox.close();
    expect(silent.clock.pending).toBe(0);
  });

  test("a turn that history shows as ended is settled from it", async () => {
    const { inbox } = open();
    inbox.adopt("u");
    const items = [
      { type: "userMessage", id: "1", clientId: "mine", content: [] },
      { type: "agentMessage", id: "2", text: "from history", phase: "final_answer" },
    ];
    inbox.takeHistory({ id: "u", status: "completed", items, itemsView: "full", completedAt: 1 });
    expect(await inbox.outcome).toEqual({ status: "answered", text: "from history" });
    expect(await inbox.origin).toBe("ours");
  });

  test("a plan that was made before a running turn was joined belongs to its reply", async () => {
    const { inbox, end } = open();
    inbox.adopt("u");
    const items = [
      { type: "userMessage", id: "1", clientId: "mine", content: [] },
      { type: "plan", id: "2", text: "first this, then that" },
    ];
    inbox.takeHistory({ id: "u", status: "inProgress", items, itemsView: "full" });
    end();
    expect(await inbox.outcome).toMatchObject({
      status: "answered",
      text: expect.stringContaining("first this, then that"),
    });
  });

  test("a lost connection is no outcome of the turn; the first word counts", async () => {
    const { inbox, end } = open();
    inbox.adopt("u");
    inbox.lose(new BridgeError("connection-lost", "gone"));
    end();
    expect(await inbox.outcome).toMatchObject({ status: "lost" });
    expect(await inbox.origin).toBe("none");
  });
});

describe("whose turn it is, and its questions", () => {
  test("ours: questions asked before that was known are handed over then", async () => {
    const { inbox, requests, ask, user } = open();
    ask(0);
    inbox.adopt("u");
    ask(1);
    expect(requests).toEqual([]);
    user("mine");
    ask(2);
    ask(3, "other");
    expect(requests).toEqual([0, 1, 2]);
    expect(await inbox.origin).toBe("ours");
  });

  test.each([
    ["its first message is somebody else's", false],
    ["it ran before ours was sent", true],
  ])("foreign, since %s: no question is handed over [TURN-11i]", async (_, joined) => {
    const { inbox, requests, ask, user } = open();
    if (!joined) user("theirs");
    inbox.adopt("u", { joined });
    user("mine");
    ask(0);
    expect(requests).toEqual([]);
    expect(await inbox.origin).toBe("foreign");
  });
});
