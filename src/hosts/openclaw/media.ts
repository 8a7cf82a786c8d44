// What came with a message: copied out of the host's staging into a private folder of the conversation, named by us.

import { createHash } from "node:crypto";
import { mkdir, readdir, rm, stat, writeFile } from "node:fs/promises";
import { basename, extname, join } from "node:path";
import { nanoid } from "nanoid";
import type { Attachments } from "../../chat/inbound-message.ts";
import { openRegularFile } from "../../kit/regular-file.ts";
import { isQuotedPath } from "./claim-facts.ts";
import type { Gateway } from "./gateway.ts";
import type { ClaimEvent, MediaFact } from "./sdk.ts";

const largestFileBytes = 20 * 1024 * 1024;
const dayMs = 24 * 60 * 60_000;

const imageTypes = ["image/png", "image/jpeg", "image/gif", "image/webp"];
const imageEndings = [".png", ".jpg", ".jpeg", ".gif", ".webp"];

export function hasMedia({ media = [], originalMedia = [] }: ClaimEvent): boolean {
  return media.length > 0 || originalMedia.length > 0;
}

/** What came with it is of the message that it replies to. */
export function hasOnlyQuotedMedia({ media = [], originalMedia = [] }: ClaimEvent): boolean {
  return originalMedia.length === 0 && media.every(({ path }) => isQuotedPath(path));
}

/** Never throws: what cannot be taken is told. */
export async function takeMedia(
  { directory, log, modules }: Gateway,
  conversation: string,
  { media = [], originalMedia = [], mediaStagingPending = false }: ClaimEvent,
): Promise<Attachments> {
  const taken: Attachments = { images: [], files: [], lost: [] };
  // Then the paths are those of another machine, and what lies here under the same name is another file.
  if (mediaStagingPending) {
    taken.lost.push(...originalMedia.map((fact) => ({ name: nameOf(fact), why: "unreadable" as const })));
    return taken;
  }
  for (const given of media) {
    let fact = given;
    try {
      if (isQuotedPath(given.path)) fact = await findQuoted(given, modules);
      await takeFile(findFolder(directory, conversation), fact, taken);
    } catch (error) {
      log.warn(`an attachment was not taken: ${String(error)}`);
      taken.lost.push({ name: nameOf(fact), why: "unreadable" });
    }
  }
  return taken;
}

/** Of conversations that are not bound any more all files are removed, of the others the old ones: a thread may come back to one. */
export async function removeOldFiles(
  { directory, app, log }: Gateway,
  now: number,
  keepDays: number,
): Promise<void> {
  const bound = new Set(app.bindings.all().map(({ conversation }) => findFolder(directory, conversation)));
  try {
    for (const folder of await list(join(directory, "files"))) {
      if (!bound.has(folder)) await rm(folder, { recursive: true, force: true });
      else for (const file of await list(folder)) await removeIfOld(file, now - keepDays * dayMs);
    }
  } catch (error) {
    log.warn(`old files were not removed: ${String(error)}`);
  }
}

/** The host names a file of a message that was replied to by its id, and says its kind in place of its type. */
async function findQuoted(fact: MediaFact, { media }: Gateway["modules"]): Promise<MediaFact> {
  const [, id] = /^media:\/\/inbound\/([^/\\]+)$/.exec(fact.path ?? "") ?? [];
  if (id === undefined || !media) throw new Error("nobody knows where it is");
  const path = await media.resolveMediaBufferPath(decodeURIComponent(id));
  return { path, ...(fact.kind === undefined ? {} : { kind: fact.kind }) };
}

async function takeFile(
  folder: string,
  fact: MediaFact,
  { images, files, lost }: Attachments,
): Promise<void> {
  const name = nameOf(fact);
  if (fact.path === undefined) return void lost.push({ name, why: "unreadable" });
  const content = await readStaged(fact.path);
  if (!content) return void lost.push({ name, why: "too-large" });
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, `${nanoid(12)}${findEnding(fact.path)}`);
  await writeFile(path, content, { mode: 0o600, flag: "wx" });
  const bytes = content.length;
  if (isImage(fact)) images.push(path);
  else files.push({ path, bytes, name, ...(fact.contentType ? { type: fact.contentType } : {}) });
}

/** Undefined when it is too large. Throws when it is no file or cannot be read. */
async function readStaged(path: string): Promise<Buffer | undefined> {
  const file = await openRegularFile(path);
  try {
    const { size } = await file.stat();
    if (size > largestFileBytes) return undefined;
    const { buffer, bytesRead } = await file.read(Buffer.alloc(size), 0, size, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

function findFolder(directory: string, conversation: string): string {
  return join(directory, "files", createHash("sha256").update(conversation).digest("hex").slice(0, 16));
}

/** The host keeps the person's name for a file in front of an id of its own (`report---<uuid>.pdf`). */
function nameOf({ path, kind = "a file" }: MediaFact): string {
  return path === undefined ? kind : basename(path).replace(/---[0-9a-f-]{36}(?=\.[^.]*$|$)/i, "");
}

function findEnding(path: string): string {
  return /^\.[a-z0-9]{1,10}$/i.exec(extname(path))?.[0].toLowerCase() ?? "";
}

function isImage({ contentType, path = "" }: MediaFact): boolean {
  return contentType === undefined
    ? imageEndings.includes(findEnding(path))
    : imageTypes.includes(contentType.split(";")[0]?.trim().toLowerCase() ?? "");
}

async function list(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.map((name) => join(folder, name));
}

async function removeIfOld(file: string, before: number): Promise<void> {
  const { mtimeMs } = await stat(file);
  if (mtimeMs < before) await rm(file, { force: true });
}
