// Files of a CODEX_HOME that we made: the marker that says so, with a record of what was put there, and the copies.
// Every path is opened without following links, every file is put in place by a rename.

import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { type FileHandle, open, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import { parseJson } from "../kit/json.ts";

/** Names with the fingerprints of what we wrote there, newest first. */
export type ProjectedFiles = Readonly<Record<string, readonly string[]>>;

export const markerName = ".codex-threads-home";
const markerNote = "This CODEX_HOME was made by codex-threads from a secret home. It may be deleted.";
const marker = z.looseObject({ files: z.record(z.string(), z.array(z.string())) });

/** Windows has no such flag. */
const noFollow = constants.O_NOFOLLOW ?? 0;

export function fingerprintBytes(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** For a home that was made this very moment. */
export function createMarker(home: string): Promise<void> {
  return writeNew(join(home, markerName), formatMarker({}));
}

export function writeMarker(home: string, files: ProjectedFiles): Promise<void> {
  return replaceOwnFile(home, markerName, formatMarker(files));
}

/** Undefined where there is none, or one that is not ours. */
export async function readMarker(home: string): Promise<ProjectedFiles | undefined> {
  const bytes = await readOwnFile(join(home, markerName));
  if (!(bytes instanceof Buffer)) return undefined;
  try {
    return marker.parse(parseJson(bytes.toString("utf8"))).files;
  } catch {
    return undefined;
  }
}

/** The fingerprint of a file; undefined where nothing is. */
export async function findOwnFile(path: string): Promise<string | undefined> {
  const found = await readOwnFile(path);
  return typeof found === "object" ? fingerprintBytes(found) : found;
}

/** A rename puts the new file in place in one step, and in place of a link, where writing would follow it. */
export async function replaceOwnFile(home: string, name: string, bytes: Uint8Array): Promise<void> {
  const fresh = join(home, `${name}.${process.pid}.new`);
  await rm(fresh, { force: true });
  await writeNew(fresh, bytes);
  await rename(fresh, join(home, name));
}

async function writeNew(path: string, bytes: Uint8Array): Promise<void> {
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | noFollow;
  await withFile(await open(path, flags, 0o600), async (file) => {
    await file.chmod(0o600);
    await file.writeFile(bytes);
    await file.sync();
  });
}

async function readOwnFile(path: string): Promise<Buffer | "not-a-file" | undefined> {
  let file: FileHandle;
  try {
    file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK | noFollow);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENOENT") return undefined;
    if (code === "ELOOP") return "not-a-file";
    throw error;
  }
  return withFile(file, async () => ((await file.stat()).isFile() ? file.readFile() : "not-a-file"));
}

async function withFile<T>(file: FileHandle, work: (file: FileHandle) => Promise<T>): Promise<T> {
  try {
    return await work(file);
  } finally {
    await file.close();
  }
}

function formatMarker(files: ProjectedFiles): Buffer {
  return Buffer.from(`${JSON.stringify({ note: markerNote, files }, undefined, 2)}\n`);
}
