import { describe, expect, test } from "vitest";
import type { Binding } from "../../../src/store/rows.ts";
import { type ConversationRig, makeFolder, openRig } from "../../rigs/conversation-rig.ts";

const request = { conversation: "c1", actor: "ann" };
async function bindNew(rig: ConversationRig, change = {}): Promise<Binding> {
  return rig.binder.bind(await rig.binder.prepareNew({ ...request, ...change }));
}

async function bindThread(rig: ConversationRig, change = {}) {
  const result = await rig.binder.prepareThread({ ...request, threadId: "t1", place: "here", ...change });
  return result.status === "ready" ? { ...result, binding: rig.binder.bind(result.draft) } : result;
}

describe("a new thread", () => {
  test("is only prepared: the server hears nothing before the first message [TURN-8a]", async () => {
    const rig = openRig();
    const folder = makeFolder();
    const binding = await bindNew(rig, { folder, model: "m1" });
    expect(binding).toMatchObject({
      cwd: folder,
      owner: "ann",
      requested: { sandbox: "workspace-write", approvalPolicy: "on-request", model: "m1" },
    });
    expect(binding.threadId).toBeUndefined();
    expect(rig.server.received).toEqual([]);
    rig.send("one", binding.id);
    await rig.settle();
    expect(rig.server.sent("thread/start")).toMatchObject([
      { cwd: folder, sandbox: "read-only", model: "m1" },
    ]);
    expect(rig.server.sent("turn/start")).toMatchObject([
      {
        cwd: folder,
        model: "m1",
        approvalPolicy: "on-request",
        permissions: ":workspace",
      },
    ]);
  });

  test("takes the place of an idle one, never of one with messages on their way", async () => {
    const rig = openRig();
    rig.bindTo("t1");
    rig.send("one");
    await rig.settle();
    await expect(bindNew(rig)).rejects.toMatchObject({ code: "already-bound" });
    await expect(rig.binder.detach("c1", "ann")).rejects.toMatchObject({ code: "already-bound" });
    rig.server.reply("re one");
    await rig.settle();
    const fresh = await bindNew(rig);
    expect(rig.binder.find("c1")?.id).toBe(fresh.id);
    expect(rig.store.bindings.all()).toHaveLength(1);
  });

  test("a forbidden folder or unknown host changes nothing [SHOW-4b]", async () => {
    const rig = openRig();
    rig.bindTo("t1");
    await expect(bindNew(rig, { folder: "/" })).rejects.toMatchObject({
      code: "folder-forbidden",
    });
    await expect(bindNew(rig, { host: "mars" })).rejects.toMatchObject({
      code: "node-unknown",
    });
    expect(rig.binder.find("c1")?.id).toBe("b1");
  });
});

describe("an existing thread", () => {
  test("keeps what it has, and the last words of both sides are told [TURN-8e CONV-15l]", async () => {
    const rig = openRig();
    rig.server.add("t1", { sandbox: "readOnly" });
    rig.server.join("t1", "please do", "x");
    rig.server.reply("did it");
    const bound = await bindThread(rig);
    expect(bound).toMatchObject({
      status: "ready",
      binding: {
        requested: {},
        inForce: { sandbox: "read-only", approvalPolicy: "on-request" },
        threadSeen: true,
      },
      recap: { lastUser: "please do", lastReply: "did it", running: false },
    });
    expect(rig.server.sent("thread/resume")).toMatchObject([{ threadId: "t1", excludeTurns: true }]);
    rig.send("next", rig.binder.find("c1")?.id);
    await rig.settle();
    const [start] = rig.server.sent("turn/start");
    expect(Object.keys(start ?? {}).sort()).toEqual(["clientUserMessageId", "input", "threadId"]);
  });

  test.each([
    ["full access", { sandbox: "dangerFullAccess" }],
    ["never asking", { approvalPolicy: "never" }],
  ])("with %s is bound only after a yes", async (_, change) => {
    const rig = openRig();
    rig.server.add("t1", change);
    expect(await bindThread(rig)).toMatchObject({ status: "confirm", why: "unguarded" });
    expect(rig.binder.find("c1")).toBeUndefined();
    const question = rig.questions.get("c1", undefined);
    const action = rig.questions.closeConfirm(question, true, "ann");
    if (action?.type !== "bind") throw new Error("another action");
    expect(await bindThread(rig, { agreed: action.agreed })).toMatchObject({ status: "ready" });
  });

  test("that another conversation holds is shared only after a yes; each yes is asked for [CONV-14d]", async () => {
    const rig = openRig();
    rig.bindTo("t1", { id: "b2", conversation: "c2" });
    rig.server.get("t1").approvalPolicy = "never";
    expect(await bindThread(rig)).toMatchObject({ why: "unguarded" });
    expect(await bindThread(rig, { agreed: { unguarded: true } })).toMatchObject({ why: "shared" });
    const agreed = { unguarded: true, shared: true };
    expect(await bindThread(rig, { agreed })).toMatchObject({ status: "ready" });
  });

  test.each([
    ["gone", "no rollout found for thread id t1", "thread-gone"],
    ["held elsewhere", "thread t1 already has an active writer", "thread-held"],
    ["archived", "session t1 is archived. Run `codex unarchive t1` first", "thread-archived"],
  ])("that is %s is not bound, and the old binding stays [SHOW-4a]", async (_, refusal, code) => {
    const rig = openRig();
    rig.bindTo("old");
    rig.server.add("t1", { refusal });
    await expect(bindThread(rig)).rejects.toMatchObject({ code });
    expect(rig.binder.find("c1")?.threadId).toBe("old");
  });

  test("whose folder is gone is not bound, and not kept loaded", async () => {
    const rig = openRig();
    rig.server.add("t1", { cwd: "/nowhere/at/all" });
    await expect(bindThread(rig)).rejects.toMatchObject({ code: "folder-missing" });
    await rig.pass(35_000);
    expect(rig.server.count("thread/unsubscribe")).toBe(1);
  });
});

test("detaching lets the thread go at once [CONV-15h]", async () => {
  const rig = openRig();
  await bindNew(rig);
  rig.send("one", rig.binder.find("c1")?.id);
  await rig.settle();
  rig.server.reply("re one");
  await rig.settle();
  expect(await rig.binder.detach("c1", "ann")).toMatchObject({ threadId: rig.server.last.id });
  expect(rig.server.count("thread/unsubscribe")).toBe(1);
  expect(rig.binder.find("c1")).toBeUndefined();
  expect(await rig.binder.detach("c1", "ann")).toBeUndefined();
});

test("settings hold for the next turn [CONV-15j]", async () => {
  const rig = openRig();
  const binding = rig.bindTo("t1");
  rig.binder.setSettings(binding, { model: "m2", effort: "high" });
  rig.send("one");
  await rig.settle();
  expect(rig.server.sent("turn/start")).toMatchObject([{ model: "m2", effort: "high" }]);
});
