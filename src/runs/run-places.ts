// The servers and threads that runs live on, one place per CODEX_HOME, opened when they are needed.
import { PlaceServers, type ServerMode, type ServerOpeners } from "../codex/place-servers.ts";
import type { ServerContext } from "../codex/server-context.ts";
import { buildServerOpeners } from "../codex/server-openers.ts";
import { findServerRecord } from "../codex/server-record.ts";
import { Threads } from "../codex/threads.ts";
import type { Clock } from "../kit/clock.ts";
import type { Log } from "../kit/log.ts";
import { isSameProcess } from "../process/identity.ts";
import type { Run } from "./run-store.ts";
import { openSupervised } from "./supervised-server.ts";

export interface RunPlace {
  servers: PlaceServers;
  threads: Threads;
}

export interface RunPlacesOptions {
  mode: ServerMode;
  clock: Clock;
  log: Log;
  /** What it takes to start or join servers of a CODEX_HOME. */
  buildContext(codexHome: string): ServerContext;
  /** The command that runs the supervisor of a server over stdio; see supervisor.ts. */
  supervisor: readonly string[];
}

export class RunPlaces {
  readonly #options: RunPlacesOptions;
  readonly #open = new Map<string, RunPlace>();

  constructor(options: RunPlacesOptions) {
    this.#options = options;
  }

  /** Where new runs of this CODEX_HOME go, and where those at rest are read. */
  get(codexHome: string): RunPlace {
    return this.#getByMode(codexHome, this.#options.mode);
  }

  /** Where the thread of a run is loaded; it may still be on our server while the person's has come up since. */
  async findFor(run: Run, signal?: AbortSignal): Promise<RunPlace> {
    const usual = this.get(run.codexHome);
    if (run.threadId === undefined || !(await usual.servers.isPersonListening())) return usual;
    const server = findServerRecord(this.#options.buildContext(run.codexHome).directory);
    if (!server || !(await isSameProcess(server))) return usual;
    const ours = this.#getByMode(run.codexHome, "socket");
    const isThere = await ours.threads.read(run.threadId, signal).then(
      ({ status }) => status.type !== "notLoaded",
      () => false,
    );
    return isThere ? ours : usual;
  }

  /** Leaves all servers as they are. */
  async close(): Promise<void> {
    for (const { servers, threads } of this.#open.values()) {
      await threads.close();
      await servers.close({});
    }
  }

  #getByMode(codexHome: string, mode: ServerMode): RunPlace {
    const key = `${mode} ${codexHome}`;
    const known = this.#open.get(key);
    if (known) return known;
    const { clock, log } = this.#options;
    const context = this.#options.buildContext(codexHome);
    const servers = new PlaceServers(context.place, mode, this.#buildOpeners(context));
    const place = { servers, threads: new Threads({ servers, clock, log }) };
    this.#open.set(key, place);
    return place;
  }

  #buildOpeners(context: ServerContext): ServerOpeners {
    const { supervisor } = this.#options;
    return {
      ...buildServerOpeners(context),
      // What we have started goes on without us: its keeper ends it when nobody needs it.
      stopPrivate: async () => false,
      openStdio: (signal) => openSupervised(context, supervisor, signal),
    };
  }
}
