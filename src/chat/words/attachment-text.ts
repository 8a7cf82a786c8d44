// Files that came with a message: a note to Codex where they are, and a word to the person about those that are lost.

import { type Block, line, own, says } from "../../kit/blocks.ts";
import type { InboundFile, InboundMessage, LostFile } from "../inbound-message.ts";
import type { Reply } from "../reply.ts";

/** The turn's text with a line per file. */
export function addFileNotes(text: string, files: readonly InboundFile[]): string {
  const notes = files.map(
    ({ path, name, bytes, type }) =>
      `[The person sent the file "${name}"${type ? ` (${type})` : ""}, ${bytes} bytes; it is at ${path}]`,
  );
  return [...(text.trim() === "" ? [] : [text]), ...notes].join("\n\n");
}

export function formatLost(lost: readonly LostFile[]): Block[] {
  return says(
    ...lost.map(({ name, why }) =>
      why === "too-large"
        ? line`"${name}" is larger than 20 MB and was not taken; put it into the thread's folder and name it.`
        : line`"${name}" could not be read and was not taken; send it again.`,
    ),
  );
}

const notWithCommands = own("What came with the command was not taken: send it with a message.");

/** A command takes no files; that is said. */
export function addCommandNote(
  reply: Reply | undefined,
  { takeAttachments, onlyQuotedFiles = false }: Pick<InboundMessage, "takeAttachments" | "onlyQuotedFiles">,
): Reply | undefined {
  if (!takeAttachments || onlyQuotedFiles) return reply;
  return { ...reply, blocks: [...(reply?.blocks ?? []), ...says(notWithCommands)] };
}
