// What is said as OpenClaw takes it. Never as the payload's `text`, in which the host reads directives: a text block of
// the presentation is shown and nothing else (2026.9.6).
import type { Block } from "../../kit/blocks.ts";
import { showHidden } from "../../kit/visible.ts";
import type { Button } from "../../store/rows.ts";
import { renderBlocks } from "./render/dialect.ts";
import { editDialect } from "./render/markdown.ts";
import type { HostPrompt, ReplyPayload } from "./sdk.ts";

/** Before the token in a button's value. With it 15 bytes; Telegram drops buttons whose value is longer than 48. */
export const buttonNamespace = "cx";

export function buildPayload(text: string, buttons: readonly (readonly Button[])[] = []): ReplyPayload {
  const rows = buttons
    .filter((row) => row.length > 0)
    .map((row) => ({
      type: "buttons" as const,
      buttons: row.map(({ label, token }) => ({
        label: showHidden(label, { mode: "words" }),
        action: { type: "callback" as const, value: `${buttonNamespace}:${token}` },
      })),
    }));
  return { presentation: { blocks: [{ type: "text", text }, ...rows] } };
}

/** For what the host sends itself as the answer to a call: it reads Markdown there, on every channel. */
export function buildAnswer(
  blocks: readonly Block[],
  buttons?: readonly (readonly Button[])[],
): ReplyPayload {
  return buildPayload(renderBlocks(blocks, editDialect), buttons);
}

/** What the host would read as a directive, wherever it stands (2026.9.6). */
const directives = /(MEDIA)(?=:)|(\[)(?=\[)|(<)(?=[\p{L}/!])|(NO)(?=_REPLY)|(HEARTBEAT)(?=_OK)/giu;
/** Nobody sees it, and no directive has it. */
const breaker = "\u2060";

/** For the web chat, which shows the text of an answer and no presentation. */
export function buildWebAnswer(blocks: readonly Block[]): ReplyPayload {
  return { text: renderBlocks(blocks, editDialect).replace(directives, (found) => found + breaker) };
}

/** The host's own question. Its words are shown to the letter: some of them are ours, and in them others'. */
export function buildPromptPayload(
  text: string,
  { text: _, presentation, ...prompt }: HostPrompt,
): ReplyPayload {
  const blocks = [{ type: "text", text }, ...(presentation?.blocks ?? [])];
  return { ...prompt, presentation: { ...presentation, blocks } } as ReplyPayload;
}

export function readPromptLines({ text = "" }: HostPrompt): Block[] {
  return text.split("\n").map((line): Block => ({ say: line === "" ? [] : [{ name: line }] }));
}

export function buildPromptAnswer(prompt: HostPrompt): ReplyPayload {
  return buildPromptPayload(renderBlocks(readPromptLines(prompt), editDialect), prompt);
}
