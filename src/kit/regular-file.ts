// Files whose names come from outside, or that somebody could have replaced: opened without waiting, because a pipe may
// have no writer, and read only when what was opened is a regular file.
import { closeSync, constants, fstatSync, openSync, readFileSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";

/** A pipe, a device or a folder is there. */
export class NotAFileError extends Error {
  readonly code = "ENOTFILE";
  readonly path: string;

  constructor(path: string) {
    super("it is no regular file");
    this.name = "NotAFileError";
    this.path = path;
  }
}

// Windows knows neither flag.
const flags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);
const noFollow = constants.O_NOFOLLOW ?? 0;

/** `followLinks` false: a link is an error too. Throws NotAFileError, system errors. */
export async function openRegularFile(path: string, { followLinks = true } = {}): Promise<FileHandle> {
  const file = await open(path, followLinks ? flags : flags | noFollow);
  try {
    if ((await file.stat()).isFile()) return file;
  } catch (error) {
    await file.close();
    throw error;
  }
  await file.close();
  throw new NotAFileError(path);
}

/** Throws NotAFileError, system errors. */
export async function readRegularFile(path: string, options?: { followLinks?: boolean }): Promise<Buffer> {
  const file = await openRegularFile(path, options);
  try {
    return await file.readFile();
  } finally {
    await file.close();
  }
}

/** As UTF-8. Throws NotAFileError, system errors. */
export function readRegularFileSync(path: string): string {
  const file = openSync(path, flags);
  try {
    if (!fstatSync(file).isFile()) throw new NotAFileError(path);
    return readFileSync(file, "utf8");
  } finally {
    closeSync(file);
  }
}
