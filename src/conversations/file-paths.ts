// The files that came with a message, where the Codex of its place can read them.
import type { Message } from "../store/rows.ts";
import type { Place } from "./place.ts";

export interface CarriedFile {
  /** Held by us at the place. */
  threadId: string;
  /** On this machine. */
  path: string;
}

/**
 * The message's text with every file under its path at the place: another machine gets the files first. The names are
 * ours and long, so nothing else in the text is one of them. Throws `file-unreadable`, `input-too-large`, node and wire errors.
 */
export async function placeFiles(
  { text = "", files }: Pick<Message, "text" | "files">,
  { carryFile }: Pick<Place, "carryFile">,
  threadId: string,
  signal?: AbortSignal,
): Promise<string> {
  if (!carryFile) return text;
  let placed = text;
  for (const path of files) placed = placed.replaceAll(path, await carryFile({ threadId, path }, signal));
  return placed;
}
