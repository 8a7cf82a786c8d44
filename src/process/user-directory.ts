// The homes of the user of this process, and where all their processes keep what they share: runs, and the private servers.
import { homedir, userInfo } from "node:os";
import { isAbsolute, join, resolve } from "node:path";

/** Absolute; below $XDG_STATE_HOME, else ~/.local/state. `home`: the person's. */
export function buildUserDirectory(env: Readonly<NodeJS.ProcessEnv>, home: string): string {
  const base = env.XDG_STATE_HOME?.trim();
  return join(base ? resolve(base) : join(home, ".local", "state"), "codex-threads");
}

/** The one that the environment names, and the one of the user database: a service often has another in its environment. */
export function readHomes(): string[] {
  const found = [homedir, () => userInfo().homedir].flatMap((read) => {
    try {
      return [read()];
    } catch {
      // A container may run as a user that its user database does not know.
      return [];
    }
  });
  return [...new Set(found)].filter((home) => isAbsolute(home));
}
