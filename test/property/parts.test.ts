// Blocks of any size in parts for a chat: nothing of a literal is lost or changed, no part is too long. Models: test/openclaw.
import fc from "fast-check";
import { expect, test } from "vitest";
import { continuedWords } from "../../src/chat/words/part-text.ts";
import { type Dialect, renderBlocks, showLiteral } from "../../src/hosts/openclaw/render/dialect.ts";
import { buildMarkdownDialect } from "../../src/hosts/openclaw/render/markdown.ts";
import { renderPlain } from "../../src/hosts/openclaw/render/plain.ts";
import { splitBlocks } from "../../src/hosts/openclaw/render/split.ts";
import { buildTelegramDialect } from "../../src/hosts/openclaw/render/telegram.ts";
import type { Block, Line, LiteralKind } from "../../src/kit/blocks.ts";
import { splitText } from "../../src/kit/chunks.ts";
import { showHidden } from "../../src/kit/visible.ts";
import { expectLinear } from "../rigs/growth.ts";

/** No model is rendered here. */
const noModule = {} as never;
const dialects: [string, Dialect][] = [
  ["Telegram", buildTelegramDialect(noModule)],
  ["Markdown", buildMarkdownDialect(noModule)],
];

const atom = fc.oneof(
  { weight: 4, arbitrary: fc.stringMatching(/^[a-zäß€ .,-]{1,30}$/) },
  { weight: 3, arbitrary: fc.constantFrom("\n", "\n\n", "\r\n", "\t", "    ") },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      ...[
        "`",
        "```",
        "~~~",
        "<b>",
        "&amp;",
        "&",
        "<",
        '"',
        "[a](b)",
        "*",
        "@all",
        "👍🏽",
        "👨‍👩‍👧‍👦",
        "🇩🇪",
        "é",
        "\ud83d",
      ],
      ...["\u202e", "\u001b[8m", "\u{e0041}", "\u200b", "می‌خواهم", "क्‍ष"],
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      "`".repeat(900),
      "~`".repeat(700),
      "x".repeat(4_000),
      "😀".repeat(900),
      "&".repeat(900),
    ),
  },
);
const text = fc.array(atom, { maxLength: 60 }).map((atoms) => atoms.join(""));
const kind = fc.constantFrom<LiteralKind>("command", "diff", "output", "text");
const limit = fc.constantFrom(1_400, 3_500);

/** The literals of parts, put together again. */
function join(parts: readonly Block[][]): string {
  let joined: string | undefined;
  for (const part of parts) {
    let midLine = false;
    for (const block of part) {
      if ("say" in block) midLine = block.say.join("") === continuedWords(true).join("");
      if (!("literal" in block)) continue;
      joined = joined === undefined ? block.literal : joined + (midLine ? "" : "\n") + block.literal;
    }
  }
  return joined ?? "";
}

test.each(dialects)(
  "%s: the pieces of a literal joined are the literal, each a whole number of characters, no part too long [GATE-6a]",
  (_, dialect) => {
    fc.assert(
      fc.property(text, kind, limit, fc.boolean(), (literal, as, most, isBelow) => {
        const before: Block[] = isBelow
          ? [{ say: ["What is asked:"] }, { say: [{ name: "y".repeat(300) }] }]
          : [];
        const parts = splitBlocks([...before, { literal, as }], dialect, most, continuedWords);
        expect(join(parts)).toBe(literal);
        for (const part of parts) expect(renderBlocks(part, dialect).length).toBeLessThanOrEqual(most);
        // One literal in each part: else a reader could not tell whether they belong together.
        for (const part of parts)
          expect(part.filter((block) => "literal" in block).length).toBeLessThanOrEqual(1);
        const characters = (value: string) =>
          [...new Intl.Segmenter().segment(value)].map(({ segment }) => segment);
        const cut = parts.flatMap((part) =>
          part.flatMap((block) => ("literal" in block ? [block.literal] : [])),
        );
        expect(cut.flatMap(characters).filter((each) => !/[\r\n]/.test(each))).toEqual(
          characters(literal).filter((each) => !/[\r\n]/.test(each)),
        );
      }),
      { numRuns: 60 },
    );
  },
);

const inline = fc.oneof(
  text.map((name) => ({ name })),
  text.map((code) => ({ code })),
  text.map((path) => ({ path })),
  fc.constantFrom("ours. ", ""),
);
const line = fc.array(inline, { maxLength: 4 });

test.each(dialects)(
  "%s: sentences, lists and what is too long for either go out whole [GATE-6a]",
  (_, dialect) => {
    const block = fc.oneof(
      line.map((say): Block => ({ say })),
      fc.array(line, { maxLength: 5 }).map((list): Block => ({ list })),
      fc.record({ literal: text, as: kind }),
    );
    const seen = (blocks: readonly Block[]) =>
      renderPlain(blocks)
        .replaceAll(/\(continued\)|\(the same line goes on\)/g, "")
        .replaceAll(/[\s•]/g, "");
    fc.assert(
      fc.property(fc.array(block, { maxLength: 8 }), limit, (blocks, most) => {
        const parts = splitBlocks(blocks, dialect, most, continuedWords);
        for (const part of parts) expect(renderBlocks(part, dialect).length).toBeLessThanOrEqual(most);
        expect(seen(parts.flat())).toBe(seen(blocks));
      }),
      { numRuns: 40 },
    );
  },
);

test("what is short is one part, and stays as it was", () => {
  const short: Line = ["ours ", { code: "a" }, { name: "b" }];
  const blocks: Block[] = [
    { say: short },
    { list: [short, short] },
    { literal: "c\n", as: "diff" },
    { say: [] },
  ];
  for (const [, dialect] of dialects)
    expect(splitBlocks(blocks, dialect, 1_400, continuedWords)).toEqual([blocks]);
  for (const [, dialect] of dialects) expect(splitBlocks([], dialect, 1_400, continuedWords)).toEqual([]);
});

test("nothing that nobody sees is left, and what is shown again stays as it is [GATE-6h]", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), kind, (literal, as) => {
      const shown = showLiteral(literal, as);
      expect(showLiteral(shown, as)).toBe(shown);
      expect(shown.isWellFormed()).toBe(true);
      expect(shown).not.toMatch(
        /(?![\n\t])\p{Cc}|[\u202a-\u202e\u2066-\u2069\u200b\u2028\u2029\ufeff\u2800]/u,
      );
    }),
    { numRuns: 1_000 },
  );
});

test.each(["strict", "words", "prose"] as const)(
  "time to show %s grows with the length alone [GATE-6i]",
  (mode) => {
    expectLinear((source) => showHidden(source, { mode, keep: "\n" }));
  },
);

test.each(dialects)("%s: time to cut and render grows with the length alone [GATE-6i]", (_, dialect) => {
  expectLinear((source) => {
    const blocks: Block[] = [{ literal: source, as: "diff" }];
    for (const part of splitBlocks(blocks, dialect, 3_500, continuedWords)) renderBlocks(part, dialect);
  });
});

test("time to cut a text and to render it plain grows with the length alone [GATE-6i]", () => {
  expectLinear((source) => splitText(source, 3_500));
  expectLinear((source) => renderPlain([{ model: source }, { list: [[{ code: source }]] }]));
});
