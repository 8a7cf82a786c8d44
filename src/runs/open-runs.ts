// Opens the runs of a user, as any process of theirs does: the command line, the terminal host, a gateway.
import { join } from "node:path";
import { buildServerContext } from "../codex/build-server-context.ts";
import { readServerMode } from "../config/server-mode.ts";
import type { Settings } from "../config/settings.ts";
import type { Clock } from "../kit/clock.ts";
import type { Log } from "../kit/log.ts";
import { buildUserDirectory } from "../process/user-directory.ts";
import { type RunPlace, RunPlaces } from "./run-places.ts";
import { RunStore } from "./run-store.ts";
import { Runs } from "./runs.ts";

export interface OpenRunsOptions {
  env: Readonly<NodeJS.ProcessEnv>;
  /** The person's. */
  home: string;
  settings: Pick<Settings, "server" | "codexBinary" | "passEnv" | "nodeRoots" | "folder">;
  version: string;
  clock: Clock;
  log: Log;
  /** The command of this program, whose `is-idle` and `hold-server` are run beside servers. */
  self: readonly string[];
  /** Another machine by the key of its place. Absent: this process reaches none. */
  findNode?(placeId: string): RunPlace | undefined;
}

/** Starts nothing in Codex yet, and writes nothing. */
export function openRuns(options: OpenRunsOptions): Runs {
  const { env, home, settings, version: clientVersion, clock, log, self } = options;
  const idleCheck = [...self, "is-idle"];
  const store = new RunStore(join(buildUserDirectory(env, home), "runs"), clock);
  const places = new RunPlaces({
    mode: readServerMode(settings),
    clock,
    log,
    buildContext: (codexHome) =>
      buildServerContext({
        ...{ settings, env, home, codexHome, clock, log, clientVersion, idleCheck },
        listWorkspaces: () => store.all().map(({ cwd }) => cwd),
      }),
    supervisor: [...self, "hold-server"],
    findNode: (placeId) => options.findNode?.(placeId),
  });
  return new Runs({ store, places, clock });
}
