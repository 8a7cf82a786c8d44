import { expect, test } from "vitest";
import { Tail } from "../../../src/kit/tail.ts";

test("keeps the last bytes of what was pushed and counts all of them", () => {
  const tail = new Tail(5);
  for (const piece of ["abc", "def", "ghijklmn", "op"]) tail.push(Buffer.from(piece));
  expect([tail.text(), tail.totalBytes, tail.truncated]).toEqual(["lmnop", 16, true]);
});

test("says that nothing is missing while everything fits", () => {
  const tail = new Tail(5);
  tail.push(Buffer.from("hello"));
  expect([tail.text(), tail.truncated]).toEqual(["hello", false]);
});

test("leaves out a character that is cut at either end, and joins one that came in two pieces", () => {
  const euro = Buffer.from("€");
  const tail = new Tail(8);
  tail.push(Buffer.from("€"));
  tail.push(Buffer.concat([Buffer.from("abc"), euro.subarray(0, 1)]));
  tail.push(Buffer.concat([euro.subarray(1), euro.subarray(0, 2)]));
  expect(tail.text()).toBe("abc€");
});
