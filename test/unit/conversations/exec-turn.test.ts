import { expect, test } from "vitest";
import type { TurnEvent, TurnEventBody } from "../../../src/codex/turn-events.ts";
import type { TurnOutcome } from "../../../src/codex/turn-inbox.ts";
import type { PlaceExec } from "../../../src/conversations/exec-turn.ts";
import { BridgeError } from "../../../src/errors.ts";
import { openRig, type RigOptions } from "../../rigs/conversation-rig.ts";
import { settle } from "../../rigs/settle.ts";

type Run = Parameters<PlaceExec["run"]>;

/** A turn of codex exec that ends when the test says so. */
class FakeExec implements PlaceExec {
  readonly policy = { sandbox: "workspace-write", bypass: false, models: { codex: "" } };
  readonly requests: Run[0][] = [];
  /** Fails before anything ran. */
  refusal: BridgeError | undefined;
  /** Ends by itself at once. */
  early: TurnOutcome | undefined;
  #listener: Run[1] | undefined;
  #end: ((outcome: TurnOutcome) => void) | undefined;

  async run(request: Run[0], listener: Run[1], signal: Run[2]): Promise<{ outcome: TurnOutcome }> {
    this.requests.push(request);
    if (this.refusal) throw this.refusal;
    listener.onStarting();
    this.#listener = listener;
    if (this.early) return { outcome: this.early };
    const ended = Promise.withResolvers<TurnOutcome>();
    this.#end = ended.resolve;
    signal.addEventListener("abort", () => ended.resolve({ status: "interrupted", text: "so far" }));
    return { outcome: await ended.promise };
  }

  begin(threadId = "t-exec"): void {
    this.#listener?.onThread(threadId);
    this.say({ type: "turn-started" });
  }

  say(body: TurnEventBody): void {
    const event: TurnEvent = { ...body, seq: 1, turnId: `exec-${this.requests.length}` };
    this.#listener?.onEvent(event);
  }

  end(outcome: TurnOutcome): void {
    this.#end?.(outcome);
  }
}

function openExecRig(options: Partial<RigOptions> = {}) {
  const exec = new FakeExec();
  return { exec, rig: openRig({ exec, ...options }) };
}
const answered = (text: string): TurnOutcome => ({ status: "answered", text });

test("the chat is told before the first such turn, once; the reply is delivered, no server is opened [EXEC-4a EXEC-4f]", async () => {
  const { exec, rig } = openExecRig();
  rig.bind();
  const first = rig.send("one");
  await settle();
  expect(rig.heard()).toEqual(["by-exec"]);
  expect(exec.requests).toMatchObject([{ input: { text: "one" }, cwd: process.cwd() }]);
  expect(exec.requests[0]).not.toHaveProperty("threadId");
  exec.begin();
  exec.end(answered("done"));
  await settle();
  expect(rig.stateOf(first)).toBe("delivered");
  rig.send("two");
  await settle();
  expect(exec.requests[1]).toMatchObject({ threadId: "t-exec" });
  exec.begin();
  exec.end(answered("done too"));
  await settle();
  expect(rig.heard()).toEqual(["by-exec", "reply", "reply"]);
  expect(rig.store.bindings.findById("b1")).toMatchObject({
    ...{ threadId: "t-exec", threadSeen: true },
    inForce: { sandbox: "workspace-write", approvalPolicy: "never" },
  });
  expect(rig.place.opened).toBe(0);
});

test("a place without the setting never uses it [EXEC-4a]", async () => {
  const rig = openRig();
  rig.bind();
  rig.send("one");
  await settle();
  expect(rig.place.opened).toBe(1);
  expect(rig.heard()).not.toContain("by-exec");
});

test("what shows before anything ran fails the message, which can be sent again [EXEC-4c]", async () => {
  const { exec, rig } = openExecRig();
  rig.bindTo("t1");
  exec.refusal = new BridgeError("exec-settings-differ", "other", { setting: "sandbox" });
  rig.send("one");
  await settle();
  expect(rig.finals()).toMatchObject([{ type: "failed", error: "exec-settings-differ" }]);
});

