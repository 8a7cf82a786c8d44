import { expect, test } from "vitest";
import { isBridgeError } from "../../../src/errors.ts";
import { RpcError } from "../../../src/rpc/rpc-error.ts";
import { buildPeerRig, failure } from "../../rigs/peer-rig.ts";

test("S2-32 ids count from 1, without a jsonrpc member; each gets its own result, null included", async () => {
  const { ask, say, settle, sent } = buildPeerRig();
  const both = [ask("a", { x: 1 }), ask("b")];
  await settle();
  expect(sent).toEqual([
    { id: 1, method: "a", params: { x: 1 } },
    { id: 2, method: "b" },
  ]);
  say({ id: 2, result: null });
  say({ id: 1, result: { y: 2 }, unknownField: 1 });
  expect(await Promise.all(both)).toEqual([{ y: 2 }, null]);
});

test("S2-34 the deadline ends one request, its late answer is counted and harms nothing [SRV-5a SRV-5g]", async () => {
  const { peer, ask, say, settle, clock } = buildPeerRig();
  const slow = failure(peer.request("slow", {}, { deadlineMs: 100 }));
  const other = ask("other");
  await clock.advance(100);
  expect(await slow).toMatchObject({
    code: "backend-timeout",
    details: { method: "slow", deadlineMs: 100, sent: true },
  });
  say({ id: 1, result: "late" });
  say({ id: 2, result: "in time" });
  expect(await other).toBe("in time");
  say({ id: 2, result: "twice" });
  say({ id: 99, result: "never asked" });
  say({ id: "2", result: "text" });
  say({ id: null, error: { code: -32700, message: "?" } });
  await settle();
  expect(peer.counters).toEqual({
    unknownResponses: 3,
    lateResponses: 2,
    repeatedRequests: 0,
    listenerErrors: 0,
  });
  expect(clock.pending).toBe(0);
});

test("an abort ends a request at once; one that was aborted before is never sent [SRV-5a]", async () => {
  const { peer, settle, sent } = buildPeerRig();
  const controller = new AbortController();
  const running = failure(peer.request("a", {}, { deadlineMs: 1_000, signal: controller.signal }));
  await settle();
  controller.abort();
  const after = failure(peer.request("b", {}, { deadlineMs: 1_000, signal: controller.signal }));
  expect(await running).toMatchObject({ code: "cancelled", details: { method: "a", sent: true } });
  expect(await after).toMatchObject({ code: "cancelled", details: { method: "b", sent: false } });
  await settle();
  expect(sent.map((each) => each.method)).toEqual(["a"]);
});

test("at most 32 are in flight, the rest follow in order as answers come [SRV-5b]", async () => {
  const { ask, say, settle, sent } = buildPeerRig();
  const all = Promise.allSettled(Array.from({ length: 40 }, (_, index) => ask(`m${index}`)));
  await settle();
  expect(sent).toHaveLength(32);
  say({ id: 7, result: 0 });
  say({ id: 3, error: { code: -32600, message: "no" } });
  await settle();
  expect(sent.slice(32).map((each) => each.method)).toEqual(["m32", "m33"]);
  for (const { id } of sent) say({ id, result: 0 });
  await settle();
  expect(sent).toHaveLength(40);
  for (const { id } of sent) say({ id, result: 0 });
  expect((await all).filter((each) => each.status === "rejected")).toHaveLength(1);
});

test("one that waits for its place can be aborted or run out of time: it is never sent [SRV-5a SRV-5b]", async () => {
  const { peer, ask, say, settle, clock, sent } = buildPeerRig({ maxInFlight: 1 });
  const first = ask("first");
  const controller = new AbortController();
  const aborted = failure(peer.request("aborted", {}, { deadlineMs: 900, signal: controller.signal }));
  const expired = failure(peer.request("expired", {}, { deadlineMs: 50 }));
  const last = ask("last");
  controller.abort();
  await clock.advance(50);
  expect(await aborted).toMatchObject({ code: "cancelled", details: { sent: false } });
  expect(await expired).toMatchObject({ code: "backend-timeout", details: { sent: false } });
  say({ id: 1, result: 1 });
  expect(await first).toBe(1);
  await settle();
  expect(sent.map((each) => each.method)).toEqual(["first", "last"]);
  say({ id: 2, result: 2 });
  expect(await last).toBe(2);
});

test("a request whose answer never comes frees its place at the deadline", async () => {
  const { peer, ask, settle, clock, sent } = buildPeerRig({ maxInFlight: 1 });
  const lost = failure(peer.request("lost", {}, { deadlineMs: 10 }));
  const next = failure(ask("next"));
  await clock.advance(10);
  expect(isBridgeError(await lost, "backend-timeout")).toBe(true);
  await settle();
  expect(sent.map((each) => each.method)).toEqual(["lost", "next"]);
  await clock.advance(1_000);
  await next;
});

