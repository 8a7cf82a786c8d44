import { expect, test } from "vitest";
import { splitText } from "../../../src/kit/chunks.ts";

const lines = (count: number, of = "some words of a line") =>
  Array.from({ length: count }, (_, at) => `${of} ${at}`);

test("what fits stays as it is", () => {
  expect(splitText(" \n```\nopen  \n", 200)).toEqual([" \n```\nopen  \n"]);
});

test("cuts at a blank line rather than a line end, and there rather than at a blank", () => {
  const first = lines(6).join("\n");
  expect(splitText(`${first}\n\n${lines(5).join("\n")}`, 200)[0]).toBe(first);
  expect(splitText(lines(30).join("\n"), 200).every((chunk) => /^some .* \d+$/s.test(chunk))).toBe(true);
  expect(splitText(lines(30).join(" "), 200).every((chunk) => !/^\s|\s$/.test(chunk))).toBe(true);
});

test("a cut fence is closed and opened again with its language, and keeps its indentation [GATE-6a]", () => {
  const code = lines(40, "    return");
  const chunks = splitText(`Look:\n~~~~ts title="a"\n${code.join("\n")}\n~~~~\nDone.`, 200);
  expect(chunks.length).toBeGreaterThan(2);
  expect(chunks[0]).toMatch(/^Look:\n~~~~ts title="a"\n {4}return 0\n[\s\S]*\n~~~~$/);
  for (const chunk of chunks.slice(1, -1))
    expect(chunk).toMatch(/^~~~~ts title="a"\n {4}return [\s\S]*\n~~~~$/);
  expect(chunks.at(-1)).toMatch(/~~~~\nDone\.$/);
});

test("a shorter fence within a longer one does not end it", () => {
  const inner = lines(20).join("\n");
  const chunks = splitText(`\`\`\`\`md\n\`\`\`js\n${inner}\n\`\`\`\n${inner}\n\`\`\`\`\nafter`, 300);
  for (const chunk of chunks.slice(1, -1)) expect(chunk).toMatch(/^````md\n[\s\S]*\n````$/);
});

test("a fence whose words look like one is opened again as it was [GATE-6a]", () => {
  const code = lines(30).join("\n");
  const chunks = splitText(`~~~ ~~~ text\n${code}\n~~~\nafter`, 200);
  for (const chunk of chunks.slice(1, -1)) expect(chunk).toMatch(/^~~~ ~~~ text\n[\s\S]*\n~~~$/);
  expect(chunks.at(-1)).toMatch(/\n~~~\nafter$/);
});

test("the next piece of an indented list keeps its indentation", () => {
  const [, second] = splitText(lines(20, "   - point").join("\n"), 200);
  expect(second).toMatch(/^ {3}- point/);
});

test("a line of a megabyte, and a megabyte of lines, are cut in no time to speak of", () => {
  const long = "x".repeat(1_000_000);
  const chunks = splitText(long, 4_000);
  expect(chunks.join("")).toBe(long);
  expect(splitText(`\`\`\`\n${long}\n\`\`\``, 4_000).every((chunk) => chunk.length <= 4_000)).toBe(true);
  expect(splitText(lines(50_000).join("\r\n"), 4_000).length).toBeGreaterThan(250);
});

test("of nothing but blanks one piece is left", () => {
  expect(splitText(" ".repeat(1_000), 200)).toHaveLength(1);
});
