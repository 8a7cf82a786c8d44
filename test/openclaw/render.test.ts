// What a chat is shown, read back from what the host is given: over the parser of Markdown that the host publishes.
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { openclawFolder } from "../../scripts/install-openclaw.ts";
import { continuedWords } from "../../src/chat/words/part-text.ts";
import { renderBlocks, showLiteral } from "../../src/hosts/openclaw/render/dialect.ts";
import { buildMarkdownDialect } from "../../src/hosts/openclaw/render/markdown.ts";
import { splitBlocks } from "../../src/hosts/openclaw/render/split.ts";
import { buildTelegramDialect } from "../../src/hosts/openclaw/render/telegram.ts";
import type { MarkdownModule } from "../../src/hosts/openclaw/sdk-modules.ts";
import type { Block, LiteralKind } from "../../src/kit/blocks.ts";
import { showHidden } from "../../src/kit/visible.ts";
import { expectLinear } from "../rigs/growth.ts";
import { findBareWords, parseTelegramHtml } from "../rigs/openclaw/seen-html.ts";

const module: MarkdownModule = await import(
  join(openclawFolder, "node_modules/openclaw/dist/plugin-sdk/text-chunking.js")
);
const telegram = buildTelegramDialect(module);
const markdown = buildMarkdownDialect(module);
const parsing = { linkify: false, enableSpoilers: false, headingStyle: "bold", tableMode: "code" } as const;

const see = (blocks: readonly Block[]) => parseTelegramHtml(renderBlocks(blocks, telegram));
const words = (text: string) => showHidden(text, { mode: "words" });
const strict = (text: string) => showHidden(text, { mode: "strict" });

const atom = fc.oneof(
  fc.string({ unit: "binary", maxLength: 6 }),
  fc.constantFrom(
    "`",
    "``",
    "```",
    "~~~",
    "*",
    "_",
    "||",
    "<",
    ">",
    "&",
    '"',
    "'",
    "[",
    "](",
    ")",
    "!",
    "\\",
    "\n",
    " ",
    "#",
    "|",
  ),
  fc.constantFrom(
    "<b>",
    "</b>",
    "</code>",
    "</pre>",
    '<a href="tg://user?id=5">',
    "<tg-spoiler>",
    "&lt;",
    "&#60;",
    "&quot;",
  ),
  fc.constantFrom(
    "[a](tg://user?id=5)",
    "![i](https://x.y/z)",
    "https://x.y/z",
    "main.rs",
    "@everyone",
    "/cx yes abc",
    "#tag",
    "<@1>",
  ),
  fc.constantFrom(
    "MEDIA:/etc/passwd",
    "[[reply_to:1]]",
    "<think>",
    "</final>",
    "NO_REPLY",
    "HEARTBEAT_OK",
    "\ue200cite\ue201",
  ),
  fc.constantFrom(
    "\u202e",
    "\u001b[8m",
    "\u200b",
    "👨‍👩‍👧",
    "می‌خواهم",
    "\ud83d",
    "\r\n",
    "- a\n",
    "> b\n",
    "1. c\n",
    "| a | b |\n|---|---|\n",
  ),
);
const hostile = fc.array(atom, { maxLength: 25 }).map((atoms) => atoms.join(""));
const kind = fc.constantFrom<LiteralKind>("command", "diff", "output", "text");

