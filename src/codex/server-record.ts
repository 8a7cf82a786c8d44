// The detached server of a directory, written down so that every process of the user finds it.

import { renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { parseJson } from "../kit/json.ts";
import { readRegularFileSync } from "../kit/regular-file.ts";
import type { ProcessIdentity } from "../process/identity.ts";

export interface ServerRecord extends ProcessIdentity {
  instance: string;
  socketPath: string;
  version: string;
}

const record = z.object({
  instance: z.string(),
  pid: z.number(),
  startedAt: z.string(),
  socketPath: z.string(),
  version: z.string(),
});

/** It may be gone by now. What cannot be read is as good as none. */
export function findServerRecord(directory: string): ServerRecord | undefined {
  try {
    return record.parse(parseJson(readRegularFileSync(buildPath(directory))));
  } catch {
    return undefined;
  }
}

/** In place of what was written before, in one step; by whoever has the lock of the directory. */
export function writeServerRecord(directory: string, server: ServerRecord): void {
  const path = buildPath(directory);
  writeFileSync(`${path}.draft`, JSON.stringify(server), { mode: 0o600 });
  renameSync(`${path}.draft`, path);
}

export function removeServerRecord(directory: string): void {
  rmSync(buildPath(directory), { force: true });
}

function buildPath(directory: string): string {
  return join(directory, "server.json");
}
