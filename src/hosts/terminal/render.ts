// Blocks as plain lines of a terminal, a pipe or a file. Nothing that comes from outside reaches a terminal but through here.
import type { Block, Inline, Line, LiteralKind } from "../../kit/blocks.ts";
import { showHidden, type VisibleOptions } from "../../kit/visible.ts";

export { showJson as renderJson } from "../../kit/visible-json.ts";

/** Before each line of a literal: what stands in one is never taken for our own words. */
const margin = "    ";

const literalOptions: Readonly<Record<LiteralKind, VisibleOptions>> = {
  command: { mode: "strict", keep: "\n" },
  diff: { mode: "words", keep: "\n\t" },
  output: { mode: "words", keep: "\n\t" },
  text: { mode: "words", keep: "\n\t" },
};

/** flat: nothing but what somebody or something said is printed, so no margin is needed. */
export type Layout = "flat";

/** Without a line feed at the end. */
export function renderText(blocks: readonly Block[], layout?: Layout): string {
  return blocks.map((block) => renderBlock(block, layout === "flat" ? "" : margin)).join("\n");
}

export function renderLine(line: Line): string {
  return line.map(renderInline).join("");
}

/** What a model writes, as it writes it. */
export function renderModel(text: string): string {
  return showHidden(text.replaceAll("\r\n", "\n"), { mode: "prose", keep: "\n\t" });
}

function renderBlock(block: Block, before: string): string {
  if ("say" in block) return renderLine(block.say);
  if ("list" in block) return block.list.map((item) => `- ${renderLine(item)}`).join("\n");
  if ("model" in block) return renderModel(block.model);
  const lines = showHidden(block.literal, literalOptions[block.as]).split("\n");
  return lines.map((each) => `${before}${each}`).join("\n");
}

function renderInline(inline: Inline): string {
  if (typeof inline === "string") return inline;
  if ("name" in inline) return showHidden(inline.name, { mode: "words" });
  const text = showHidden("code" in inline ? inline.code : inline.path, { mode: "strict" });
  return "code" in inline ? `\`${text}\`` : text;
}
