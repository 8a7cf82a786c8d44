// Blocks as Telegram's HTML, which the host passes on as it is (OpenClaw 2026.9.6): what is escaped arrives to the letter.
import type { Inline, LiteralKind } from "../../../kit/blocks.ts";
import type { MarkdownIR, MarkdownLink, MarkdownModule } from "../sdk-modules.ts";
import { buildFreePlaces, findClickable, webAddress } from "./auto-links.ts";
import { type Dialect, showInline } from "./dialect.ts";

const special = /[&<>"]/g;
const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

export function escapeHtml(text: string): string {
  return text.replace(special, (char) => entities[char] ?? char);
}

const parsing = { linkify: false, enableSpoilers: false, headingStyle: "bold", tableMode: "code" } as const;
const styleMarkers = {
  bold: { open: "<b>", close: "</b>" },
  italic: { open: "<i>", close: "</i>" },
  strikethrough: { open: "<s>", close: "</s>" },
  code: { open: "<code>", close: "</code>" },
  code_block: { open: "<pre>", close: "</pre>" },
  blockquote: { open: "<blockquote>", close: "</blockquote>" },
};

export function buildTelegramDialect(markdown: MarkdownModule): Dialect {
  return {
    inline: renderInline,
    literal: renderLiteral,
    model: (text) => renderModel(text, markdown),
    charLength: (char) => entities[char]?.length ?? char.length,
  };
}

function renderInline(inline: Inline): string {
  if (typeof inline === "string") return escapeHtml(inline);
  const text = showInline(inline);
  return "name" in inline ? renderName(text) : `<code>${escapeHtml(text)}</code>`;
}

/** What the service would make clickable is code. */
function renderName(text: string): string {
  let html = "";
  let from = 0;
  for (const { start, end } of findClickable(text)) {
    html += `${escapeHtml(text.slice(from, start))}<code>${escapeHtml(text.slice(start, end))}</code>`;
    from = end;
  }
  return html + escapeHtml(text.slice(from));
}

function renderLiteral(text: string, as: LiteralKind): string {
  return as === "diff"
    ? `<pre><code class="language-diff">${escapeHtml(text)}</code></pre>`
    : `<pre>${escapeHtml(text)}</pre>`;
}

function renderModel(text: string, module: MarkdownModule): string {
  const ir = module.markdownToIR(showVanishing(showFenceWords(text, module), module), parsing);
  if (ir.text.trim() === "") return renderLiteral(text, "text");
  return module.renderMarkdownWithMarkers(withoutAutoLinks(ir), {
    styleMarkers,
    escapeText: escapeHtml,
    buildLink,
  });
}

const language = /^[a-z][a-z0-9+#.-]{0,14}\s*$/i;

/** What stands behind the opening of a fence and names no language becomes the first line of its code. */
function showFenceWords(text: string, { findCodeRegions }: MarkdownModule): string {
  const opening = /(`{3,}|~{3,})([^\S\n]*)([^\n]*)/y;
  let shown = "";
  let from = 0;
  for (const { start } of findCodeRegions(text)) {
    opening.lastIndex = start;
    const [, marks = "", blank = "", words = ""] = opening.exec(text) ?? [];
    if (words === "" || language.test(words) || (marks.startsWith("`") && words.includes("`"))) continue;
    const before = text.slice(text.lastIndexOf("\n", start - 1) + 1, start).replace(/[^>]/g, " ");
    const end = start + marks.length;
    shown += `${text.slice(from, end)}\n${before}`;
    from = end + blank.length;
  }
  return shown + text.slice(from);
}

/** An image, a link without a label, the definition of a reference: the parser shows nothing of their addresses. */
const vanishing =
  /(?<!\\)((?:\\\\)*)(!\[|\[[^\S\n]{0,20}\](?=[([])|(?<=^[ \t>*+.)\d-]{0,20})\[(?=[^\]\n]{1,200}\]:))/gm;

/** With a sign before it an image is a link, and the others are words: nothing is fetched, all is seen. */
function showVanishing(text: string, { findCodeRegions }: MarkdownModule): string {
  const isFree = buildFreePlaces(text.length, findCodeRegions(text));
  return text.replace(vanishing, (found, before: string, mark: string, at: number) => {
    const sign = at + before.length;
    return isFree({ start: sign, end: sign + 1 }) ? `${before}\\${mark}` : found;
  });
}

/** Code, and links that are links, stay as they are. */
function withoutAutoLinks(ir: MarkdownIR): MarkdownIR {
  const code = ir.styles.filter(({ style }) => style === "code" || style === "code_block");
  const units = ir.text.split("");
  // No word goes on over their ends.
  for (const { start, end } of [...ir.links.filter(({ href }) => webAddress.test(href)), ...code])
    units.fill("\n", start, end);
  const found = findClickable(units.join(""));
  return { ...ir, styles: [...ir.styles, ...found.map((span) => ({ ...span, style: "code" as const }))] };
}

/** Where a link leads is seen; only an address of the web can be followed. */
function buildLink({ start, end, href }: MarkdownLink, text: string) {
  const label = text.slice(start, end);
  const shown = label === href ? "" : ` (<code>${escapeHtml(href)}</code>)`;
  return webAddress.test(href)
    ? { start, end, open: `<a href="${escapeHtml(href)}">`, close: `</a>${shown}` }
    : { start, end, open: "", close: shown };
}
