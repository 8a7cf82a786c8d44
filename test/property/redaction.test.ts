import fc from "fast-check";
import { expect, test } from "vitest";
import { Redactor } from "../../src/kit/redactor.ts";
import { toWellFormedDeep } from "../../src/kit/text.ts";

// The mark that replaces a secret is written in brackets: values with brackets could be spelled by it anew.
const value = fc
  .string({ unit: "grapheme", minLength: 8, maxLength: 40 })
  .filter((text) => text.length >= 8 && !/[[\]]/.test(text) && !"redacted".includes(text));
const word = fc.constantFrom(
  " ",
  "\n",
  "=",
  ":",
  '"',
  "token",
  "password",
  "PASSWORD=",
  "Authorization: ",
  "Bearer ",
  "sk-",
  "eyJ",
  ".",
  "@",
  "://",
  "https",
  "-----BEGIN PRIVATE KEY-----",
  "-----END PRIVATE KEY-----",
  "a8Kd92jfLq0Zx71mNb5V",
  "12345678:",
  "ghp_",
  "\\n",
  "[redacted]",
  "'",
  "/bot",
);
const around = fc.oneof(word, fc.string({ unit: "grapheme", maxLength: 12 }));

test("no known value is left, in text and in structures, as it is or as JSON spells it [SHOW-3e SRV-7a]", () => {
  fc.assert(
    fc.property(fc.array(value, { minLength: 1, maxLength: 5 }), fc.array(around), (values, pieces) => {
      const redactor = new Redactor({ values });
      const text = values.map((each, index) => `${pieces[index] ?? ""}${each}`).join("") + pieces.join("");
      const cleaned = redactor.redact(text);
      const escaped = redactor.redact(JSON.stringify({ text }));
      const deep = JSON.stringify(redactor.redactDeep([{ [text]: text }]));
      for (const each of values) {
        expect(cleaned).not.toContain(each);
        expect(deep).not.toContain(JSON.stringify(each).slice(1, -1));
        expect(escaped).not.toContain(JSON.stringify(each).slice(1, -1));
      }
    }),
    { numRuns: 300 },
  );
});

test("a second pass changes nothing [SHOW-3e]", () => {
  fc.assert(
    fc.property(
      fc.array(value, { maxLength: 3 }),
      fc.array(fc.oneof(around, value), { maxLength: 30 }),
      (values, pieces) => {
        const redactor = new Redactor({ values });
        const once = redactor.redact([...pieces, ...values].join(""));
        expect(redactor.redact(once)).toBe(once);
      },
    ),
    { numRuns: 1_000 },
  );
});

test("any data becomes well-formed and keeps its shape; well-formed data is the same object [SRV-5d]", () => {
  const text = fc.string({
    unit: fc.oneof(fc.constantFrom("\ud83d", "\udc4d", "👍"), fc.string({ maxLength: 3 })),
  });
  fc.assert(
    fc.property(fc.object({ key: text, values: [text, fc.integer(), fc.constant(null)] }), (data) => {
      const clean = toWellFormedDeep(data);
      // What JSON escapes of lone surrogates looks like
      expect(JSON.stringify(clean)).not.toMatch(/(?<!\\)\\u[dD][89a-fA-F]/);
      expect(toWellFormedDeep(clean)).toBe(clean);
      if (!/\\u[dD]/.test(JSON.stringify(data))) expect(clean).toBe(data);
    }),
  );
});
