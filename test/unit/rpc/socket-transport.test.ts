import { once } from "node:events";
import { mkdtemp, rm, symlink } from "node:fs/promises";
import { createServer, type IncomingMessage } from "node:http";
import { createServer as createPlainServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type WebSocket, WebSocketServer } from "ws";
import { isBridgeError } from "../../../src/errors.ts";
import { systemClock } from "../../../src/kit/clock.ts";
import { openSocketTransport } from "../../../src/rpc/socket-transport.ts";
import type { CloseInfo, Transport } from "../../../src/rpc/transport.ts";
import { FakeClock } from "../../rigs/fake-clock.ts";

const deadlineMs = 30_000;
const closers: (() => void)[] = [];
let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "cxt-socket-"));
  path = join(folder, "server.sock");
});

afterEach(async () => {
  for (const close of closers.splice(0)) close();
  await rm(folder, { recursive: true, force: true });
});

interface Accepted {
  socket: WebSocket;
  request: IncomingMessage;
}

/** A WebSocket server at `path`; `greet` speaks before the client can. */
async function startServer(greet: (socket: WebSocket) => void = () => {}) {
  const server = createServer();
  const sockets = new WebSocketServer({ server, maxPayload: 256 * 1024 * 1024 });
  const { promise, resolve } = Promise.withResolvers<Accepted>();
  sockets.on("connection", (socket, request) => {
    socket.on("error", () => {});
    greet(socket);
    resolve({ socket, request });
  });
  server.listen(path);
  await once(server, "listening");
  closers.push(() => {
    for (const socket of sockets.clients) socket.terminate();
    server.close();
  });
  return { accepted: promise };
}

const open = (at = path) => openSocketTransport(at, { deadlineMs, clock: systemClock });

function firstMessage(transport: Transport): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  transport.onMessage(resolve);
  return promise;
}

function closing(transport: Transport): Promise<CloseInfo> {
  const { promise, resolve } = Promise.withResolvers<CloseInfo>();
  transport.onClose(resolve);
  return promise;
}

test("speaks text frames over the socket behind a link, without Origin and compression [SRV-4b]", async () => {
  const { accepted } = await startServer();
  const link = join(folder, "link.sock");
  await symlink(path, link);
  const transport = await open(link);
  const { socket, request } = await accepted;
  expect(request.headers.origin).toBeUndefined();
  expect(request.headers["sec-websocket-extensions"]).toBeUndefined();
  const received = once(socket, "message");
  transport.send('{"id":1}');
  const [data, isBinary] = (await received) as [Buffer, boolean];
  expect([String(data), isBinary]).toEqual(['{"id":1}', false]);
  const answer = firstMessage(transport);
  socket.send('{"id":1,"result":"\u2028"}');
  expect(await answer).toBe('{"id":1,"result":"\u2028"}');
  await transport.close();
});

test("hears a server that speaks first", async () => {
  await startServer((socket) => socket.send("hello"));
  const transport = await open();
  expect(await firstMessage(transport)).toBe("hello");
  await transport.close();
});

test("takes a reply of 64 MB [SRV-5f]", async () => {
  const text = "x".repeat(64 * 1024 * 1024);
  await startServer((socket) => socket.send(text));
  const transport = await open();
  expect((await firstMessage(transport)) === text).toBe(true);
  await transport.close();
});

test("refuses a frame above 16 MiB before sending, and stays connected [SHOW-4f]", async () => {
  const { accepted } = await startServer();
  const transport = await open();
  const { socket } = await accepted;
  const received = once(socket, "message");
  const limit = 16 * 1024 * 1024;
  expect(() => transport.send("x".repeat(limit + 1))).toThrow(
    expect.toSatisfy((error) => isBridgeError(error, "input-too-large")),
  );
  // Two bytes each: characters alone would let it pass.
  expect(() => transport.send("é".repeat(limit / 2 + 1))).toThrow("16777216");
  transport.send("x".repeat(limit));
  expect(String((await received)[0]).length).toBe(limit);
  await transport.close();
});

test("tells once when the server goes away, and drops what is sent then", async () => {
  const { accepted } = await startServer();
  const transport = await open();
  (await accepted).socket.terminate();
  expect(await closing(transport)).toEqual({ reason: "socket closed 1006" });
  transport.send("dropped");
  await transport.close();
});

test("a binary frame closes with backend-protocol-error", async () => {
  await startServer((socket) => socket.send(Buffer.from("{}")));
  const info = await closing(await open());
  expect(isBridgeError(info.error, "backend-protocol-error")).toBe(true);
});

test("nothing there, or nothing that speaks WebSocket: connection-lost", async () => {
  await expect(open()).rejects.toMatchObject({ code: "connection-lost", details: { reason: "ENOENT" } });
  const plain = createServer((_request, response) => response.writeHead(404).end());
  plain.listen(path);
  await once(plain, "listening");
  closers.push(() => plain.close());
  await expect(open()).rejects.toMatchObject({
    code: "connection-lost",
    details: { reason: expect.stringContaining("404") },
  });
});

/** Accepts and says nothing. */
async function startSilentServer(): Promise<Promise<Socket>[]> {
  const { promise, resolve } = Promise.withResolvers<Socket>();
  const server = createPlainServer((socket) => {
    socket.on("error", () => {});
    socket.resume();
    resolve(socket);
  });
  server.listen(path);
  await once(server, "listening");
  closers.push(() => server.close());
  return [promise];
}

test("a server that accepts and stays silent: connection-lost at the deadline, and the socket is closed", async () => {
  const [connection] = await startSilentServer();
  const clock = new FakeClock();
  const opening = openSocketTransport(path, { deadlineMs, clock });
  const refused = expect(opening).rejects.toMatchObject({
    code: "connection-lost",
    details: { reason: "no answer within 30000 ms" },
  });
  const socket = await connection;
  const closed = socket && once(socket, "close");
  await clock.advance(deadlineMs);
  await refused;
  await closed;
});

test("an abort ends connecting with cancelled, before and during", async () => {
  await expect(
    openSocketTransport(path, { deadlineMs, clock: systemClock, signal: AbortSignal.abort() }),
  ).rejects.toMatchObject({ code: "cancelled" });
  const [connection] = await startSilentServer();
  const controller = new AbortController();
  const opening = openSocketTransport(path, { deadlineMs, clock: systemClock, signal: controller.signal });
  const refused = expect(opening).rejects.toMatchObject({ code: "cancelled" });
  const socket = await connection;
  const closed = socket && once(socket, "close");
  controller.abort();
  await refused;
  await closed;
});

test("close() does not wait for a server that has stopped answering", async () => {
  const { accepted } = await startServer();
  const clock = new FakeClock();
  const transport = await openSocketTransport(path, { deadlineMs, clock });
  (await accepted).socket.pause();
  const info = closing(transport);
  const closed = transport.close();
  await clock.advance(1_000);
  await closed;
  expect((await info).reason).toContain("socket closed");
});
