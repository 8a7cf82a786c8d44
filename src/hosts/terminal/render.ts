// Blocks as plain lines of a terminal, a pipe or a file. Nothing that comes from outside reaches a terminal but through here.
import type { Block, Inline, Line, LiteralKind } from "../../kit/blocks.ts";
import { showHidden, type VisibleOptions } from "../../kit/visible.ts";

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

/** JSON itself writes the first 32 controls and lone surrogates so. */
const hiddenInJson = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

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

/** JSON of this very value, in which what nobody sees is written as JSON's own escapes. */
export function renderJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, null, indent).replace(hiddenInJson, (char) =>
    char.split("").map(escapeUnit).join(""),
  );
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
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
