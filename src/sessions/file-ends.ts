// The first and the last 64 KB of a rollout, also of a packed one; never a whole file.

import type { FileHandle } from "node:fs/promises";
import { createZstdDecompress } from "node:zlib";
import { openRegularFile } from "../kit/regular-file.ts";

export interface FileEnds {
  /** Whole lines from the beginning. */
  head: string[];
  /** Whole lines up to the end; those of `head` again when the file is short. Empty where the end cannot be had cheaply. */
  tail: string[];
}

export const endBytes = 64 * 1024;
/** Of a packed file this much is unpacked at most: its end can only be reached from its beginning. */
const mostUnpackedBytes = 4 * 1024 * 1024;

/** Undefined when it cannot be read or is no regular file. */
export async function readFileEnds(path: string): Promise<FileEnds | undefined> {
  let file: FileHandle | undefined;
  try {
    file = await openRegularFile(path, { followLinks: false });
    const info = await file.stat();
    return path.endsWith(".zst")
      ? await readPackedEnds(file, info.size)
      : await readPlainEnds(file, info.size);
  } catch {
    return undefined;
  } finally {
    await file?.close();
  }
}

async function readPlainEnds(file: FileHandle, sizeBytes: number): Promise<FileEnds> {
  const head = await readAt(file, 0, endBytes);
  const tail = sizeBytes > endBytes ? await readAt(file, sizeBytes - endBytes, endBytes) : head;
  return {
    head: splitWholeLines(head, { fromStart: true, toEnd: head.length >= sizeBytes }),
    tail: splitWholeLines(tail, { fromStart: tail === head, toEnd: true }),
  };
}

async function readPackedEnds(file: FileHandle, sizeBytes: number): Promise<FileEnds> {
  const packed = await readAt(file, 0, 2 * endBytes);
  const { head, tail, isWhole } = await unpackEnds(packed);
  const toEnd = isWhole && packed.length >= sizeBytes;
  const isShort = tail === head;
  return {
    head: splitWholeLines(head, { fromStart: true, toEnd: toEnd && isShort }),
    tail: toEnd ? splitWholeLines(tail, { fromStart: isShort, toEnd }) : [],
  };
}

/** What was not given, or is damaged, is missing at the end: then `isWhole` is false. */
async function unpackEnds(packed: Buffer): Promise<{ head: Buffer; tail: Buffer; isWhole: boolean }> {
  const unpacking = createZstdDecompress();
  unpacking.end(packed);
  let head = Buffer.alloc(0);
  let last: Buffer[] = [];
  let lastBytes = 0;
  let bytes = 0;
  let isWhole = true;
  try {
    for await (const chunk of unpacking as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (head.length < endBytes) head = Buffer.concat([head, chunk.subarray(0, endBytes - head.length)]);
      last.push(chunk);
      lastBytes += chunk.length;
      while (lastBytes - (last[0]?.length ?? 0) >= endBytes) lastBytes -= last.shift()?.length ?? 0;
      if (bytes > mostUnpackedBytes) throw new RangeError("too long to be unpacked for its end");
    }
  } catch {
    isWhole = false;
    last = [];
  }
  const tail = bytes <= endBytes ? head : Buffer.concat(last).subarray(-endBytes);
  return { head, tail, isWhole };
}

async function readAt(file: FileHandle, position: number, bytes: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(bytes);
  const { bytesRead } = await file.read(buffer, 0, bytes, position);
  return buffer.subarray(0, bytesRead);
}

/** A line that was cut is left out. */
function splitWholeLines(bytes: Buffer, { fromStart, toEnd }: { fromStart: boolean; toEnd: boolean }) {
  const lines = bytes.toString("utf8").split("\n");
  if (!fromStart) lines.shift();
  if (!toEnd) lines.pop();
  return lines.filter((line) => line !== "");
}
