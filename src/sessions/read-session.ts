// One session out of the two ends of its rollout.
import { cutText, oneLine } from "../kit/text.ts";
import { readFileEnds } from "./file-ends.ts";
import { isRecord, parseLine, readOwnWords } from "./own-words.ts";
import type { RolloutFile } from "./rollout-files.ts";

/** A thread at rest. How many messages it has is not told: that would need the whole file. */
export interface Session {
  /** Lower-case UUID. */
  sessionId: string;
  /** Milliseconds since the Unix epoch, of its newest line or, where none tells it, of the file. */
  updatedAt: number;
  /** The name somebody gave it. */
  name?: string;
  /** The person's first words in it, on one line. */
  preview?: string;
  /** The person's newest words in it, on one line. Absent where they are further up than what is read. */
  lastMessage?: string;
  cwd?: string;
  sessionFile: string;
  archived: boolean;
  /** Begun by Codex itself: the words in it are not a person's. */
  subAgent: boolean;
  /** What began it: "cli", "vscode", "exec" …; "subAgent" for those. */
  source?: string;
  /** The name of the program that began it. */
  originator?: string;
}

const mostChars = 140;
/** A clock that was wrong once does not keep a session on top. */
const earliest = Date.UTC(2020, 0, 1);
const latestAheadMs = 86_400_000;

/** Never fails: of a file that cannot be read, or unpacked, the row has what its name tells. */
export async function readSession(file: RolloutFile, name?: string): Promise<Session> {
  const { sessionId, path, modifiedAt, archived } = file;
  const ends = (await readFileEnds(path)) ?? { head: [], tail: [] };
  const meta = readMeta(ends.head[0] ?? "");
  const preview = firstWords(ends.head);
  const lastMessage = meta.subAgent ? undefined : lastWords(ends.tail);
  return {
    sessionId,
    updatedAt: readLineTime(ends.tail.at(-1) ?? "", modifiedAt) ?? modifiedAt,
    ...(name ? { name } : {}),
    ...(preview ? { preview } : {}),
    ...(lastMessage ? { lastMessage } : {}),
    sessionFile: path,
    archived,
    ...meta,
  };
}

/**
 * The person's newest words in a rollout, on one line, at most 140 characters. `path` as the server tells it:
 * it does not know whether the file has been packed since. Undefined when there are none within reach.
 */
export async function readLastWords(path: string): Promise<string | undefined> {
  const ends = (await readFileEnds(path)) ?? (await readFileEnds(`${path}.zst`));
  return lastWords(ends?.tail ?? []);
}

type Meta = Pick<Session, "subAgent" | "cwd" | "source" | "originator">;

function readMeta(line: string): Meta {
  const { type, payload } = parseLine(line);
  if (type !== "session_meta" || !isRecord(payload)) return { subAgent: false };
  const { cwd, source, originator } = payload;
  // The source of a sub-agent's thread is {"subagent": …}.
  const subAgent =
    isRecord(source) || typeof payload.parent_thread_id === "string" || payload.thread_source === "subagent";
  return {
    subAgent,
    ...(typeof cwd === "string" && cwd !== "" ? { cwd } : {}),
    ...(subAgent ? { source: "subAgent" } : typeof source === "string" ? { source } : {}),
    ...(typeof originator === "string" ? { originator } : {}),
  };
}

function firstWords(lines: readonly string[]): string | undefined {
  for (const line of lines) {
    const words = readOwnWords(line);
    if (words !== undefined) return cutText(oneLine(words), mostChars);
  }
  return undefined;
}

function lastWords(lines: readonly string[]): string | undefined {
  return firstWords(lines.toReversed());
}

/** Undefined when there is none, or when it is out of any reasonable range. */
function readLineTime(line: string, modifiedAt: number): number | undefined {
  const { timestamp } = parseLine(line);
  const time = typeof timestamp === "string" ? Date.parse(timestamp) : Number.NaN;
  return time >= earliest && time <= modifiedAt + latestAheadMs ? time : undefined;
}
