// A place as conversations see it: a machine and a CODEX_HOME on it.
import type { PlaceServers } from "../codex/place-servers.ts";
import type { Threads } from "../codex/threads.ts";
import { BridgeError } from "../errors.ts";

export interface Place {
  /** Key of the place in the store. */
  id: string;
  /** What people call it: the machine's name. */
  name: string;
  codexHome: string;
  threads: Threads;
  servers: PlaceServers;
}

export class Places {
  readonly #all: readonly Place[];

  constructor(all: readonly [Place, ...Place[]]) {
    this.#all = all;
  }

  /** The gateway's own machine. */
  get local(): Place {
    return this.#all[0] as Place;
  }

  /** Throws `node-unknown`. */
  get(id: string): Place {
    const found = this.#all.find((place) => place.id === id);
    if (!found) throw new BridgeError("node-unknown", "no such place", { host: id });
    return found;
  }

  /** By the name people type after `--host`. Throws `node-unknown`. */
  getByName(name: string | undefined): Place {
    if (name === undefined || name === "local" || name === "here") return this.local;
    const found = this.#all.find((place) => place.name.toLowerCase() === name.toLowerCase());
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
