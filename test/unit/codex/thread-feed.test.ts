import { describe, expect, test } from "vitest";
import { ThreadFeed } from "../../../src/codex/thread-feed.ts";
import { silentLog } from "../../../src/kit/log.ts";

const opened = (change: Record<string, unknown> = {}) => ({
  thread: { id: "t", cwd: "/w", status: { type: "idle" } },
  cwd: "/w",
  model: "m",
  approvalPolicy: "on-request",
  sandbox: { type: "workspaceWrite" },
  ...change,
});

describe("activity", () => {
  test.each([
    ["idle", "idle"],
    ["systemError", "idle"],
    ["active", "active"],
    ["aWordOfTomorrow", "active"],
    ["notLoaded", "unknown"],
  ])("status %s is %s", (type, activity) => {
    const feed = new ThreadFeed("t", { log: silentLog, isOwnServer: true });
    feed.takeNotification("thread/status/changed", { status: { type } });
    expect(feed.activity).toBe(activity);
  });

  test("what was heard meanwhile is newer than the answer to resume", () => {
    const feed = new ThreadFeed("t", { log: silentLog, isOwnServer: true });
    feed.takeNotification("thread/status/changed", { status: { type: "active", activeFlags: [] } });
    feed.takeOpened(opened());
    expect(feed.activity).toBe("active");
  });

  test("closed, until it is opened again", () => {
    const feed = new ThreadFeed("t", { log: silentLog, isOwnServer: true });
    let told = 0;
    feed.onClosed(() => {
      told += 1;
    });
    feed.takeOpened(opened());
    feed.takeRequest({ id: 0, method: "m", params: {} });
    feed.takeNotification("thread/closed", {});
    expect([feed.activity, feed.openRequests, told]).toEqual(["closed", [], 1]);
    feed.takeOpened(opened());
    expect(feed.activity).toBe("idle");
  });
});

describe("in force", () => {
  test("is what Codex reports, in its words", () => {
    const feed = new ThreadFeed("t", { log: silentLog, isOwnServer: true });
    feed.takeOpened(opened({ reasoningEffort: "high", sandbox: { type: "dangerFullAccess" } }));
    expect(feed.inForce).toEqual({
      cwd: "/w",
      model: "m",
      effort: "high",
      approvalPolicy: "on-request",
      sandbox: "danger-full-access",
    });
    const threadSettings = {
      cwd: "/v",
      approvalPolicy: { granular: {} },
      sandboxPolicy: { type: "futureMode" },
    };
    feed.takeNotification("thread/settings/updated", { threadSettings });
    expect(feed.inForce).toMatchObject({
      cwd: "/v",
      model: "m",
      approvalPolicy: "granular",
      sandbox: "futureMode",
    });
  });

  test("stays when an update cannot be read", () => {
    const feed = new ThreadFeed("t", { log: silentLog, isOwnServer: true });
    feed.takeOpened(opened());
    feed.takeNotification("thread/settings/updated", { threadSettings: { cwd: 5 } });
    expect(feed.inForce.cwd).toBe("/w");
  });
});

describe("quiet", () => {
  test("a command that outlives its turn keeps the thread from being quiet", () => {
    const feed = new ThreadFeed("t", { log: silentLog, isOwnServer: true });
    let quiet = 0;
    feed.onQuiet(() => {
      quiet += 1;
    });
    const item = { type: "commandExecution", id: "i", command: "sleep 9" };
    feed.takeNotification("thread/status/changed", { status: { type: "active", activeFlags: [] } });
    feed.takeNotification("item/started", { turnId: "u", item });
    feed.takeNotification("thread/status/changed", { status: { type: "idle" } });
    feed.takeNotification("turn/completed", { turn: { id: "u", status: "completed", items: [] } });
    expect([feed.isQuiet, quiet]).toEqual([false, 0]);
    feed.takeNotification("item/completed", { turnId: "u", item });
    expect([feed.isQuiet, quiet]).toEqual([true, 1]);
  });
});

test("open requests are kept until answered or resolved, with ids from 0 [SRV-5e]", () => {
  const feed = new ThreadFeed("t", { log: silentLog, isOwnServer: true });
  const resolved: unknown[] = [];
  feed.onEvent((event) => resolved.push([event.turnId, event.body.type]));
  for (const id of [0, "a", 1]) feed.takeRequest({ id, method: "m", params: { turnId: "u" } });
  feed.forgetRequest(1);
  feed.takeNotification("serverRequest/resolved", { requestId: 0 });
  expect(feed.openRequests.map((request) => request.id)).toEqual(["a"]);
  expect(resolved).toEqual([["u", "question-resolved"]]);
});
