import { describe, expect, test } from "vitest";
import { isBridgeError } from "../../../src/errors.ts";
import { RpcPeer } from "../../../src/rpc/rpc-peer.ts";
import { FakeClock } from "../../rigs/fake-clock.ts";
import { createMemoryPair } from "../../rigs/memory-transport.ts";
import { buildPeerRig, failure } from "../../rigs/peer-rig.ts";

describe("what the other side starts", () => {
  test("notifications come in order, each while it is read: before the caller of the response ahead of them", async () => {
    const { peer, ask, ours, settle } = buildPeerRig();
    const order: string[] = [];
    peer.onNotification(({ method, params, emittedAtMs }) =>
      order.push(`${method} ${JSON.stringify(params)} ${emittedAtMs}`),
    );
    const answered = ask().then(() => order.push("answered"));
    await settle();
    ours.receive('{"id":1,"result":{}}');
    ours.receive('{"method":"turn/started","params":{"n":1},"emittedAtMs":5}');
    ours.receive('{"method":"never heard of","id":null,"more":1}');
    await answered;
    expect(order).toEqual(['turn/started {"n":1} 5', "never heard of undefined undefined", "answered"]);
  });

  test("what was sent before the peer existed reaches listeners added right after", async () => {
    const [ours, server] = createMemoryPair();
    server.send('{"method":"early"}');
    await Promise.resolve();
    const clock = new FakeClock();
    const peer = new RpcPeer({ transport: ours, clock });
    const seen: string[] = [];
    peer.onNotification(({ method }) => seen.push(method));
    await clock.advance(0);
    expect(seen).toEqual(["early"]);
  });

  test("a listener that throws is logged and counted; the others and later messages are not touched", async () => {
    const { peer, say, settle, logged } = buildPeerRig();
    const seen: string[] = [];
    peer.onNotification(() => {
      throw new Error("broken listener");
    });
    const dispose = peer.onNotification(({ method }) => seen.push(method));
    say({ method: "a" });
    say({ method: "b" });
    await settle();
    dispose();
    say({ method: "c" });
    await settle();
    expect(seen).toEqual(["a", "b"]);
    expect(peer.counters.listenerErrors).toBe(3);
    expect(logged.join()).toContain("broken listener");
  });

  test("S2-D6 requests with id 0 and with text ids are requests, and are answered under that id [SRV-5e]", async () => {
    const { peer, say, settle, sent } = buildPeerRig();
    const seen: unknown[] = [];
    peer.onRequest(({ id, method, params }) => {
      seen.push([id, method, params]);
      if (id === 0) peer.respond(id, { decision: "accept" });
      else peer.reject(id, { code: -32601, message: "no such method" });
    });
    say({ id: 0, method: "ask", params: { a: 1 } });
    say({ id: "", method: "ask" });
    say({ id: "x-1", method: "ask" });
    await settle();
    expect(seen).toEqual([
      [0, "ask", { a: 1 }],
      ["", "ask", undefined],
      ["x-1", "ask", undefined],
    ]);
    const error = { code: -32601, message: "no such method" };
    expect(sent).toEqual([
      { id: 0, result: { decision: "accept" } },
      { id: "", error },
      { id: "x-1", error },
    ]);
  });

  test("a question may be answered much later, and an answer of nothing is still an answer", async () => {
    const { peer, say, settle, sent } = buildPeerRig();
    say({ id: 0, method: "ask" });
    await settle();
    expect(sent).toEqual([]);
    peer.respond(0, undefined);
    await settle();
    expect(sent).toEqual([{ id: 0, result: null }]);
  });
});

describe("the end of a connection", () => {
  test("S2-41 S2-43 an invalid line closes it: backend-json-parse-error with preview and length [SRV-5i]", async () => {
    const { peer, server, ask, say, settle } = buildPeerRig();
    const waiting = failure(ask("waiting"));
    const notified: string[] = [];
    peer.onNotification(({ method }) => notified.push(method));
    server.send(`Warning: ${"x".repeat(500)}`);
    say({ method: "after" });
    const error = await waiting;
    expect(error).toMatchObject({
      code: "backend-json-parse-error",
      details: { method: "waiting", sent: true, length: 509, preview: `Warning: ${"x".repeat(191)}` },
    });
    const info = await peer.closed;
    expect(isBridgeError(info.error, "backend-json-parse-error")).toBe(true);
    await settle();
    expect(notified).toEqual([]);
    const told: string[] = [];
    server.onClose(({ reason }) => told.push(reason));
    expect(told).toEqual(["closed by the other side"]);
  });

  test.each([
    "null",
    "[]",
    "1",
    "{}",
    '{"id":1.5e400,"x":1,"method":7}',
    '{"method":{}}',
    '{"id":true,"method":"m"}',
  ])("S2-40 S2-42 %s is neither of the three: backend-protocol-error", async (text) => {
    const { peer, server, ask } = buildPeerRig();
    const waiting = failure(ask());
    server.send(text);
    expect(isBridgeError(await waiting, "backend-protocol-error")).toBe(true);
    expect((await peer.closed).error).toMatchObject({ details: { preview: text, length: text.length } });
  });

  test("S2-49 a cut rejects those in flight and those that wait, each saying whether it was sent", async () => {
    const { peer, server, ask, settle, sent, clock } = buildPeerRig({ maxInFlight: 1 });
    const inFlight = failure(ask("a"));
    const waiting = failure(ask("b"));
    await settle();
    server.cut("exit 137");
    expect(await inFlight).toMatchObject({
      code: "connection-lost",
      details: { method: "a", sent: true, reason: "exit 137" },
    });
    expect(await waiting).toMatchObject({ code: "connection-lost", details: { method: "b", sent: false } });
    expect(await peer.closed).toEqual({ reason: "exit 137" });
    expect(sent).toHaveLength(1);
    expect(clock.pending).toBe(0);
  });

  test("S2-33 S2-36 after the end a request fails at once, a notification and an answer are dropped", async () => {
    const { peer, ask, settle, sent } = buildPeerRig();
    await peer.close();
    expect(await failure(ask("m"))).toMatchObject({
      code: "connection-lost",
      details: { method: "m", sent: false },
    });
    peer.notify("n");
    peer.respond(0, {});
    peer.reject(0, { code: 1, message: "" });
    await settle();
    expect(sent).toEqual([]);
    expect(await peer.closed).toEqual({ reason: "closed by us" });
  });
});
