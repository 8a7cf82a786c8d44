// Whatever is put around a command, it is the same command; and reading takes time in proportion to what was typed.
import fc from "fast-check";
import { expect, test } from "vitest";
import { readPlainWords } from "../../src/chat/plain-words.ts";
import { expectLinear } from "../rigs/growth.ts";

const own = { names: ["our_bot"] };
const unseen = fc.array(
  fc.constantFrom(..." \t\n\u00a0\u00ad\u200b\u200d\u2060\u2066\ufeff\u3000\u2800\u3164\ufe0f"),
  {
    maxLength: 8,
  },
);
const mention = fc.constantFrom("", "@our_bot ", "@Our_Bot, ", "＠our_bot: ", "@our_bot\n");
const name = fc.constantFrom("cx", "CX", "Cx", "codex", "CODEX", "ｃｘ");
const words = fc.array(fc.constantFrom("yes", "run", "a", "--cwd", "/x", "»", "no\nmore", "é"), {
  maxLength: 6,
});

test("what surrounds a command does not change it [TAKE-1a TAKE-1c]", () => {
  fc.assert(
    fc.property(
      ...([
        unseen,
        mention,
        unseen,
        fc.constantFrom("/", "／"),
        name,
        fc.boolean(),
        words,
        mention,
        unseen,
      ] as const),
      (before, first, between, slash, typed, isNamed, rest, last, after) => {
        const line = [typed + (isNamed ? "@OUR_BOT" : ""), ...rest].join(" ");
        const end = last === "" ? "" : ` ${last.replace(/[,:]/, "").trim()}`;
        const text = `${before.join("")}${first}${between.join("")}${slash}${line}${end}${after.join("")}`;
        expect(readPlainWords(text, own)).toEqual({
          type: "command",
          name: typed.normalize("NFKC").toLowerCase(),
          rest: rest.join(" "),
        });
      },
    ),
  );
});

test("a text without our name, an odd slash and unseen ends goes through as it is", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const read = readPlainWords(`x${text}x`, own);
      expect(read).toMatchObject({ type: "words", text: `x${text}x`, bare: `x${text}x` });
    }),
  );
});

test("a megabyte of whatever takes at most fifteen times as long as a tenth of it", () => {
  const read = (text: string) => {
    readPlainWords(`x${text}`, own);
    readPlainWords(`${text}x`, own);
    readPlainWords(text, own);
  };
  expectLinear(read, 100_000, ["\u200b", "@our_bot ", "@a", "! ", "／", "@our_bot!"]);
});
