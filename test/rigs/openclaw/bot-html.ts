// What Telegram makes of a text with `parse_mode: "HTML"`: the words that people see and what is marked in them. What
// Telegram refuses throws, in its words.

export interface TelegramEntity {
  tag: string;
  attributes: string;
  /** What it marks, and where that begins. */
  text: string;
  at: number;
}

export interface TelegramText {
  text: string;
  entities: TelegramEntity[];
}

const tags = new Set(
  "b strong i em u ins s strike del span tg-spoiler a tg-emoji code pre blockquote".split(" "),
);
const token = /<(\/?)([a-zA-Z-]+)([^>]*)>|&(lt|gt|amp|quot|#\d+|#x[0-9a-fA-F]+);|</g;
const named: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"' };

export function readTelegramHtml(html: string): TelegramText {
  const open: { tag: string; attributes: string; at: number }[] = [];
  const entities: TelegramEntity[] = [];
  let text = "";
  let from = 0;
  for (const found of html.matchAll(token)) {
    const [whole, closing, name = "", attributes = "", entity] = found;
    text += html.slice(from, found.index);
    from = found.index + whole.length;
    if (entity !== undefined) {
      text += named[entity] ?? readNumber(entity);
      continue;
    }
    const tag = name.toLowerCase();
    if (!tags.has(tag)) throw new Error(`can't parse entities: Unsupported start tag "${tag}"`);
    if (closing === "") {
      open.push({ tag, attributes: attributes.trim(), at: text.length });
      continue;
    }
    const last = open.pop();
    if (last?.tag !== tag) throw new Error(`can't parse entities: Unmatched end tag "${tag}"`);
    entities.push({ tag, attributes: last.attributes, text: text.slice(last.at), at: last.at });
  }
  text += html.slice(from);
  const left = open.at(-1);
  if (left) throw new Error(`can't parse entities: Can't find end tag corresponding to "${left.tag}"`);
  return { text, entities };
}

function readNumber(entity: string): string {
  const isHex = entity[1] === "x";
  return String.fromCodePoint(Number.parseInt(entity.slice(isHex ? 2 : 1), isHex ? 16 : 10));
}
