// A place on the real Codex for contract tests: our servers and threads over one transport, in a throw-away home.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { createConnection } from "node:net";
import { dirname, join } from "node:path";
import * as z from "zod";
import type { CodexClient } from "../../src/codex/codex-client.ts";
import { buildPersonSocketPath } from "../../src/codex/person-server.ts";
import { PlaceServers, type ServerMode } from "../../src/codex/place-servers.ts";
import { isServerIdle } from "../../src/codex/private-server.ts";
import type { ServerContext } from "../../src/codex/server-context.ts";
import { buildServerOpeners } from "../../src/codex/server-openers.ts";
import { findServerRecord, type ServerRecord } from "../../src/codex/server-record.ts";
import { type ThreadHold, Threads } from "../../src/codex/threads.ts";
import type { ScriptedModel } from "../../src/demo/scripted-model.ts";
import { systemClock } from "../../src/kit/clock.ts";
import { silentLog } from "../../src/kit/log.ts";
import { isSameProcess } from "../../src/process/identity.ts";
import { BareClient } from "./bare-client.ts";
import { findCodexBinary } from "./codex-binary.ts";
import { type CodexHome, type CodexHomeOptions, makeCodexHome } from "./codex-home.ts";
import { FakeClock } from "./fake-clock.ts";
import { until } from "./until.ts";

export const { version: codexVersion } = createRequire(import.meta.url)("@openai/codex/package.json") as {
  version: string;
};

/** How our side reaches its server; the person's own server is started for "attached". */
export type TransportName = "stdio" | "private" | "attached";
export const transports: readonly TransportName[] = ["stdio", "private", "attached"];
/** Those whose server a second client can join. */
export const sharedTransports: readonly TransportName[] = ["private", "attached"];

const modes: Record<TransportName, ServerMode> = { stdio: "stdio", private: "socket", attached: "attach" };

/** Our side as one process would build it. */
export interface OurSide {
  servers: PlaceServers;
  threads: Threads;
  /** Moves the times of `threads` and of turn inboxes; servers and wires live by the system's clock. */
  clock: FakeClock;
}

export interface PersonServer {
  socketPath: string;
  pid: number;
  /** Ends it at once and waits. */
  kill(): Promise<void>;
}

export class TestPlace implements OurSide {
  readonly home: CodexHome;
  readonly context: ServerContext;
  readonly clock = new FakeClock();
  readonly servers: PlaceServers;
  readonly threads: Threads;
  readonly #sides: OurSide[] = [];
  readonly #clients: BareClient[] = [];
  readonly #persons: PersonServer[] = [];

  private constructor(home: CodexHome, mode: ServerMode) {
    this.home = home;
    this.context = {
      place: "test",
      codexHome: home.codexHome,
      directory: join(dirname(home.codexHome), "state", "servers", "test"),
      clock: systemClock,
      log: silentLog,
      clientVersion: "0.0.0",
      findCodex: async () => ({ path: findCodexBinary(), version: codexVersion, source: "setting" }),
      buildEnv: async () => home.env,
      idleCheck: ["/bin/sh", "-c", "exit 0"],
    };
    const { servers, threads } = this.openSide(mode);
    this.servers = servers;
    this.threads = threads;
  }

  static async open(
    model: Pick<ScriptedModel, "url">,
    transport: TransportName | "auto",
    options: Omit<CodexHomeOptions, "modelUrl"> = {},
  ): Promise<TestPlace> {
    const home = makeCodexHome({ modelUrl: model.url, ...options });
    const place = new TestPlace(home, transport === "auto" ? "auto" : modes[transport]);
    if (transport === "attached") await place.startPersonServer();
    return place;
  }

  /** Our side once more, as after a restart of our process: same records, nothing else in common. */
  openSide(mode: ServerMode = this.servers.mode): OurSide {
    const { clock } = this;
    const servers = new PlaceServers("test", mode, buildServerOpeners(this.context));
    const side = { servers, threads: new Threads({ servers, clock, log: silentLog }), clock };
    this.#sides.push(side);
    return side;
  }

  /** The server that the person's terminal starts: `codex app-server --listen unix://` on the usual path. */
  async startPersonServer(): Promise<PersonServer> {
    const { env, workFolder, codexHome } = this.home;
    const child = spawn(findCodexBinary(), ["app-server", "--listen", "unix://"], {
      env,
      cwd: workFolder,
      stdio: "ignore",
    });
    const exited = once(child, "exit");
    await once(child, "spawn");
    const socketPath = buildPersonSocketPath(codexHome);
    const kill = async () => {
      child.kill("SIGKILL");
      await exited;
    };
    const person = { socketPath, pid: child.pid ?? 0, kill };
    this.#persons.push(person);
    await until(() => accepts(socketPath));
    return person;
  }

  /** A second client on the server that serves us now. */
  async joinServer(): Promise<BareClient> {
    const client = await this.servers.pick();
    const path =
      client.kind === "attached" ? buildPersonSocketPath(this.home.codexHome) : this.record().socketPath;
    return this.#own(await BareClient.overSocket(path));
  }

  /** Another process with a server of its own on the same home. */
  async startOtherProcess(): Promise<BareClient> {
    return this.#own(await BareClient.overStdio(this.home.env, this.home.workFolder));
  }

  /** Our private server as it is written down. */
  record(): ServerRecord {
    const found = findServerRecord(this.context.directory);
    if (!found) throw new Error("no private server is recorded");
    return found;
  }

  isIdle(): Promise<boolean> {
    return isServerIdle(this.context, this.record().socketPath);
  }

  /** kill -9 of our private server; resolves when our connection knows it. */
  async killServer(): Promise<void> {
    const client = await this.servers.pick();
    process.kill(this.record().pid, "SIGKILL");
    await client.closed;
  }

  startThread(options: { cwd?: string; approvalPolicy?: string } = {}): Promise<ThreadHold> {
    return this.threads.start({ cwd: this.home.workFolder, approvalPolicy: "on-request", ...options });
  }

  async close(): Promise<void> {
    for (const client of this.#clients) await client.close();
    for (const { servers } of this.#sides) await servers.close({ ownThreads: Number.MAX_SAFE_INTEGER });
    for (const person of this.#persons) await person.kill();
    const left = findServerRecord(this.context.directory);
    if (left && (await isSameProcess(left))) process.kill(left.pid, "SIGKILL");
    this.home.remove();
  }

  #own(client: BareClient): BareClient {
    this.#clients.push(client);
    return client;
  }
}

/** Sends a request that our rooms have no word for. */
export function ask(client: CodexClient, method: string, params: Record<string, unknown>): Promise<unknown> {
  return client.request(method, params, anything);
}

const anything = z.unknown();

function accepts(path: string): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = createConnection(path, () => resolve(true));
  socket.on("error", () => resolve(false));
  return promise.finally(() => socket.destroy());
}