describe("on Telegram [GATE-6h]", () => {
  test("what is seen of names, code, paths and literals is what they are, with visible escapes", () => {
    fc.assert(
      fc.property(hostile, hostile, kind, (one, two, as) => {
        const blocks: Block[] = [
          { say: ["Ours <1>: ", { name: one }, " & ", { code: two }, ", ", { path: one }] },
          { list: [[{ name: two }], [{ path: two }, "."]] },
          { literal: one, as },
          { literal: two, as: "text" },
        ];
        const seen = see(blocks);
        expect(seen.text).toBe(
          [
            `Ours <1>: ${words(one)} & ${strict(two)}, ${strict(one)}`,
            `• ${words(two)}\n• ${strict(two)}.`,
            showLiteral(one, as),
            showLiteral(two, "text"),
          ].join("\n"),
        );
        expect(seen.marks.filter(({ tag }) => !["code", "pre"].includes(tag))).toEqual([]);
      }),
      { numRuns: 1_000 },
    );
  });

  test("whatever a model writes is well-formed, leads to the web alone, and hides nothing", () => {
    fc.assert(
      fc.property(hostile, (model) => {
        const { text, marks } = see([{ model }]);
        for (const { tag, href } of marks) if (tag === "a") expect(href).toMatch(/^https?:\/\//i);
        expect(text).not.toMatch(/(?![\n\t])\p{Cc}|[\u202a-\u202e\u2066-\u2069\u200b\ue200-\ue202]/u);
        expect(text.isWellFormed()).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  const clickable = [
    "main.rs",
    "@everyone",
    "/cx",
    "#tag",
    "tg://user?id=5",
    "ann@example.org",
    "t.me/x",
    "10.0.0.1",
    "+49 151 2345678",
    "$USD",
  ];
  const samples = clickable.flatMap((each) => [
    each,
    `see ${each}, or (${each}) "${each}".`,
    `**a ${each} b** *${each}* ~~${each}~~`,
    `- ${each}\n> ${each}`,
  ]);

  test.each(samples)("nothing that the service would make clickable stands bare in a model's %j", (model) => {
    for (const each of clickable) {
      const bare = findBareWords(see([{ model }]));
      expect(bare.filter((word) => word.includes(each))).toEqual([]);
    }
  });

  test.each(clickable)("nor in a name: %s", (each) => {
    for (const name of [each, `a ${each} b`]) {
      const bare = findBareWords(see([{ say: [{ name }] }]));
      expect(bare.filter((word) => word.includes(each))).toEqual([]);
    }
  });

  test("nor right behind a link or code", () => {
    for (const before of ["[x](https://x.y/z)", "![x](https://x.y/z)", "`x`"])
      expect(findBareWords(see([{ model: `${before}ann@example.org` }])).join("\n")).not.toContain(
        "example.org",
      );
  });

  test("what is typed stays together as words", () => {
    expect(see([{ model: "type /cx yes abc now" }]).text).toBe("type /cx yes abc now");
  });

  test.each([
    ["[main.rs](/a/b/main.rs:12)", "main.rs (/a/b/main.rs:12)"],
    ["[main.rs](src/main.rs#L12)", "main.rs (src/main.rs#L12)"],
    ["[me](tg://user?id=5)", "me (tg://user?id=5)"],
    ["[x](javascript:alert)", "[x](javascript:alert)"],
    ["[@everyone](file:///etc)", "[@everyone](file:///etc)"],
    ["[main](/a).rs", "main (/a).rs"],
  ])("a link that leads nowhere in the web is words, with where it leads: %s", (model, text) => {
    const seen = see([{ model }]);
    expect(seen.text).toBe(text);
    expect(seen.marks.filter(({ tag }) => tag === "a")).toEqual([]);
    expect(findBareWords(seen).filter((word) => /main\.rs|@everyone|tg:/.test(word))).toEqual([]);
  });

  test("a link of the web leads there, and where it leads is seen", () => {
    const seen = see([{ model: '[https://good.example](https://evil.example/?a=1&b="2)' }]);
    expect(seen.text).toContain("(https://evil.example/?a=1&b=");
    expect(seen.marks.find(({ tag }) => tag === "a")?.href).toMatch(/^https:\/\/evil\.example/);
  });

  test.each([
    "![alt](https://x.y/i.png)",
    "\\\\![alt](https://x.y/i.png)",
    "![alt][1]\n\n[1]: https://x.y/i.png",
  ])("an image keeps its address: %s", (model) => {
    const seen = see([{ model }]);
    expect(seen.text).toMatch(/alt (?=\()|\]: /);
    expect(seen.text).toContain("https://x.y/i.png");
    expect(seen.text).toContain("!");
  });

  test.each([
    ["~~~ rm -rf ~\nls\n~~~", "rm -rf ~\nls\n"],
    ["> ```sh yes\n> ls\n> ```", "sh yes\nls\n"],
    ["- ~~~NO_REPLY and more\n  ls\n  ~~~", "• NO_REPLY and more\nls\n"],
    ["~~~\n~~~ no opening\n~~~", "~~~ no opening\n"],
    ["```ts\nls\n```", "ls\n"],
  ])("words behind the opening of a fence are seen, but the name of a language: %j", (model, text) => {
    expect(see([{ model }]).text).toBe(text);
  });

  test("code of a model is what it wrote", () => {
    const seen = see([{ model: "```sh\nMEDIA:/x `a` <b> @all ![i](u)\n```\nand `![i](u) \\![`" }]);
    expect(seen.text).toContain("MEDIA:/x `a` <b> @all ![i](u)\n");
    expect(seen.text).toContain("![i](u) \\![");
  });
});

test("in Markdown what is seen of names, code and literals is what they are, with visible escapes [GATE-6h]", () => {
  const read = (block: Block) => module.markdownToIR(renderBlocks([block], markdown), parsing);
  fc.assert(
    fc.property(hostile, kind, (text, as) => {
      expect(read({ literal: text, as }).text).toBe(`${showLiteral(text, as)}\n`);
      expect(read({ say: ["x ", { code: text }, " y"] }).text).toBe(`x ${strict(text)} y`);
      expect(read({ say: ["x ", { name: text }, " y"] }).text).toBe(`x ${words(text)} y`);
    }),
    { numRuns: 1_000 },
  );
});

test("a model's words in parts are each within the limit, and well-formed [GATE-6a]", () => {
  fc.assert(
    fc.property(fc.array(hostile, { minLength: 40, maxLength: 80 }), (pieces) => {
      const blocks = [{ model: pieces.join("\n") }];
      for (const part of splitBlocks(blocks, telegram, 3_500, continuedWords)) {
        parseTelegramHtml(renderBlocks(part, telegram));
        expect(renderBlocks(part, telegram).length).toBeLessThanOrEqual(3_500);
      }
      for (const part of splitBlocks(blocks, markdown, 1_400, continuedWords))
        expect(renderBlocks(part, markdown).length).toBeLessThanOrEqual(1_400);
    }),
    { numRuns: 30 },
  );
});

test.each([telegram, markdown])(
  "time to cut and render a model's words grows with the length alone (%#) [GATE-6i]",
  (dialect) => {
    expectLinear((model) => {
      for (const part of splitBlocks([{ model }], dialect, 3_500, continuedWords))
        renderBlocks(part, dialect);
    }, 10_000);
  },
);
