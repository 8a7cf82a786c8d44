// What may be said of a path without printing it.
import { posix, win32 } from "node:path";
import { fingerprint } from "./text.ts";

export interface PathSummary {
  /** A path was given at all; not whether something is there on disk. */
  present: boolean;
  absolute: boolean;
  basename: string;
  /** Number of segments, at `/` or `\`. */
  depth: number;
  fingerprint: string | undefined;
  valuePrinted: false;
}

/** Parity S2-82: the last part, the depth and a fingerprint, never the path. */
export function buildPathSummary(path: string | undefined): PathSummary {
  const text = path ?? "";
  const segments = text.split(/[\\/]+/).filter((segment) => segment !== "");
  return {
    present: text !== "",
    absolute: posix.isAbsolute(text) || win32.isAbsolute(text),
    basename: segments.at(-1) ?? "",
    depth: segments.length,
    fingerprint: text === "" ? undefined : fingerprint(text),
    valuePrinted: false,
  };
}
