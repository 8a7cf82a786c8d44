// Blocks as nothing but words: where a text is shown as it is, and for what a service refused in any other form.
import type { Block, Line } from "../../../kit/blocks.ts";
import { type Dialect, renderBlocks, showInline } from "./dialect.ts";

const plainDialect: Dialect = {
  inline: (inline) => (typeof inline === "string" ? inline : showInline(inline)),
  literal: (text) => text,
  model: (markdown) => markdown,
  charLength: (char) => char.length,
};

export function renderPlain(blocks: readonly Block[]): string {
  return renderBlocks(blocks, plainDialect);
}

export function renderPlainLine(line: Line): string {
  return renderPlain([{ say: line }]);
}
