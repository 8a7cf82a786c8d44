// What a renderer is, and what all of them share: how each kind of literal shows its hidden characters.
import type { Block, Inline, Line, LiteralKind } from "../../../kit/blocks.ts";
import { showHidden, type VisibleOptions } from "../../../kit/visible.ts";

/** One way to write what blocks say. The lengths are those of the text that goes to the host, in UTF-16 units. */
export interface Dialect {
  inline(inline: Inline): string;
  /** `text`: hidden characters are visible already. */
  literal(text: string, as: LiteralKind): string;
  /** Its hidden characters are visible already. */
  model(markdown: string): string;
  /** So long a character of a literal becomes. */
  charLength(char: string): number;
}

const literalOptions: Readonly<Record<LiteralKind, VisibleOptions>> = {
  command: { mode: "strict", keep: "\n" },
  diff: { mode: "words", keep: "\n\t" },
  output: { mode: "words", keep: "\n\t" },
  text: { mode: "words", keep: "\n\t" },
};

/** The text of a literal as it is to be seen. */
export function showLiteral(text: string, as: LiteralKind): string {
  return showHidden(text, literalOptions[as]);
}

export function showModel(markdown: string): string {
  return showHidden(markdown.replaceAll("\r\n", "\n"), { mode: "prose", keep: "\n\t" });
}

/** The characters of an inline that came from outside. */
export function showInline(inline: Exclude<Inline, string>): string {
  if ("name" in inline) return showHidden(inline.name, { mode: "words" });
  return showHidden("code" in inline ? inline.code : inline.path, { mode: "strict" });
}

export function renderBlocks(blocks: readonly Block[], dialect: Dialect): string {
  return blocks.map((block) => renderBlock(block, dialect)).join("\n");
}

export function renderBlock(block: Block, dialect: Dialect): string {
  if ("say" in block) return renderLine(block.say, dialect);
  if ("list" in block) return block.list.map((item) => `• ${renderLine(item, dialect)}`).join("\n");
  if ("model" in block) return dialect.model(showModel(block.model));
  return dialect.literal(showLiteral(block.literal, block.as), block.as);
}

function renderLine(line: Line, dialect: Dialect): string {
  return line.map((inline) => dialect.inline(inline)).join("");
}