test.each(["submitted", "running"] as const)(
  "after a crash in %s nothing is run by itself: the person decides [EXEC-4g]",
  async (state) => {
    const { exec, rig } = openExecRig();
    rig.bindTo("t1");
    const message = rig.store.messages.accept({
      ...{ conversation: "c1", bindingId: "b1", actor: "ann", text: "one", images: [] },
      ...{ hostMessageId: "h", clientId: "c" },
    });
    if (message === "seen") throw new Error("seen");
    rig.store.messages.move(message.id, "accepted", "submitted");
    if (state === "running") rig.store.messages.move(message.id, "submitted", "running");
    rig.recover();
    await settle();
    expect(exec.requests).toEqual([]);
    expect(rig.stateOf(message)).toBe("unknown");
    expect(rig.heard()).toEqual(["unknown-fate"]);
  },
);

test("an end that nobody told is asked about, never run again [EXEC-4g]", async () => {
  const { exec, rig } = openExecRig();
  rig.bind();
  const message = rig.send("one");
  await settle();
  exec.begin();
  exec.end({ status: "lost", error: new BridgeError("turn-outcome-unknown", "gone") });
  await settle();
  expect(exec.requests).toHaveLength(1);
  expect(rig.stateOf(message)).toBe("unknown");
});

test("a stop interrupts, and what was said is shown; the limit of time does too", async () => {
  const { exec, rig } = openExecRig({ limitMs: 60_000, quietMs: 20_000 });
  rig.bind();
  rig.send("one");
  await settle();
  exec.begin();
  await rig.runner.stop("b1");
  await settle();
  expect(rig.finals()).toMatchObject([{ type: "stopped", text: "so far" }]);
  rig.send("two");
  await settle();
  exec.begin();
  await expect(rig.runner.steer("b1", "more")).rejects.toMatchObject({ code: "exec-no-steer" });
  exec.say({
    type: "tool-started",
    itemId: "i",
    tool: "command",
    title: "sleep",
    item: { type: "x", id: "i" },
  });
  await rig.pass(65_000, 5_000);
  expect(rig.heard()).toContain("limit-reached");
  expect(rig.said).toContainEqual(expect.objectContaining({ type: "still-working", running: ["sleep"] }));
  expect(rig.finals()).toHaveLength(2);
});

test("a thread that another program holds is waited for [EXEC-3f]", async () => {
  const { exec, rig } = openExecRig();
  rig.bindTo("t1");
  exec.early = { status: "failed", error: new BridgeError("thread-held", "held") };
  const message = rig.send("one");
  await settle();
  expect(rig.stateOf(message)).toBe("waiting");
  exec.early = undefined;
  await rig.pass(2_500, 500);
  expect(exec.requests).toHaveLength(2);
  exec.begin("t1");
  exec.end(answered("at last"));
  await settle();
  expect(rig.finals()).toMatchObject([{ type: "reply", text: "at last" }]);
});

test("a thread that our own server has loaded is let go first [EXEC-3f]", async () => {
  const { exec, rig } = openExecRig();
  rig.bindTo("t1");
  (await rig.place.threads.hold("t1")).release();
  expect(rig.place.threads.heldCount).toBe(1);
  rig.send("one");
  await settle();
  await rig.pass(1_000, 100);
  expect(rig.place.threads.heldCount).toBe(0);
  expect(exec.requests).toHaveLength(1);
});

test("our own end cuts it off: the person decides at the next start [EXEC-4g]", async () => {
  const { exec, rig } = openExecRig();
  rig.bind();
  const message = rig.send("one");
  await settle();
  exec.begin();
  const { directory } = rig;
  await rig.close();
  const again = openRig({ directory });
  expect(again.stateOf(message)).toBe("interrupted");
});
