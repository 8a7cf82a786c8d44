// How a channel takes what is said: in which dialect, in parts of which length.
import { continuedWords } from "../../../chat/words/part-text.ts";
import type { Block } from "../../../kit/blocks.ts";
import type { MarkdownModule } from "../sdk-modules.ts";
import { type Dialect, renderBlocks } from "./dialect.ts";
import { buildMarkdownDialect, editDialect } from "./markdown.ts";
import { renderPlain } from "./plain.ts";
import { splitBlocks } from "./split.ts";
import { buildTelegramDialect, escapeHtml } from "./telegram.ts";

/** A text as the host takes it. */
export interface Rendered {
  text: string;
  /** Telegram's HTML. Absent: the host reads Markdown, or the channel shows it as it is. */
  parseMode?: "HTML";
}

/** OpenClaw cuts HTML at 4,000; some is left for what is put before a repeated part, and for typed answers. */
const longestHtml = 3_500;
/** Below Discord's 2,000, the least of the channels that OpenClaw brings; it cuts what is still too long itself. */
const longestMarkdown = 1_900;
/** How answers are typed stands below the last part, where there are no buttons. */
const roomForTyped = 500;

export class ChannelRenderer {
  readonly #telegram: Dialect;
  readonly #markdown: Dialect;

  constructor(markdown: MarkdownModule) {
    this.#telegram = buildTelegramDialect(markdown);
    this.#markdown = buildMarkdownDialect(markdown);
  }

  split(channel: string, blocks: readonly Block[]): Block[][] {
    const isHtml = channel === "telegram";
    const most = isHtml ? longestHtml : longestMarkdown - roomForTyped;
    return splitBlocks(blocks, isHtml ? this.#telegram : this.#markdown, most, continuedWords);
  }

  render(channel: string, blocks: readonly Block[]): Rendered {
    return channel === "telegram"
      ? { text: renderBlocks(blocks, this.#telegram), parseMode: "HTML" }
      : { text: renderBlocks(blocks, this.#markdown) };
  }

  /** The host reads the text of an edit as Markdown on every channel, in which tags are live. */
  renderEdit(blocks: readonly Block[]): string {
    return renderBlocks(blocks, editDialect);
  }

  /** Every character as it is, and nothing of it read. */
  renderPlain(channel: string, blocks: readonly Block[]): Rendered {
    const text = renderPlain(blocks);
    return channel === "telegram"
      ? { text: escapeHtml(text), parseMode: "HTML" }
      : { text: renderBlocks([{ literal: text, as: "text" }], editDialect) };
  }
}
