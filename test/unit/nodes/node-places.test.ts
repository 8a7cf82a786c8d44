// The gateway's way to a node in front of a fake app-server: connecting, failing, and what waits for a node.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { BridgeError } from "../../../src/errors.ts";
import { Channel } from "../../../src/nodes/channel.ts";
import { type NodePlace, NodePlaces } from "../../../src/nodes/node-places.ts";
import { openRig } from "../../rigs/conversation-rig.ts";
import { createDuplexPair } from "../../rigs/duplex-pair.ts";
import { FakeAppServer } from "../../rigs/fake-app-server.ts";
import { FakeClock } from "../../rigs/fake-clock.ts";
import { FakePlace } from "../../rigs/fake-place.ts";
import { NodeRig } from "../../rigs/node-rig.ts";
import { OurTurn } from "../../rigs/our-turn.ts";
import { settle } from "../../rigs/settle.ts";

let clock: FakeClock;
let server: FakeAppServer;
let refusal: BridgeError | undefined;
let rig: NodeRig;
let node: NodePlace;
beforeEach(() => {
  clock = new FakeClock();
  server = new FakeAppServer();
  refusal = undefined;
  rig = new NodeRig({
    clock,
    buildServers: () => {
      const place = new FakePlace({ clock, own: server });
      place.refusal = refusal;
      return place.servers;
    },
  });
  node = rig.openSide();
});
afterEach(() => rig.close());

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: BridgeError) => error.code,
  );

describe("connecting", () => {
  test("many callers share one channel; after a cut the next opens another [NODE-4b]", async () => {
    const [first, second] = await Promise.all([node.servers.pick(), node.servers.pick()]);
    expect([first === second, rig.pairs.length, first.kind]).toEqual([true, 1, "private"]);
    expect(first.instance).toMatch(/^node-1:private:/);
    rig.cut();
    await first.closed;
    expect(await node.servers.pick()).not.toBe(first);
    expect(rig.pairs).toHaveLength(2);
  });

  test("what keeps the node's server from starting is said on the gateway", async () => {
    refusal = new BridgeError("codex-not-found", "no codex on this node");
    expect(await codeOf(node.servers.pick())).toBe("codex-not-found");
    refusal = undefined;
    expect(await codeOf(node.servers.pick())).toBeUndefined();
  });

  test("when the node's server dies, the gateway's client closes and the next connects anew", async () => {
    const client = await node.servers.pick();
    server.die();
    await client.closed;
    const next = await node.servers.pick();
    expect(next.instance).not.toBe(client.instance);
  });

  test("ends that speak different protocols say so, on either side [NODE-2a]", async () => {
    const old = new Channel(rig.connect().gateway, clock);
    old.sendHello({ protocol: 99, version: "9.9.9", capabilities: [] });
    await expect(old.theirs).rejects.toMatchObject({ code: "node-version" });
    const pair = createDuplexPair();
    const newer = new Channel(pair.node, clock);
    newer.sendHello({ protocol: 2, version: "9.9.9", capabilities: [] });
    const openDuplex = async () => pair.gateway;
    const places = new NodePlaces({ clock, log: rig.context.log, version: "0.0.0", openDuplex });
    expect(await codeOf(places.get("n").servers.pick())).toBe("node-version");
    await places.close();
  });

  test("a gateway that says nothing is left after 30 seconds", async () => {
    const silent = new Channel(rig.connect().gateway, clock);
    await clock.advance(30_000);
    await settle();
    await expect(silent.theirs).rejects.toMatchObject({ code: "backend-timeout" });
  });

  test("closing while a node is slow to greet ends at once", async () => {
    const pair = createDuplexPair();
    const openDuplex = async () => pair.gateway;
    const places = new NodePlaces({ clock, log: rig.context.log, version: "0.0.0", openDuplex });
    const picking = codeOf(places.get("n").servers.pick());
    await settle();
    await places.close();
    expect(await picking).toBe("cancelled");
  });
});

test("an image that is gone is told, and what was sent behind it still goes [NODE-4a]", async () => {
  const hold = await node.threads.start({ cwd: process.cwd(), approvalPolicy: "on-request" });
  const settings = { sandbox: "workspace-write", approvalPolicy: "on-request" } as const;
  const path = join(rig.stateDirectory, "a.png");
  const gone = OurTurn.start(hold, clock, "look", {
    images: [join(rig.stateDirectory, "gone.png")],
    settings,
  });
  writeFileSync(path, "png");
  const sent = OurTurn.start(hold, clock, "look", { images: [path], settings });
  expect(await codeOf(gone)).toBe("image-unreadable");
  await sent;
  expect(server.count("turn/start")).toBe(1);
});

test("a message for a node that is away waits for hours, said once, and runs when it is back [NODE-4b]", async () => {
  const conversation = openRig({ isNode: true });
  conversation.bindTo("t1");
  conversation.place.refusal = new BridgeError("node-offline", "the node is not connected");
  const message = conversation.send("one");
  await conversation.pass(2 * 60 * 60_000, 10_000);
  expect(conversation.said).toMatchObject([{ type: "waiting", reason: "node-away", node: "box" }]);
  conversation.place.refusal = undefined;
  await conversation.pass(60_000, 1_000);
  expect(conversation.stateOf(message)).toBe("running");
});

test("a stop while its node is away stops the turn as the node comes back [NODE-4b NODE-4e]", async () => {
  const conversation = openRig({ isNode: true });
  conversation.bindTo("t1");
  conversation.send("one");
  await conversation.settle();
  conversation.place.refusal = new BridgeError("node-offline", "the node is not connected");
  conversation.server.cutAll();
  await conversation.pass(60_000, 10_000);
  await conversation.runner.stop("b1");
  await conversation.pass(60_000, 10_000);
  expect(conversation.finals()).toEqual([]);
  conversation.place.refusal = undefined;
  await conversation.pass(60_000, 1_000);
  expect(conversation.server.count("turn/interrupt")).toBe(1);
  expect(conversation.finals().map(({ type }) => type)).toEqual(["stopped"]);
});

test("a node that goes in mid-turn is told once by its name, also where its connection breaks as it comes back [NODE-4b NODE-4e]", async () => {
  const conversation = openRig({ isNode: true });
  conversation.bindTo("t1");
  conversation.send("one");
  await conversation.settle();
  const away = new BridgeError("node-offline", "the node is not connected");
  conversation.place.refusal = away;
  conversation.server.cutAll();
  await conversation.pass(10 * 60_000, 10_000);
  const lost = { type: "waiting", reason: "node-away", node: "box", isSent: true };
  // That it was told of hides that it had begun, just before.
  expect(conversation.said).toMatchObject([lost]);
  conversation.place.refusal = new BridgeError("connection-lost", "it breaks once more");
  await conversation.pass(31_000, 10_000);
  conversation.place.refusal = away;
  await conversation.pass(60_000, 10_000);
  conversation.place.refusal = undefined;
  await conversation.pass(60_000, 1_000);
  conversation.server.reply("late words");
  await conversation.settle();
  expect(conversation.said.filter((each) => each.reason === "node-away")).toHaveLength(1);
  expect(conversation.finals()).toMatchObject([{ type: "reply", text: "late words" }]);
});
