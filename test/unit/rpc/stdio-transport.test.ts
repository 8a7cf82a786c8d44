import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { isBridgeError } from "../../../src/errors.ts";
import { StdioTransport } from "../../../src/rpc/stdio-transport.ts";
import type { CloseInfo } from "../../../src/rpc/transport.ts";
import { FakeClock } from "../../rigs/fake-clock.ts";

function setUp({ process = false }: { process?: boolean } = {}) {
  const input = new PassThrough();
  const output = new PassThrough();
  const clock = new FakeClock();
  const exit = Promise.withResolvers<string>();
  const transport = new StdioTransport({
    input,
    output,
    clock,
    ...(process ? { onExit: exit.promise } : {}),
  });
  const seen: string[] = [];
  const closes: CloseInfo[] = [];
  transport.onMessage((text) => seen.push(text));
  transport.onClose((info) => closes.push(info));
  return { input, output, clock, exit, transport, seen, closes, settle: () => clock.advance(0) };
}

test("one JSON text per line in both directions [SRV-4b]", async () => {
  const { input, output, transport, seen, settle } = setUp();
  transport.send('{"id":1}');
  transport.send('{"id":2}');
  input.write('{"a":"\u2028"}\n{"b"');
  input.write(":1}\r\n");
  await settle();
  expect(String(output.read())).toBe('{"id":1}\n{"id":2}\n');
  expect(seen).toEqual(['{"a":"\u2028"}', '{"b":1}']);
});

test("what came before the first listener is kept for it", async () => {
  const input = new PassThrough();
  const clock = new FakeClock();
  const transport = new StdioTransport({ input, output: new PassThrough(), clock });
  input.write("1\n2\n");
  await clock.advance(0);
  const seen: string[] = [];
  transport.onMessage((text) => seen.push(text));
  expect(seen).toEqual(["1", "2"]);
});

test("closes once when the input ends, after the last message; a listener that comes late is told", async () => {
  const { input, transport, seen, closes, settle } = setUp();
  input.end("1\nunfinished");
  await settle();
  expect(seen).toEqual(["1"]);
  expect(closes).toEqual([{ reason: "output of the process ended" }]);
  const late: CloseInfo[] = [];
  transport.onClose((info) => late.push(info));
  expect(late).toEqual(closes);
});

test("with a process behind it, waits for its output after its exit and gives the exit as the reason", async () => {
  const { input, exit, seen, closes, settle } = setUp({ process: true });
  exit.resolve("exit 1");
  await settle();
  expect(closes).toEqual([]);
  input.end("last words\n");
  await settle();
  expect(seen).toEqual(["last words"]);
  expect(closes).toEqual([{ reason: "exit 1" }]);
});

test("a pipe held open by a child of the process closes a second after the exit", async () => {
  const { exit, clock, closes, settle } = setUp({ process: true });
  exit.resolve("signal SIGKILL");
  await settle();
  await clock.advance(999);
  expect(closes).toEqual([]);
  await clock.advance(1);
  expect(closes).toEqual([{ reason: "signal SIGKILL" }]);
  expect(clock.pending).toBe(0);
});

test("a process that ends its output and stays is given up a second later", async () => {
  const { input, clock, closes, settle } = setUp({ process: true });
  input.end();
  await settle();
  await clock.advance(1_000);
  expect(closes).toEqual([{ reason: "output of the process ended" }]);
});

test("a write error has a listener: it closes instead of ending our process (S2-D20)", async () => {
  const { output, clock, transport, closes, settle } = setUp();
  output.destroy(new Error("EPIPE"));
  await settle();
  transport.send("into the void");
  await clock.advance(1_000);
  expect(closes).toEqual([{ reason: "writing failed: EPIPE" }]);
});

test("an input error and a line beyond all limits close with the error", async () => {
  const broken = setUp();
  broken.input.destroy(new Error("EIO"));
  await broken.settle();
  expect(broken.closes).toMatchObject([{ reason: "input failed: EIO", error: { message: "EIO" } }]);

  const endless = setUp();
  const piece = Buffer.alloc(8 * 1024 * 1024, "x");
  for (let i = 0; i < 13; i += 1) {
    endless.input.write(piece);
    await endless.settle();
  }
  expect(endless.closes).toHaveLength(1);
  expect(isBridgeError(endless.closes[0]?.error, "backend-protocol-error")).toBe(true);
});

test("close() ends the writable, tells once, and drops what still comes without blocking the writer", async () => {
  const { input, output, transport, seen, closes, settle } = setUp();
  await transport.close();
  await transport.close();
  expect(output.writableEnded).toBe(true);
  transport.send("dropped");
  input.write("late\n");
  await settle();
  expect(input.readableLength).toBe(0);
  expect(seen).toEqual([]);
  expect(closes).toEqual([{ reason: "closed by us" }]);
});
