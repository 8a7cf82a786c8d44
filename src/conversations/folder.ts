// Where Codex may work on this machine: a folder that exists, is nobody's whole home, and neither belongs to Codex's state
// or ours nor holds it. Looked at anew before each turn: folders are moved, and links put in their place.
import { stat } from "node:fs/promises";
import { parse, resolve } from "node:path";
import { BridgeError } from "../errors.ts";
import { expandHome } from "../kit/expand-home.ts";
import { findRealPlace, isIn, type RealPlace } from "../kit/real-place.ts";

/** What is never a folder of a thread of ours. */
export interface FolderBounds {
  /** The person's home. */
  home: string;
  codexHome: string;
  stateDirectory: string;
}

export interface FolderRules extends FolderBounds {
  /** What a relative path is relative to. */
  base: string;
}

/**
 * The real path of a folder for a new thread; a leading `~` is the person's home. Throws `folder-missing`, `folder-not-a-directory`, and
 * `folder-forbidden` for what holds a whole home (`/` always does), and for CODEX_HOME and our state: these, all in them,
 * and what holds them.
 */
export async function checkNewFolder(folder: string, rules: FolderRules): Promise<string> {
  const place = await findFolder(resolve(rules.base, expandHome(folder, rules.home)));
  await refuseOutOfBounds(place, rules);
  return place.path;
}

/** A node judges its folders itself. */
export interface FolderPlace {
  /** The real path there. Throws the errors of `checkFolder`, `node-folder-outside`, wire errors. */
  checkFolder?(folder: string, signal?: AbortSignal): Promise<string>;
  /** Of this machine; absent for a node. */
  bounds?: FolderBounds;
}

/** The folder of a thread as its binding keeps it. */
export interface BoundFolder {
  /** Its real path when it was bound. */
  cwd: string;
  /** With a sandbox the thread is one of ours: it works in `cwd`, wherever it was moved since. */
  requested: { sandbox?: string };
}

/**
 * The real path of the folder in which a turn will work; `inForce`: as Codex tells it. To be called before each turn.
 * Throws the errors of `checkFolderOf`, `folder-replaced` when a link has taken the folder's place, and for threads of ours
 * `folder-forbidden`.
 */
export async function checkTurnFolder(
  place: FolderPlace,
  bound: BoundFolder,
  inForce: string | undefined,
): Promise<string> {
  const isOurs = bound.requested.sandbox !== undefined;
  const folder = isOurs ? bound.cwd : (inForce ?? bound.cwd);
  const real = await checkFolderOf(place, folder);
  if (real !== bound.cwd && real !== folder) {
    throw new BridgeError("folder-replaced", "a link has taken the folder's place", { folder });
  }
  // Wherever somebody has moved it to: Codex opens it there first.
  if (isOurs && inForce !== undefined && inForce !== folder) await checkFolderOf(place, inForce);
  if (isOurs && place.bounds) await refuseOutOfBounds(await findRealPlace(real), place.bounds);
  return real;
}

/** The real path of a folder that must exist on the machine of the place. */
export function checkFolderOf(place: FolderPlace, folder: string): Promise<string> {
  return place.checkFolder ? place.checkFolder(folder) : checkFolder(folder);
}

/** The real path of a folder that must exist. */
export async function checkFolder(folder: string): Promise<string> {
  return (await findFolder(folder)).path;
}

async function findFolder(folder: string): Promise<RealPlace> {
  const [found, place] = await Promise.all([stat(folder).catch(() => undefined), findRealPlace(folder)]);
  if (!found) throw new BridgeError("folder-missing", "no such folder", { folder });
  if (!found.isDirectory()) throw new BridgeError("folder-not-a-directory", "not a folder", { folder });
  return place;
}

async function refuseOutOfBounds(place: RealPlace, bounds: FolderBounds): Promise<void> {
  const folder = place.path;
  if (folder === parse(folder).root || isIn(await findRealPlace(bounds.home), place)) {
    throw new BridgeError("folder-forbidden", "a whole home or disk", { folder, reason: "whole" });
  }
  for (const own of [bounds.codexHome, bounds.stateDirectory]) {
    const never = await findRealPlace(own);
    const reason = isIn(place, never) ? "own" : "holds";
    if (reason === "own" || isIn(never, place)) {
      throw new BridgeError("folder-forbidden", "CODEX_HOME or our state", { folder, reason });
    }
  }
}
