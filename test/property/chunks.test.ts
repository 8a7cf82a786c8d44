// Any text, cut into pieces: nothing is lost but blanks at cuts, and every piece stands for itself.
import fc from "fast-check";
import { expect, test } from "vitest";
import { splitText } from "../../src/kit/chunks.ts";

const guard = "\u200b";

const word = fc.oneof(
  fc.stringMatching(/^[a-zäß€.,-]{1,12}$/),
  fc.constantFrom("👍🏽", "👨‍👩‍👧‍👦", "\ud83d", "`code`", "```", "~~~", "  ", "\t", "* ", "\u2028"),
);
const words = fc.array(word, { maxLength: 40 }).map((each) => each.join(" "));
const mark = fc
  .tuple(fc.constantFrom("`", "~"), fc.integer({ min: 3, max: 8 }))
  .map(([of, n]) => of.repeat(n));
const fenceLine = fc
  .tuple(
    fc.constantFrom("", " ", "   ", "    "),
    mark,
    fc.oneof(fc.constantFrom("", "js", "ts title=a.ts", " "), words, fc.constant("x".repeat(700))),
  )
  .map((parts) => parts.join(""));
const line = fc.oneof(
  { weight: 4, arbitrary: words },
  { weight: 3, arbitrary: fenceLine },
  {
    weight: 1,
    arbitrary: fc.constantFrom("", "    indented", "`".repeat(900), "y".repeat(900), "😀".repeat(300)),
  },
);
const text = fc
  .tuple(fc.array(line, { maxLength: 60 }), fc.constantFrom("\n", "\r\n"))
  .map(([lines, end]) => lines.join(end));

/** As a reader of Markdown sees it: the fence that is open at the end. Runs of more than 30 marks are rulers. */
function findOpen(chunk: string): string | undefined {
  let open: string | undefined;
  for (const each of chunk.split(/\r?\n/)) {
    const run = /^ {0,3}(`+|~+)/.exec(each)?.[1] ?? "";
    if (run.length < 3 || run.length > 30) continue;
    const rest = each.slice(each.indexOf(run) + run.length);
    if (open === undefined) open = run.startsWith("`") && rest.includes("`") ? undefined : run;
    else if (rest.trim() === "" && run[0] === open[0] && run.length >= open.length) open = undefined;
  }
  return open;
}

/** Whether the pieces, without what was put around them, are the text in order, but for blanks between them. */
function isWhole(source: string, chunks: readonly string[]): boolean {
  let ends = new Set([0]);
  for (const chunk of chunks) {
    const lines = chunk.split("\n");
    const bodies = [lines, lines.slice(1), lines.slice(0, -1), lines.slice(1, -1)]
      .map((each) => each.join("\n"))
      .flatMap((body) => (body.startsWith(guard) ? [body, body.slice(1)] : [body]));
    ends = new Set([...ends].flatMap((end) => bodies.flatMap((body) => follow(source, end, body))));
  }
  return [...ends].some((end) => source.slice(end).trim() === "");
}

function follow(source: string, end: number, body: string): number[] {
  if (body.trim() === "") return [];
  const trimmed = body.trimStart();
  const at = source.length - source.slice(end).trimStart().length;
  return source.startsWith(trimmed, at) ? [at + trimmed.length] : [];
}

test("no piece is too long, every fence is closed where it was opened, nothing is lost [GATE-6a]", () => {
  fc.assert(
    fc.property(text, fc.integer({ min: 200, max: 900 }), (source, most) => {
      const chunks = splitText(source, most);
      if (source.length <= most) {
        expect(chunks).toEqual([source]);
        return;
      }
      for (const chunk of chunks) {
        expect(chunk.length).toBeLessThanOrEqual(most);
        expect(findOpen(chunk)).toBeUndefined();
      }
      expect(isWhole(source, chunks)).toBe(true);
    }),
    { numRuns: 500 },
  );
});

test("no character is cut in two [GATE-6a]", () => {
  const character = fc.constantFrom("👍🏽", "👨‍👩‍👧‍👦", "é", "🇩🇪", "a", "漢");
  fc.assert(
    fc.property(fc.array(character, { minLength: 100, maxLength: 400 }), (characters) => {
      const split = (value: string) => [...new Intl.Segmenter().segment(value)].map(({ segment }) => segment);
      const source = characters.join("");
      expect(splitText(source, 200).flatMap(split)).toEqual(split(source));
    }),
  );
});
