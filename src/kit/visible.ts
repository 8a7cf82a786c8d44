// Characters that nobody sees, or that turn what is seen into something else, as visible escapes. Nothing is removed.

/**
 * strict: commands, paths, ids, arguments. words: names, titles, diffs, where joiners of scripts and of emoji and the
 * ideographic space stay. prose: what a model writes, where spaces of typography and marks of direction stay too.
 */
export type VisibleMode = "strict" | "words" | "prose";

/** Controls, formats, lone surrogates, separators, what is ignored when shown, and the blank of Braille. */
const hidden = String.raw`\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800\u{e200}-\u{e202}`;
const patterns: Readonly<Record<VisibleMode, RegExp>> = {
  strict: new RegExp(String.raw`[${hidden}\p{Co}\p{Cn}]|(?! )\p{Zs}`, "gu"),
  words: new RegExp(String.raw`[${hidden}]|(?![ \u3000])\p{Zs}`, "gu"),
  prose: new RegExp(String.raw`(?![\u200e\u200f\u061c\xad])[${hidden}]`, "gu"),
};

/** Signs of Unicode's format class that are seen. */
const seenFormats = /[\u0600-\u0605\u06dd\u070f\u08e2]/;
/** Of flags of regions only these three are in use (Unicode 17). */
const regionFlags = String.raw`\u{1f3f4}\u{e0067}\u{e0062}(?:\u{e0065}\u{e006e}\u{e0067}|\u{e0073}\u{e0063}\u{e0074}|\u{e0077}\u{e006c}\u{e0073})\u{e007f}`;
const pictograph = String.raw`\p{Extended_Pictographic}\p{EMod}?[\ufe0e\ufe0f]?`;
/**
 * What of emoji holds characters that nobody sees: keys, flags of regions, and what joins, colours and marks others. Not by
 * \p{RGI_Emoji}: it takes 10 s for 1 MB (Node 24.16).
 */
const emoji = new RegExp(`[0-9#*]\\ufe0f\\u20e3|${regionFlags}|${pictograph}(?:\\u200d${pictograph})*`, "gu");
const joiners = /[\u200c\u200d]/;
/** Letters and marks of scripts that are written with joiners. */
const joined =
  /(?=[\p{L}\p{M}])[\p{scx=Arab}\p{scx=Syrc}\p{scx=Nkoo}\p{scx=Mong}\p{scx=Deva}\p{scx=Beng}\p{scx=Guru}\p{scx=Gujr}\p{scx=Orya}\p{scx=Taml}\p{scx=Telu}\p{scx=Knda}\p{scx=Mlym}\p{scx=Sinh}\p{scx=Tibt}\p{scx=Mymr}\p{scx=Khmr}]/u;

const named: Readonly<Record<string, string>> = { "\n": "\\n", "\t": "\\t", "\r": "\\r" };

/** A million matches in one replacement cost more than in pieces: all of them are kept until its end. */
const pieceUnits = 8_000;

export interface VisibleOptions {
  mode: VisibleMode;
  /** These stay as they are: the line ends and tabs of a block of lines. */
  keep?: string;
}

/** The text with every such character as `\x1b`, `\u202e`, `\u{e0041}` or `\n`. Time is linear in its length. */
export function showHidden(text: string, options: VisibleOptions): string {
  return replaceHidden(text, options, escapeCharacter);
}

/** How many characters `showHidden` would escape. */
export function countHidden(text: string, options: VisibleOptions): number {
  let count = 0;
  replaceHidden(text, options, (char) => {
    count++;
    return char;
  });
  return count;
}

function replaceHidden(
  text: string,
  { mode, keep = "" }: VisibleOptions,
  replace: (char: string) => string,
): string {
  const show = (part: string) => {
    let shown = "";
    for (let from = 0, to = 0; from < part.length; from = to) {
      to = findPieceEnd(part, from + pieceUnits);
      shown += part
        .slice(from, to)
        .replace(patterns[mode], (char, at: number) =>
          keep.includes(char) || isSeen(part, from + at, char, mode) ? char : replace(char),
        );
    }
    return shown;
  };
  if (mode === "strict" || text.search(patterns[mode]) < 0) return show(text);
  let shown = "";
  let from = 0;
  for (const { 0: found, index } of text.matchAll(emoji)) {
    shown += show(text.slice(from, index)) + found;
    from = index + found.length;
  }
  return shown + show(text.slice(from));
}

/** No pair of surrogates is cut in two. */
function findPieceEnd(text: string, end: number): number {
  return (text.codePointAt(end - 1) ?? 0) > 0xffff ? end + 1 : end;
}

function isSeen(text: string, at: number, char: string, mode: VisibleMode): boolean {
  if (mode === "strict") return false;
  if (seenFormats.test(char)) return true;
  return joiners.test(char) && joined.test(text[at - 1] ?? "") && joined.test(text[at + 1] ?? "");
}

/** `char`: one code point. */
export function escapeCharacter(char: string): string {
  const code = char.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  if (named[char] !== undefined) return named[char];
  if (code <= 0xff) return `\\x${hex.padStart(2, "0")}`;
  return code <= 0xffff ? `\\u${hex.padStart(4, "0")}` : `\\u{${hex}}`;
}
