// Nothing is removed and nothing is hidden; what people write in their scripts stays as they wrote it.
import { describe, expect, test } from "vitest";
import { countHidden, showHidden, type VisibleMode } from "../../../src/kit/visible.ts";

const show = (text: string, mode: VisibleMode = "words", keep?: string) =>
  showHidden(text, { mode, ...(keep === undefined ? {} : { keep }) });

describe("words that are shown as they are written", () => {
  test.each([
    ["Hebrew, with marks", "שָׁלוֹם עוֹלָם 123 (בדיקה)"],
    ["Arabic, with numbers", "مرحبا بالعالم ١٢٣ — اختبار"],
    ["Persian, with joiners", "می‌خواهم خانه‌ای بسازم"],
    ["Hindi, with joiners", "नमस्ते दुनिया क्‍ष र्‍य क्‌ष"],
    ["Sinhala, with joiners", "ශ්‍රී ලංකාව"],
    ["Japanese, with its own space", "日本語　テスト「かっこ」ｶﾅ"],
    ["Korean", "안녕하세요 세계"],
    ["Thai", "สวัสดีชาวโลก"],
    ["Vietnamese, composed of parts", "Tiếng Việt"],
    ["German and French signs", "Größe – „naïve“ … «œuvre» 5 €"],
    ["emoji, joined", "👨‍👩‍👧‍👦 👩🏽‍💻 🏳️‍🌈 ❤️ 1️⃣"],
    ["flags, of regions too", "🇩🇪 🏴󠁧󠁢󠁥󠁮󠁧󠁿"],
    ["Arabic number sign, which is seen", "\u0600١"],
    ["signs of this program", "`/cx yes k3b` *a* _b_ ~c~ \\x1b <b>&amp;"],
  ])("%s", (_, text) => {
    expect(show(text)).toBe(text);
    expect(countHidden(text, { mode: "words" })).toBe(0);
  });
});

test.each([
  ["an escape sequence", "a\u001b[2Jb", "a\\x1b[2Jb"],
  ["ends of lines and tabs", "a\nb\tc\rd", "a\\nb\\tc\\rd"],
  ["turned text", "a\u202eb\u2066c", "a\\u202eb\\u2066c"],
  ["marks of direction", "a\u200eb\u200fc\u061cd", "a\\u200eb\\u200fc\\u061cd"],
  ["nothing wide", "a\u200bb\u2060c\ufeffd", "a\\u200bb\\u2060c\\ufeffd"],
  ["a joiner between Latin letters", "ad\u200dmin p\u200caypal", "ad\\u200dmin p\\u200caypal"],
  ["tags outside of a flag", "a\u{e0041}\u{e0042}b", "a\\u{e0041}\\u{e0042}b"],
  ["tags after an emoji that is no flag", "😀\u{e0041}", "😀\\u{e0041}"],
  ["variation selectors after letters", "a\ufe0fb\u{e0100}c", "a\\ufe0fb\\u{e0100}c"],
  ["fillers of Hangul and the blank of Braille", "\u3164\u115f\u2800", "\\u3164\\u115f\\u2800"],
  ["odd spaces", "a\u00a0b\u2003c\u202fd", "a\\xa0b\\u2003c\\u202fd"],
  ["separators of lines", "a\u2028b\u2029c\u0085d", "a\\u2028b\\u2029c\\x85d"],
  ["half a character", "a\ud83d b\udc4d", "a\\ud83d b\\udc4d"],
  ["soft hyphen, byte zero, delete", "a\u00adb\u0000c\u007f", "a\\xadb\\x00c\\x7f"],
  ["marks that the host reads", "a\ue200cite\ue201\ue202", "a\\ue200cite\\ue201\\ue202"],
])("%s is written as escapes", (_, text, shown) => {
  expect(show(text)).toBe(shown);
  expect(show(text, "strict")).toBe(shown);
});

test("in commands, paths and ids nothing stays but what is seen and has a width", () => {
  expect(show("می‌خواهم", "strict")).toBe("می\\u200cخواهم");
  expect(show("👨‍👩‍👧", "strict")).toBe("👨\\u200d👩\\u200d👧");
  expect(show("a\u3000b", "strict")).toBe("a\\u3000b");
  expect(show("\ue000 \u0378", "strict")).toBe("\\ue000 \\u0378");
  expect(show("ls -la 'x y'", "strict")).toBe("ls -la 'x y'");
});

test("in what a model writes marks of direction and spaces of typography stay", () => {
  expect(show("a\u200eb\u00a0c\u00add", "prose")).toBe("a\u200eb\u00a0c\u00add");
  expect(show("a\u202eb\u001bc\u200bd", "prose")).toBe("a\\u202eb\\x1bc\\u200bd");
});

test("what is to be kept stays", () => {
  expect(show("a\n\tb\r", "words", "\n\t")).toBe("a\n\tb\\r");
  expect(show("a\n\tb\r", "strict", "\n")).toBe("a\n\\tb\\r");
});

test("what is visible stays as it is when it is shown again", () => {
  const text = "a\u001b[2J\u202e👨‍👩‍👧 می‌خواهم\ud83d\u{e0041}\u00a0";
  for (const mode of ["strict", "words", "prose"] as const) {
    const once = show(text, mode);
    expect(show(once, mode)).toBe(once);
  }
});
