// The node's end of a channel in front of a fake app-server, and a gateway that types what it likes: fresh for each test of
// the file that imports this.
import { afterEach, beforeEach } from "vitest";
import { FakeAppServer } from "../../rigs/fake-app-server.ts";
import { FakeClock } from "../../rigs/fake-clock.ts";
import { FakePlace } from "../../rigs/fake-place.ts";
import { type HostileGateway, NodeRig } from "../../rigs/node-rig.ts";
import { settle } from "../../rigs/settle.ts";

export const cwd = process.cwd();
export const words = [{ type: "text", text: "hi" }];

export let server: FakeAppServer;
export let rig: NodeRig;
export let gateway: HostileGateway;
beforeEach(async () => {
  const clock = new FakeClock();
  server = new FakeAppServer();
  rig = new NodeRig({ clock, buildServers: () => new FakePlace({ clock, own: server }).servers });
  gateway = await rig.openHostile();
});
afterEach(() => rig.close());

export const startThread = async () => {
  const { result } = await gateway.ask("thread/start", {
    cwd,
    sandbox: "read-only",
    approvalPolicy: "on-request",
  });
  return (result as { thread: { id: string } }).thread.id;
};
export const turnParams = (threadId: string, more = {}) => ({
  ...{
    threadId,
    clientUserMessageId: "m1",
    input: words,
    permissions: ":workspace",
    approvalPolicy: "on-request",
  },
  ...more,
});
export const startTurn = async (threadId: string, more = {}) => {
  const { result } = await gateway.ask("turn/start", turnParams(threadId, more));
  await settle();
  return (result as { turn: { id: string } }).turn.id;
};

/** The gateway opens its channel anew. */
export async function reopen(): Promise<void> {
  gateway = await rig.openHostile();
}
