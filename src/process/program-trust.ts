// Whether a program is one that only this user and the system's administrators can have put where it is. What a workspace
// holds, a turn may have written; what others can write, others may have.
import { lstat, readlink, realpath, stat } from "node:fs/promises";
import { userInfo } from "node:os";
import { dirname, parse, resolve } from "node:path";
import { findRealPlace, isIn, listAbove, type RealPlace } from "../kit/real-place.ts";
import { readRegularFileSync } from "../kit/regular-file.ts";
import { readHomes } from "./user-directory.ts";

interface Step {
  at: string;
  /** As in real-place.ts. */
  id: string;
  uid: number;
  gid: number;
  mode: number;
  /** Who made the entry itself, which may be a link. */
  madeBy: number;
  isLink: boolean;
}

/** As many links as Linux follows. */
const mostLinks = 40;
const sticky = 0o1000;

/** Folders that turns may write; one that holds a whole home is where everybody's programs are, and tells nothing. */
export async function findWorkspaces(folders: readonly string[]): Promise<RealPlace[]> {
  const homes = await Promise.all(readHomes().map(findRealPlace));
  const places = await Promise.all(folders.map(findRealPlace));
  return places.filter(
    (place) =>
      place.exists && parse(place.path).root !== place.path && !homes.some((home) => isIn(home, place)),
  );
}

/**
 * Why a program is not to be trusted, in words; undefined when it is. Its own path counts, and each link on the way to the
 * file that would be started, with all folders above them.
 */
export async function findDistrust(
  program: string,
  workspaces: readonly RealPlace[],
  platform: NodeJS.Platform = process.platform,
): Promise<string | undefined> {
  const hasOthers = buildGroupCheck();
  for (const path of await listPaths(program)) {
    const steps = (await Promise.all(listAbove(path).map(({ at }) => readStep(at)))).flat();
    const workspace = workspaces.find(({ ids: [own] }) => steps.some(({ id }) => id === own));
    if (workspace) return `it is in the workspace ${workspace.path}`;
    const open = platform === "win32" ? undefined : findOpen(steps, hasOthers);
    if (open !== undefined) return `others can write ${open}`;
  }
  return undefined;
}

/** The path as it is written, where each link leads, and the end without any link. */
async function listPaths(program: string): Promise<string[]> {
  const paths = new Set([program]);
  let at = program;
  while (paths.size < mostLinks) {
    const target = await readlink(at).catch(() => undefined);
    if (target === undefined) break;
    at = resolve(await realpath(dirname(at)).catch(() => dirname(at)), target);
    if (paths.has(at)) break;
    paths.add(at);
  }
  const end = await realpath(program).catch(() => undefined);
  return [...paths, ...(end === undefined ? [] : [end])];
}

async function readStep(at: string): Promise<Step[]> {
  try {
    const [{ dev, ino, uid, gid, mode }, entry] = await Promise.all([stat(at, { bigint: true }), lstat(at)]);
    const rights = { uid: Number(uid), gid: Number(gid), mode: Number(mode) };
    return [{ at, id: `${dev}:${ino}`, ...rights, madeBy: entry.uid, isLink: entry.isSymbolicLink() }];
  } catch {
    return [];
  }
}

/** The first of them that others can write, nearest first. */
function findOpen(steps: readonly Step[], hasOthers: (gid: number) => boolean): string | undefined {
  const isOpen = ({ uid, gid, mode }: Step) =>
    !isOurs(uid) || (mode & 0o002) !== 0 || ((mode & 0o020) !== 0 && hasOthers(gid));
  for (const [index, step] of steps.entries()) {
    // The rights of a link are those of its folder.
    if ((index === 0 && step.isLink) || !isOpen(step)) continue;
    // In a folder like /tmp others can add entries, and cannot replace one of ours: that does for a folder, not for a
    // program, which may have been theirs.
    const isSticky = (step.mode & sticky) !== 0 && isOurs(step.uid);
    if (isSticky && index > 1 && isOurs(steps[index - 1]?.madeBy ?? -1)) continue;
    return step.at;
  }
  return undefined;
}

function isOurs(uid: number): boolean {
  return uid === 0 || uid === process.getuid?.();
}

/**
 * Whether a group has somebody else in it than this user and root. Many systems give each user a group of their own, and
 * let it write. Read from the system's lists once, when it is asked for; a group that is not in them may have anybody in it.
 */
function buildGroupCheck(): (gid: number) => boolean {
  let members: Map<number, Set<string>> | undefined;
  return (gid) => {
    // Those of root's group, and of macOS's admin, are administrators, who can write everywhere.
    if (gid === 0 || (process.platform === "darwin" && gid === 80)) return false;
    members ??= readMembers();
    const names = members.get(gid);
    return names === undefined || [...names].some((name) => name !== "root" && name !== readUserName());
  };
}

function readMembers(): Map<number, Set<string>> {
  const members = new Map<number, Set<string>>();
  for (const [, , gid, names = ""] of readFields("/etc/group")) {
    members.set(Number(gid), new Set(names.split(",").filter((name) => name !== "")));
  }
  for (const [name = "", , , gid] of readFields("/etc/passwd")) members.get(Number(gid))?.add(name);
  return members;
}

function readFields(file: string): string[][] {
  try {
    return readRegularFileSync(file)
      .split("\n")
      .map((line) => line.split(":"));
  } catch {
    return [];
  }
}

function readUserName(): string {
  try {
    return userInfo().username;
  } catch {
    return "";
  }
}
