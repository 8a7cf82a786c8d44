// Who uses a detached server: each connection to it has an owner file, which the keeper reads; see keeper.ts.

import { rmSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { nanoid } from "nanoid";
import type { Disposer } from "../kit/clock.ts";
import { readRegularFile } from "../kit/regular-file.ts";
import { isSameProcess, type ProcessIdentity, readProcessIdentity } from "./identity.ts";
import { writeOwnerFile } from "./keeper.ts";

/** Until the returned function is called, or this process is gone, the server of `ownerFile` is in use. */
export async function addOwner(ownerFile: string): Promise<Disposer> {
  const own = await readProcessIdentity(process.pid);
  if (!own) return () => {};
  const path = `${ownerFile}.${own.pid}-${nanoid(6)}`;
  await writeOwnerFile(path, own);
  return () => rmSync(path, { force: true });
}

/** Whether a living process other than this one uses it. Forgets those that are gone. */
export async function hasOtherOwner(ownerFile: string): Promise<boolean> {
  const begin = `${basename(ownerFile)}.`;
  const names = (await readdir(dirname(ownerFile))).filter((name) => name.startsWith(begin));
  const owners = await Promise.all(names.map((name) => isOther(join(dirname(ownerFile), name))));
  return owners.includes(true);
}

async function isOther(path: string): Promise<boolean> {
  const owner = parseOwner((await readRegularFile(path).catch(() => "")).toString());
  if (owner?.pid === process.pid) return false;
  if (owner && (await isSameProcess(owner))) return true;
  await rm(path, { force: true });
  return false;
}

/** One line: pid, blank, start. */
function parseOwner(text: string): ProcessIdentity | undefined {
  const [line = ""] = text.split("\n");
  const blank = line.indexOf(" ");
  const pid = Number(line.slice(0, blank));
  return pid > 0 ? { pid, startedAt: line.slice(blank + 1) } : undefined;
}
