// The names that people gave to threads: `session_index.jsonl`, to which Codex adds a line for each renaming.
import { join } from "node:path";
import { readFileEnds } from "./file-ends.ts";
import { parseLine } from "./own-words.ts";

/** Name by session id; only the newest 64 KB of renamings. */
export async function readThreadNames(codexHome: string): Promise<ReadonlyMap<string, string>> {
  const ends = await readFileEnds(join(codexHome, "session_index.jsonl"));
  const names = new Map<string, string>();
  for (const line of ends?.tail ?? []) {
    const { id, thread_name: name } = parseLine(line);
    if (typeof id === "string" && typeof name === "string") names.set(id.toLowerCase(), name);
  }
  return names;
}
