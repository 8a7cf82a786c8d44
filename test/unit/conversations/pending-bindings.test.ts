import { expect, onTestFinished, test } from "vitest";
import { PendingBindings, pendingLifeMs } from "../../../src/conversations/pending-bindings.ts";
import type { Notice } from "../../../src/conversations/voice.ts";
import { own, says } from "../../../src/kit/blocks.ts";
import { buildData, openRig } from "../../rigs/conversation-rig.ts";
import { newBinding, newMessage } from "../store/store-rig.ts";

const draft = (change = {}) => {
  const { id: _, ...rest } = newBinding({ conversation: "asked here", ...change });
  return rest;
};

const bound = says(own("Bound."));

function open(rig = openRig()) {
  const voice = {
    say: (notice: Notice) => ({
      blocks: buildData(JSON.stringify(notice)),
      ...(notice.type === "binding-open"
        ? { inGroup: buildData(JSON.stringify({ type: "in the group" })) }
        : {}),
    }),
  };
  const pending = new PendingBindings({ ...rig, voice });
  onTestFinished(() => pending.close());
  return { rig, pending };
}

test("approved, it is in force where the host says, with its address, and said there, once", async () => {
  const { rig, pending } = open();
  rig.store.addresses.remember("asked here", "to c");
  const id = pending.add(draft(), bound);
  expect(rig.store.bindings.all()).toEqual([]);
  expect(pending.approve(id, "bound here", "row")).toMatchObject({
    conversation: "bound here",
    hostRecord: "row",
  });
  expect(pending.approve(id, "bound here", "row")).toBeUndefined();
  await rig.settle();
  expect(rig.said).toEqual([
    { kind: "final", conversation: "bound here", type: "binding-open", says: bound },
  ]);
  expect(rig.parts[0]?.address).toBe("to c");
});

test("denied, timed out or overtaken by a restart, nothing is bound and each is said [GATE-4c]", async () => {
  const { rig, pending } = open();
  pending.deny(pending.add(draft(), bound));
  await rig.settle();
  const late = pending.add(draft(), bound);
  await rig.pass(pendingLifeMs + 1, pendingLifeMs / 2);
  expect(pending.approve(late, "bound here", "row")).toBeUndefined();
  pending.add(draft(), bound);
  const { pending: next } = open(rig);
  next.start();
  await rig.settle();
  expect(rig.said.map(({ type, why }) => `${type} ${why}`)).toEqual([
    "binding-ended denied",
    "binding-ended expired",
    "binding-ended restarted",
  ]);
  expect(rig.store.bindings.all()).toEqual([]);
});

test("a second request here takes the place of the first", () => {
  const { rig, pending } = open();
  const first = pending.add(draft({ threadId: "t1" }), says(own("Bound to t1.")));
  const second = pending.add(draft({ threadId: "t2" }), says(own("Bound to t2.")));
  expect(pending.approve(first, "bound here", "row")).toBeUndefined();
  expect(pending.approve(second, "bound here", "row")?.threadId).toBe("t2");
  expect(rig.store.bindings.all()).toHaveLength(1);
});

test("what is bound there and has work to do stays bound, saying so", async () => {
  const { rig, pending } = open();
  rig.host.served = true;
  const old = rig.bind({ conversation: "bound here" });
  rig.store.messages.accept(newMessage("m", { conversation: "bound here", bindingId: old.id }));
  expect(pending.approve(pending.add(draft(), bound), "bound here", "row")).toBeUndefined();
  await rig.settle();
  expect(rig.said).toMatchObject([{ type: "binding-ended", why: "busy" }]);
  expect(rig.store.bindings.all()).toEqual([old]);
});

test("in a group the owner reads the rest in their own chat [GATE-8h]", async () => {
  const { rig, pending } = open();
  rig.store.addresses.remember("own", "to ann");
  pending.approve(
    pending.add(draft({ ownerChat: "own" }), says(own("Bound in /secret."))),
    "bound here",
    "row",
  );
  await rig.settle();
  expect(rig.said).toMatchObject([
    { conversation: "bound here", type: "in the group" },
    { conversation: "own", says: says(own("Bound in /secret.")) },
  ]);
});