test("one that waits is not sent in the moment in which its own deadline passes too [SRV-5a]", async () => {
  const { ask, clock, sent } = buildPeerRig({ maxInFlight: 1 });
  const both = [failure(ask("lost")), failure(ask("waiting"))];
  await clock.advance(1_000);
  const [lost, waiting] = await Promise.all(both);
  expect(lost).toMatchObject({ code: "backend-timeout", details: { sent: true } });
  expect(waiting).toMatchObject({ code: "backend-timeout", details: { sent: false } });
  expect(sent.map((each) => each.method)).toEqual(["lost"]);
});

test("S2-44 an error response is an RpcError with its code and data; its text is cut to 500 (S2-D25)", async () => {
  const { ask, say } = buildPeerRig();
  const error = failure(ask("a"));
  say({ id: 1, error: { code: -32600, message: "unknown variant ".repeat(300), data: { http: 400 } } });
  const seen = await error;
  expect(seen).toBeInstanceOf(RpcError);
  expect(seen).toMatchObject({ method: "a", code: -32600, data: { http: 400 } });
  expect((seen as RpcError).message).toHaveLength(500);
});

test("an error that is no object still says what it was", async () => {
  const { ask, say } = buildPeerRig();
  const error = failure(ask());
  say({ id: 1, error: "overheated" });
  expect(await error).toMatchObject({ code: -32603, message: '"overheated"' });
});

test("S2-D7 a null error is none; S2-45 neither result nor error is backend-response-invalid", async () => {
  const { ask, say } = buildPeerRig();
  const good = ask();
  const bad = failure(ask("empty"));
  say({ id: 1, result: 5, error: null });
  say({ id: 2, error: null });
  expect(await good).toBe(5);
  expect(await bad).toMatchObject({ code: "backend-response-invalid", details: { method: "empty" } });
});

test("an overloaded server is asked again, later each time, at most five times [SRV-5c]", async () => {
  const { peer, say, settle, clock, sent } = buildPeerRig({ random: () => 0.5 });
  const error = failure(peer.request("busy", { x: 1 }, { deadlineMs: 60_000 }));
  // 75 % of 50, 100, 200, 400, 800 ms
  for (const [index, delayMs] of [38, 75, 150, 300, 600].entries()) {
    await settle();
    expect(sent).toHaveLength(index + 1);
    say({ id: sent.at(-1)?.id, error: { code: -32001, message: "overloaded" } });
    await settle();
    await clock.advance(delayMs - 1);
    expect(sent).toHaveLength(index + 1);
    await clock.advance(1);
  }
  await settle();
  expect(new Set(sent.map((each) => each.id)).size).toBe(6);
  expect(sent.every((each) => each.method === "busy")).toBe(true);
  say({ id: sent.at(-1)?.id, error: { code: -32001, message: "overloaded" } });
  expect(await error).toMatchObject({ code: -32001 });
  expect(peer.counters.repeatedRequests).toBe(5);
  expect(clock.pending).toBe(0);
});

test("a repeat that would come after the deadline is not waited for; one under way can be aborted", async () => {
  const { peer, say, settle, clock, sent } = buildPeerRig();
  const short = failure(peer.request("a", {}, { deadlineMs: 20 }));
  say({ id: 1, error: { code: -32001, message: "overloaded" } });
  expect(await short).toMatchObject({ code: -32001 });
  const controller = new AbortController();
  const aborted = failure(peer.request("b", {}, { deadlineMs: 1_000, signal: controller.signal }));
  say({ id: 2, error: { code: -32001, message: "overloaded" } });
  await settle();
  controller.abort();
  // Refused by the server, so it cannot have acted on it.
  expect(await aborted).toMatchObject({ code: "cancelled", details: { sent: false } });
  await clock.advance(1_000);
  expect(sent).toHaveLength(2);
});

test("S2-D22 strings are well-formed on the wire, names too; the caller's params stay [SRV-5d]", async () => {
  const { peer, ask, settle, sent } = buildPeerRig();
  const params = Object.freeze({ text: "a\ud83d", list: ["\udc00", 1], "\ud800": "👍" });
  const lost = failure(ask("m", params));
  peer.notify("n", { text: "\udfff" });
  await settle();
  expect(sent[0]?.params).toEqual({ text: "a\ufffd", list: ["\ufffd", 1], "\ufffd": "👍" });
  expect(sent[1]?.params).toEqual({ text: "\ufffd" });
  await peer.close();
  await lost;
});

test("params that cannot be written end their request only", async () => {
  const { ask, say, settle, sent } = buildPeerRig();
  expect(await failure(ask("m", { n: 1n }))).toBeInstanceOf(Error);
  const good = ask("good");
  await settle();
  say({ id: sent[0]?.id, result: 1 });
  expect(await good).toBe(1);
});

test("a reply of 64 MB is taken [SRV-5f]", async () => {
  const { ask, server } = buildPeerRig();
  const reply = ask();
  server.send(`{"id":1,"result":"${"x".repeat(64 * 1024 * 1024)}"}`);
  expect(((await reply) as string).length).toBe(64 * 1024 * 1024);
});
