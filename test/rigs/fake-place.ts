// A place whose servers are fake app-servers in memory: ours, and the person's, which listens when the test says so.
import { CodexClient, type ServerKind } from "../../src/codex/codex-client.ts";
import { PlaceServers, type ServerMode } from "../../src/codex/place-servers.ts";
import { Threads } from "../../src/codex/threads.ts";
import type { BridgeError } from "../../src/errors.ts";
import type { Clock } from "../../src/kit/clock.ts";
import { silentLog } from "../../src/kit/log.ts";
import { FakeAppServer } from "./fake-app-server.ts";

export interface FakePlaceOptions {
  clock: Clock;
  mode?: ServerMode;
  own?: FakeAppServer;
}

export class FakePlace {
  readonly own: FakeAppServer;
  readonly person = new FakeAppServer();
  readonly servers: PlaceServers;
  readonly threads: Threads;
  personListens = false;
  personComes = false;
  /** Connection attempts to our server fail with this. */
  refusal: BridgeError | undefined;
  opened = 0;
  stopped = 0;

  constructor({ clock, mode = "socket", own = new FakeAppServer() }: FakePlaceOptions) {
    this.own = own;
    const connect = (server: FakeAppServer, kind: ServerKind, signal: AbortSignal) => {
      signal.throwIfAborted();
      this.opened += 1;
      return openFakeClient(server, clock, kind, signal);
    };
    this.servers = new PlaceServers("here", mode, {
      hasSockets: true,
      isPersonComing: async () => this.personComes,
      isPersonListening: async () => this.personListens,
      attach: (signal) => connect(this.person, "attached", signal),
      openPrivate: async (signal) => {
        if (this.refusal) throw this.refusal;
        return connect(this.own, "private", signal);
      },
      openStdio: (signal) => connect(this.own, "stdio", signal),
      stopPrivate: async (client) => {
        this.stopped += 1;
        await client.close();
        return true;
      },
    });
    this.threads = new Threads({ servers: this.servers, clock, log: silentLog });
  }
}

export function openFakeClient(
  server: FakeAppServer,
  clock: Clock,
  kind: ServerKind = "private",
  signal?: AbortSignal,
): Promise<CodexClient> {
  return CodexClient.open({
    transport: server.connect(),
    ...{ kind, clock, log: silentLog, clientVersion: "0", initializeDeadlineMs: 60_000, signal },
  });
}
