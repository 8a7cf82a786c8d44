// The servers and threads that runs live on, one place per CODEX_HOME, opened when they are needed; those of other
// machines are the host's.
import { PlaceServers, type ServerMode, type ServerOpeners } from "../codex/place-servers.ts";
import type { ServerContext } from "../codex/server-context.ts";
import { buildServerOpeners } from "../codex/server-openers.ts";
import { findServerRecord } from "../codex/server-record.ts";
import { Threads } from "../codex/threads.ts";
import { BridgeError } from "../errors.ts";
import type { Clock } from "../kit/clock.ts";
import type { Log } from "../kit/log.ts";
import { isSameProcess } from "../process/identity.ts";
import type { Run } from "./run-store.ts";
import { openSupervised } from "./supervised-server.ts";

export interface RunPlace {
  /** Of another machine. */
  name?: string;
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
  /** Another machine, by the key of its place; undefined where this process reaches none. */
  findNode(placeId: string): RunPlace | undefined;
}

type RunStand = Pick<Run, "codexHome" | "host">;

export class RunPlaces {
  readonly #options: RunPlacesOptions;
  readonly #open = new Map<string, RunPlace>();

  constructor(options: RunPlacesOptions) {
    this.#options = options;
  }

  /** Where such new runs go, and where those at rest are read. Throws `run-not-here`. */
  get({ codexHome, host }: RunStand): RunPlace {
    if (!host) return this.#getByMode(codexHome, this.#options.mode);
    const node = this.#options.findNode(host.place);
    if (node) return node;
    throw new BridgeError("run-not-here", "it runs on another machine", { host: host.name });
  }

  /**
   * Where the thread of a run is loaded; it may still be on our server while the person's has come up since.
   * Throws `run-not-here`.
   */
  async findFor(run: Run, signal?: AbortSignal): Promise<RunPlace> {
    const usual = this.get(run);
    if (run.host || run.threadId === undefined || !(await usual.servers.isPersonListening())) return usual;
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
