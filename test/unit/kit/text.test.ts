import { describe, expect, test } from "vitest";
import { cutText, fingerprint, oneLine, stripControls, toWellFormedDeep } from "../../../src/kit/text.ts";

describe("toWellFormedDeep", () => {
  test("S2-D22 replaces lone surrogates anywhere, whole pairs stay", () => {
    const value = { a: ["\ud83d", { b: "👍\udc4d" }], "\udc4d": null, n: 1 };
    expect(toWellFormedDeep(value)).toEqual({ a: ["\ufffd", { b: "👍\ufffd" }], "\ufffd": null, n: 1 });
  });

  test("copies nothing that does not change, and keeps what is not plain data", () => {
    const untouched = { text: "fine", list: [1, "ok"] };
    expect(toWellFormedDeep(untouched)).toBe(untouched);
    const date = new Date(0);
    const mixed = toWellFormedDeep({ untouched, date, bad: "\ud83d" });
    expect(mixed.untouched).toBe(untouched);
    expect(mixed.date).toBe(date);
  });

  test("a member named __proto__ stays data", () => {
    const value: unknown = JSON.parse('{"__proto__":{"x":"\\ud83d"}}');
    expect(JSON.stringify(toWellFormedDeep(value))).toBe('{"__proto__":{"x":"\ufffd"}}');
  });
});

describe("cutText", () => {
  test("keeps what fits and marks what was cut", () => {
    expect(cutText("abcdef", 6)).toBe("abcdef");
    expect(cutText("abcdefg", 6)).toBe("abcde…");
    expect([cutText("abc", 1), cutText("abc", 0)]).toEqual(["…", ""]);
  });

  test.each(["👍", "👩‍👩‍👧‍👦", "e\u0301", "🇩🇪", "각"])("never cuts %s in two", (character) => {
    for (let before = 0; before < 20; before += 1) {
      const text = "x".repeat(before) + character.repeat(3);
      for (let maxChars = 1; maxChars <= text.length; maxChars += 1) {
        const cut = cutText(text, maxChars);
        expect(cut.length).toBeLessThanOrEqual(maxChars);
        const rest = cut.replace(/…$/, "").slice(before);
        expect(rest).toBe(character.repeat(rest.length / character.length));
      }
    }
  });

  test("a character without end is still cut to the limit, between whole code points", () => {
    const cut = cutText(`a${"\u{1d165}".repeat(500)}`, 400);
    expect(cut.length).toBeLessThanOrEqual(400);
    expect(cut.length).toBeGreaterThan(300);
    expect(cut.isWellFormed()).toBe(true);
  });
});

test("oneLine joins lines and runs of white space", () => {
  expect(oneLine("  a\r\n\tb \u2028 c\n")).toBe("a b c");
});

test("stripControls takes escape sequences and controls, not line feeds, tabs and letters", () => {
  expect(
    stripControls(
      "\u001b[31mred\u001b[0m\r\n\tgr\u00fcn\u0000\u0007\u007f\u0085 \u001b]8;;http://x\u0007link\u001b]8;;\u0007",
    ),
  ).toBe("red\n\tgr\u00fcn link");
});

test("S2-08 fingerprint is the first 12 hex digits of SHA-256", () => {
  expect(fingerprint("abc")).toBe("ba7816bf8f01");
});
