// Where Codex may work: a folder that exists and is nobody's whole home.
import { realpath, stat } from "node:fs/promises";
import { isAbsolute, relative, resolve, sep } from "node:path";
import { BridgeError } from "../errors.ts";
import { expandHome } from "../kit/expand-home.ts";

export interface FolderRules {
  /** The person's home. */
  home: string;
  codexHome: string;
  stateDirectory: string;
  /** What a relative path is relative to. */
  base: string;
}

/**
 * The real path of a folder for a new thread; a leading `~` is the person's home. Throws `folder-missing`, `folder-not-a-directory`, and
 * `folder-forbidden` for what holds a whole home (`/` always does), and for CODEX_HOME and our state with all in them.
 */
export async function checkNewFolder(folder: string, rules: FolderRules): Promise<string> {
  const real = await checkFolder(resolve(rules.base, expandHome(folder, rules.home)));
  if (real === resolve("/") || isInside(await realpathOr(rules.home), real)) {
    throw new BridgeError("folder-forbidden", "a whole home or disk", { folder: real, reason: "whole" });
  }
  for (const own of [rules.codexHome, rules.stateDirectory]) {
    if (isInside(real, await realpathOr(own))) {
      throw new BridgeError("folder-forbidden", "inside CODEX_HOME or our state", {
        folder: real,
        reason: "own",
      });
    }
  }
  return real;
}

/** A node judges its folders itself. */
export interface FolderPlace {
  /** The real path there. Throws the errors of `checkFolder`, `node-folder-outside`, wire errors. */
  checkFolder?(folder: string, signal?: AbortSignal): Promise<string>;
}

/** The real path of a folder that must exist on the machine of the place. */
export function checkFolderOf(place: FolderPlace, folder: string): Promise<string> {
  return place.checkFolder ? place.checkFolder(folder) : checkFolder(folder);
}

/** The real path of a folder that must exist. */
export async function checkFolder(folder: string): Promise<string> {
  const [found, real] = await Promise.all([stat(folder).catch(() => undefined), realpathOr(folder)]);
  if (!found) throw new BridgeError("folder-missing", "no such folder", { folder });
  if (!found.isDirectory()) throw new BridgeError("folder-not-a-directory", "not a folder", { folder });
  return real;
}

function realpathOr(path: string): Promise<string> {
  return realpath(path).catch(() => path);
}

function isInside(path: string, parent: string): boolean {
  const way = relative(parent, path);
  return way === "" || !(way === ".." || way.startsWith(`..${sep}`) || isAbsolute(way));
}
