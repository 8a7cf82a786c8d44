// Where a path really leads. Folders are told apart by device and number, so that neither links nor spelling (letter case,
// Unicode forms, `..`, a slash at the end) hide that one lies in another.
import { type BigIntStats, realpathSync, statSync } from "node:fs";
import { lstat, realpath, stat } from "node:fs/promises";
import { basename, dirname, isAbsolute, join, parse, relative, sep } from "node:path";

export interface RealPlace {
  /** Without links. Of what is not there: in the nearest folder that is. */
  path: string;
  exists: boolean;
  /** Of it and of every folder above it that is there, nearest first. */
  ids: readonly string[];
}

/** Never throws. */
export async function findRealPlace(path: string): Promise<RealPlace> {
  for (const { at, rest } of listAbove(path)) {
    const real = await realpath(at).catch(() => undefined);
    if (real === undefined) continue;
    const stats = listAbove(real).map((above) => stat(above.at, { bigint: true }).catch(() => undefined));
    return build(real, rest, await Promise.all(stats));
  }
  return { path, exists: false, ids: [] };
}

/** Never throws. */
export function findRealPlaceSync(path: string): RealPlace {
  for (const { at, rest } of listAbove(path)) {
    const real = attempt(() => realpathSync.native(at));
    if (real === undefined) continue;
    const stats = listAbove(real).map((above) => attempt(() => statSync(above.at, { bigint: true })));
    return build(real, rest, stats);
  }
  return { path, exists: false, ids: [] };
}

/** Whether it is `parent` or lies in it. */
export function isIn(place: RealPlace, parent: RealPlace): boolean {
  const [id] = parent.ids;
  return parent.exists && id !== undefined ? place.ids.includes(id) : isWritten(place.path, parent.path);
}

/** The same for paths as they are written: nothing is looked at. */
export function isWritten(path: string, parent: string): boolean {
  const way = relative(parent, path);
  return way === "" || !(way === ".." || way.startsWith(`..${sep}`) || isAbsolute(way));
}

/** The first link among the parts of `path` below `base`, which is written in front of it; undefined when there is none. */
export async function findLinkBelow(base: string, path: string): Promise<string | undefined> {
  let at = base;
  for (const name of relative(base, path).split(sep)) {
    at = join(at, name);
    if ((await lstat(at).catch(() => undefined))?.isSymbolicLink()) return at;
  }
  return undefined;
}

/** The first link in an absolute path, but for those beside the root of the disk: they are the system's (`/tmp` of macOS). */
export function findLink(path: string): Promise<string | undefined> {
  const { root } = parse(path);
  const [first = ""] = relative(root, path).split(sep);
  return findLinkBelow(join(root, first), path);
}

/** The path and every folder above it, each with what of the path lies below it. */
export function listAbove(path: string): { at: string; rest: string }[] {
  const all = [];
  for (let at = path, rest = ""; ; rest = join(basename(at), rest), at = dirname(at)) {
    all.push({ at, rest });
    if (dirname(at) === at) return all;
  }
}

function build(real: string, rest: string, stats: (BigIntStats | undefined)[]): RealPlace {
  const ids = stats.flatMap((found) => (found ? [`${found.dev}:${found.ino}`] : []));
  return { path: rest === "" ? real : join(real, rest), exists: rest === "", ids };
}

function attempt<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}
