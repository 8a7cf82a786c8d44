// What servers of one CODEX_HOME of this machine need, made from the settings and the environment.
import { realpathSync } from "node:fs";
import { join } from "node:path";
import type { Settings } from "../config/settings.ts";
import { fingerprint } from "../kit/text.ts";
import { findCodex } from "../process/find-codex.ts";
import { buildServerEnv, readLoginEnv } from "../process/login-env.ts";
import { findServiceScope } from "../process/service-scope.ts";
import { buildUserDirectory } from "../process/user-directory.ts";
import type { ServerContext } from "./server-context.ts";

export interface ServerContextOptions
  extends Pick<ServerContext, "codexHome" | "clock" | "log" | "clientVersion" | "idleCheck"> {
  settings: Pick<Settings, "codexBinary" | "passEnv" | "nodeRoots" | "folder">;
  /** Folders of threads, besides those of the settings and the working directory of this process. */
  listWorkspaces?(): readonly string[];
  /** Of the process we live in. */
  env: Readonly<NodeJS.ProcessEnv>;
  /** The person's. */
  home: string;
  /** Hears what a server is about to get, before it is started. */
  onEnv?: ((env: Readonly<Record<string, string>>) => void) | undefined;
}

export function buildServerContext({
  settings,
  env,
  home,
  listWorkspaces,
  onEnv,
  ...given
}: ServerContextOptions): ServerContext {
  const { codexHome, clock, log } = given;
  const setting = settings.codexBinary === undefined ? {} : { setting: settings.codexBinary };
  return {
    ...given,
    place: `local:${codexHome}`,
    directory: buildServerDirectory(buildUserDirectory(env, home), codexHome),
    findCodex: async (signal) => {
      const { folder, nodeRoots } = settings;
      const named = [...(folder === undefined ? [] : [folder]), ...nodeRoots];
      const workspaces = [process.cwd(), ...named, ...(listWorkspaces?.() ?? [])];
      const codex = await findCodex({ ...setting, env, workspaces, signal });
      for (const skipped of codex.skipped ?? []) log.warn(`not taken for codex: ${skipped}`);
      if (codex.doubt) log.warn(`the program of the setting codexBinary: ${codex.doubt}`);
      return codex;
    },
    findScope: (signal) => findServiceScope({ env, clock, signal }),
    buildEnv: async (signal) => {
      const login = await readLoginEnv({ env, clock, signal });
      if (login.note) log.warn(login.note);
      const serverEnv = buildServerEnv({
        login: login.env,
        passEnv: settings.passEnv,
        codexHome,
        ownEnv: env,
      });
      onEnv?.(serverEnv);
      return serverEnv;
    },
  };
}

/** One for each CODEX_HOME, by whatever path it is named. */
export function buildServerDirectory(userDirectory: string, codexHome: string): string {
  return join(userDirectory, "servers", fingerprint(findRealPath(codexHome)));
}

function findRealPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
