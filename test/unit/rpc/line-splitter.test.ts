import { expect, test } from "vitest";
import { isBridgeError } from "../../../src/errors.ts";
import { LineSplitter } from "../../../src/rpc/line-splitter.ts";

test("splits at byte 0x0A only: U+2028, U+0085 and a lone CR stay inside their line [SRV-4c]", () => {
  const line = JSON.stringify({ text: "a\u2028b\u2029c\u0085d" });
  expect(new LineSplitter().push(Buffer.from(`${line}\nx\ry\n`))).toEqual([line, "x\ry"]);
});

test("S2-31 CRLF is a line end, blank lines are left out", () => {
  expect(new LineSplitter().push(Buffer.from("\n{}\r\n\r\n  \n[]\n"))).toEqual(["{}", "[]"]);
});

test("a character may be cut by a chunk anywhere [SRV-4c]", () => {
  const splitter = new LineSplitter();
  const lines = [...Buffer.from("„größer“ 👍\n")].flatMap((byte) => splitter.push(Buffer.from([byte])));
  expect(lines).toEqual(["„größer“ 👍"]);
});

test("gives back the unfinished line at the end, and is empty then", () => {
  const splitter = new LineSplitter();
  expect(splitter.push(Buffer.from("a\nb"))).toEqual(["a"]);
  expect(splitter.end()).toBe("b");
  expect(splitter.end()).toBeUndefined();
  expect(splitter.push(Buffer.from("c\n"))).toEqual(["c"]);
});

test("a line of 64 MB in pieces of a pipe's size comes out whole [SRV-5f]", () => {
  const splitter = new LineSplitter();
  const piece = Buffer.alloc(64 * 1024, "x");
  for (let i = 0; i < 1024; i += 1) expect(splitter.push(piece)).toEqual([]);
  const [line] = splitter.push(Buffer.from("\n"));
  expect(line?.length).toBe(64 * 1024 * 1024);
});

test("refuses a line beyond its limit, not many short ones", () => {
  const splitter = new LineSplitter({ maxLineBytes: 10 });
  for (let i = 0; i < 5; i += 1) expect(splitter.push(Buffer.from("12345678\n"))).toEqual(["12345678"]);
  expect(() => splitter.push(Buffer.from("12345678901"))).toThrow(
    expect.toSatisfy((error) => isBridgeError(error, "backend-protocol-error")),
  );
});
