// Which CODEX_HOME a host inside OpenClaw works in.
import { join } from "node:path";

/** The setting, else the environment's, else the usual one below `home`; what is blank is not set (parity S0-19). */
export function chooseCodexHome(setting: string | undefined, env: NodeJS.ProcessEnv, home: string): string {
  return setting ?? (env.CODEX_HOME?.trim() || join(home, ".codex"));
}
