// Telegram's HTML as its service reads it: the words that are seen, and what is marked in them. Strict where it is lenient.

export interface Mark {
  tag: string;
  start: number;
  end: number;
  href?: string;
}

export interface Seen {
  text: string;
  marks: Mark[];
}

const pattern = /<(\/?)(b|i|s|code|pre|blockquote|a)((?: [a-z]+="[^"<>]*")*)>|&(amp|lt|gt|quot);|[^<>&]+/gy;
const entities: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"' };

/** Throws where it is no well-formed HTML of Telegram's. */
export function parseTelegramHtml(html: string): Seen {
  let text = "";
  let at = 0;
  const open: Mark[] = [];
  const marks: Mark[] = [];
  for (const { 0: found, 1: slash, 2: tag, 3: attributes = "", 4: entity, index } of html.matchAll(pattern)) {
    if (index !== at) break;
    at += found.length;
    if (entity !== undefined) text += entities[entity];
    else if (tag === undefined) text += found;
    else if (slash === "") open.push({ tag, start: text.length, end: 0, ...readHref(attributes) });
    else {
      const mark = open.pop();
      if (mark?.tag !== tag) throw new Error(`</${tag}> closes ${mark?.tag} in ${html}`);
      marks.push({ ...mark, end: text.length });
    }
  }
  if (at !== html.length) throw new Error(`no HTML of Telegram's: ${html.slice(at, at + 80)}`);
  if (open.length > 0) throw new Error(`left open: ${open.map(({ tag }) => tag)}`);
  return { text, marks };
}

function readHref(attributes: string): { href?: string } {
  const [, href] = /href="([^"]*)"/.exec(attributes) ?? [];
  return href === undefined ? {} : { href: parseTelegramHtml(href).text };
}

/** The words outside of code and of links, each stretch for itself. */
export function findBareWords({ text, marks }: Seen): string[] {
  const covered = new Uint8Array(text.length);
  for (const { tag, start, end } of marks)
    if (["code", "pre", "a"].includes(tag)) covered.fill(1, start, end);
  const bare = [...text.matchAll(/[\s\S]/g)].map(({ 0: unit, index }) =>
    covered[index] === 1 ? "\n" : unit,
  );
  return bare.join("").split("\n");
}
