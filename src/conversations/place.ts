// A place as conversations see it: a machine and a CODEX_HOME on it.
import type { PlaceServers } from "../codex/place-servers.ts";
import type { Threads } from "../codex/threads.ts";
import { BridgeError } from "../errors.ts";
import type { SessionFiles } from "../sessions/session-files.ts";
import type { PlaceExec } from "./exec-turn.ts";
import type { CarriedFile } from "./file-paths.ts";
import type { FolderPlace } from "./folder.ts";

export interface Place extends FolderPlace {
  /** Key of the place in the store. */
  id: string;
  /** What people call it: the machine's name. */
  name: string;
  /** As whom its servers run, where that is known. */
  user?: string;
  codexHome: string;
  threads: Threads;
  servers: PlaceServers;
  sessions: Pick<SessionFiles, "read" | "readLastWords">;
  /** Only where the setting says so: turns run by `codex exec`, the server is for reading. */
  exec?: PlaceExec;
  /** Another machine, reached over the host's network. */
  isNode?: true;
  /** Only where Codex cannot read this machine's files: see file-paths.ts. */
  carryFile?(file: CarriedFile, signal?: AbortSignal): Promise<string>;
  /** Where our private server listens, if there is one. */
  findSocket?(): string | undefined;
}

export class Places {
  readonly #all: readonly Place[];
  /** Nodes come and go: found by the key of their place. */
  readonly #findNode: (id: string) => Place | undefined;

  constructor(
    all: readonly [Place, ...Place[]],
    findNode: (id: string) => Place | undefined = () => undefined,
  ) {
    this.#all = all;
    this.#findNode = findNode;
  }

  /** The gateway's own machine. */
  get local(): Place {
    return this.#all[0] as Place;
  }

  /** Throws `node-unknown`. */
  get(id: string): Place {
    const found = this.#all.find((place) => place.id === id) ?? this.#findNode(id);
    if (!found) throw new BridgeError("node-unknown", "no such place", { host: id });
    return found;
  }

  /** By the name people type after `--host`, a node by its key only. Throws `node-unknown`. */
  getByName(name: string | undefined): Place {
    if (name === undefined || name === "local" || name === "here") return this.local;
    const found =
      this.#all.find(({ id, name: own }) => id === name || own.toLowerCase() === name.toLowerCase()) ??
      this.#findNode(name);
    if (!found) throw new BridgeError("node-unknown", "no such host", { host: name });
    return found;
  }

  async close(): Promise<void> {
    await Promise.all(
      this.#all.map(async (place) => {
        const ownThreads = place.threads.heldCount;
        const isQuiet = await place.threads.close();
        await place.servers.close(isQuiet ? { ownThreads } : {});
      }),
    );
  }
}
