import { expect, it, test } from "vitest";
import { Redactor } from "../../../src/kit/redactor.ts";
import { stripControls } from "../../../src/kit/text.ts";
import { fillIn } from "../../rigs/secret-corpus/read-corpus.ts";

const token = fillIn("ghp_{w36}", "unseen");
const known = "hunter2-and-more";
const redactor = new Redactor({ values: [known] });

const unseen: Record<string, string> = {
  "a colour": "\u001b[0m",
  "a long colour": "\u001b[38;2;255;100;0m",
  "a C1 control sequence": "\u009b31m",
  "a link": "\u001b]8;;https://example.org/a\u0007",
  "a title ended by ST": "\u001b]0;title\u001b\\",
  "a device control string": "\u001bP1$r0m\u001b\\",
  "a character set": "\u001b(B",
  "a lone ESC": "\u001b",
  "a bell": "\u0007",
  NUL: "\u0000",
  "a carriage return": "\r",
  "a backspace": "\b",
  "a zero-width space": "\u200b",
  "a word joiner": "\u2060",
  "a soft hyphen": "\u00ad",
  "a byte order mark": "\ufeff",
  "a right-to-left mark": "\u200f",
  "an embedding": "\u202a",
  "a variation selector": "\ufe0f",
  "a tag": "\u{e0041}",
  "many of them": "\u001b[1m\u200b\u001b[0m\u0000",
};

it.each(Object.entries(unseen))("a token and a known value are found through %s [SHOW-3h]", (_name, cut) => {
  for (const secret of [token, known]) {
    for (const at of [2, 7, 11, secret.length - 1]) {
      const text = `see ${secret.slice(0, at)}${cut}${secret.slice(at)}, then more`;
      expect(redactor.redact(text)).toBe("see [redacted], then more");
    }
  }
});

it.each(Object.entries(unseen))("%s beside a token stays [SHOW-3h]", (_name, beside) => {
  const text = `a ${beside}${token}${beside} b ${beside}c`;
  expect(redactor.redact(text)).toBe(`a ${beside}[redacted]${beside} b ${beside}c`);
});

test("what stands inside an escape sequence is looked at too [SHOW-3h]", () => {
  const text = `\u001b]8;;https://me:${known}@example.org\u0007link\u001b]8;;\u0007 \u001b]0;${token}\u0007`;
  const shown = redactor.redact(text);
  expect(shown).not.toContain(known);
  expect(shown).not.toContain(token);
  expect(shown).toContain("link");
});

test("text without secrets keeps every escape and unseen character [SHOW-3h]", () => {
  const text = `${Object.values(unseen).join("x")} ok \u001b]never ended`;
  expect(redactor.redact(text)).toBe(text);
});

test("what is stripped afterwards does not put a secret together again [SHOW-3h]", () => {
  for (const cut of Object.values(unseen)) {
    const text = `${token.slice(0, 9)}${cut}${token.slice(9)}`;
    expect(stripControls(redactor.redact(text))).toBe("[redacted]");
  }
});
