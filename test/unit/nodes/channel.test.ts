import { describe, expect, test } from "vitest";
import { BridgeError } from "../../../src/errors.ts";
import { Channel } from "../../../src/nodes/channel.ts";
import { decodeFrame, encodeFrame, type Hello } from "../../../src/nodes/channel-frames.ts";
import type { CloseInfo } from "../../../src/rpc/transport.ts";
import { createDuplexPair } from "../../rigs/duplex-pair.ts";
import { FakeClock } from "../../rigs/fake-clock.ts";
import { settle } from "../../rigs/settle.ts";

const hello: Hello = { protocol: 1, version: "0.1.0", capabilities: ["folder"] };

function openPair() {
  const pair = createDuplexPair();
  const clock = new FakeClock();
  const gateway = new Channel(pair.gateway, clock);
  const node = new Channel(pair.node, clock);
  const texts: string[] = [];
  const closes: CloseInfo[] = [];
  node.onMessage((text) => texts.push(text));
  gateway.onClose((info) => closes.push(info));
  return { pair, clock, gateway, node, texts, closes };
}

describe("a channel", () => {
  test("exchanges versions and capabilities first, then carries texts in order [NODE-2a]", async () => {
    const { gateway, node, texts } = openPair();
    gateway.sendHello(hello);
    node.sendHello({ ...hello, server: { kind: "private", instance: "i" } });
    expect(await node.theirs).toEqual(hello);
    expect(await gateway.theirs).toMatchObject({ server: { kind: "private", instance: "i" } });
    gateway.send("one");
    gateway.send("");
    gateway.send("zwei €");
    await settle();
    expect(texts).toEqual(["one", "", "zwei €"]);
  });

  test("carries 20 MB, no frame above 64 KiB, never more than the window on its way [NODE-2a]", async () => {
    const { pair, gateway, texts } = openPair();
    const text = "ä".repeat(10_000_000);
    pair.hold("node");
    gateway.send(text);
    await settle();
    const onItsWay = pair.sent.filter(({ by }) => by === "gateway");
    expect(onItsWay.length).toBe(8);
    expect(texts).toEqual([]);
    pair.flow("node");
    while (texts.length === 0) await settle();
    expect(texts[0] === text).toBe(true);
    expect(Math.max(...pair.sent.map(({ message }) => message.length))).toBe(64 * 1024 + 1);
  });

  test("signs of life get through while a large message waits for credit", async () => {
    const { pair, clock, gateway, closes } = openPair();
    pair.hold("node");
    gateway.send("x".repeat(2_000_000));
    await clock.advance(15_000);
    const last = pair.sent.findLast(({ by }) => by === "gateway");
    expect(decodeFrame(last?.message ?? new Uint8Array())).toEqual({ kind: "alive" });
    expect(closes).toEqual([]);
  });

  test("stays open for hours of silence, and ends when the other end gives no sign of life [NODE-2a]", async () => {
    const { pair, clock, gateway, closes } = openPair();
    await clock.advance(3 * 60 * 60_000);
    expect(closes).toEqual([]);
    pair.hold("node");
    await clock.advance(70_000);
    expect(closes).toMatchObject([{ reason: "the other end of the channel is silent" }]);
    await expect(gateway.theirs).rejects.toMatchObject({ code: "connection-lost" });
  });

  test("tells why it ends, as the error it is", async () => {
    const { gateway, node, closes } = openPair();
    const refusal = new BridgeError("codex-not-found", "no codex here", { path: "/x" });
    await node.closeWith(refusal);
    await settle();
    await expect(gateway.theirs).rejects.toMatchObject({ code: "codex-not-found", details: { path: "/x" } });
    expect(closes).toHaveLength(1);
  });

  test("an end that is cut closes once, and sending afterwards does nothing", async () => {
    const { pair, gateway, closes, texts } = openPair();
    pair.cut();
    await settle();
    gateway.send("late");
    await settle();
    expect([closes.length, texts]).toEqual([1, []]);
  });

  test.each([
    ["an empty frame", new Uint8Array()],
    ["a hello that is no JSON", Uint8Array.of(0, 123)],
    ["a negative credit", Uint8Array.of(3, 45, 49)],
  ])("%s ends it", async (_, bytes) => {
    const { pair, closes } = openPair();
    await pair.node.send(bytes);
    await settle();
    expect(closes).toMatchObject([{ error: { code: "connection-lost" } }]);
  });

  test("a kind of frame that a later version adds is passed over [NODE-2a]", async () => {
    const { pair, node, gateway, closes } = openPair();
    await pair.gateway.send(Uint8Array.of(77, 1, 2));
    gateway.sendHello(hello);
    expect(await node.theirs).toEqual(hello);
    expect(closes).toEqual([]);
  });

  test("a message without an end is given up before it fills the memory", async () => {
    const { pair, node } = openPair();
    const ended = Promise.withResolvers<CloseInfo>();
    node.onClose(ended.resolve);
    const part = encodeFrame({ kind: "part", bytes: new Uint8Array(8 * 1024 * 1024), last: false });
    for (let count = 0; count < 17; count++) await pair.gateway.send(part).catch(() => {});
    expect(await ended.promise).toMatchObject({ error: { code: "connection-lost" } });
  });
});
