// Where all processes of a user keep what they share: runs, and the private servers.
import { join, resolve } from "node:path";

/** Absolute; below $XDG_STATE_HOME, else ~/.local/state. `home`: the person's. */
export function buildUserDirectory(env: Readonly<NodeJS.ProcessEnv>, home: string): string {
  const base = env.XDG_STATE_HOME?.trim();
  return join(base ? resolve(base) : join(home, ".local", "state"), "codex-threads");
}
