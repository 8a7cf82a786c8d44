// The server of one run of `codex-threads turn`: the person's own where it listens, else a child that ends with the run;
// and how that child ended.
import { basename } from "node:path";
import { attachToPerson, isPersonListening } from "../../codex/person-server.ts";
import { PlaceServers } from "../../codex/place-servers.ts";
import type { ConnectionContext } from "../../codex/server-context.ts";
import { openStdioServer } from "../../codex/stdio-server.ts";
import { Threads } from "../../codex/threads.ts";
import type { Settings } from "../../config/settings.ts";
import { BridgeError } from "../../errors.ts";
import type { Clock } from "../../kit/clock.ts";
import { buildEnvSummary } from "../../kit/env-summary.ts";
import type { Log } from "../../kit/log.ts";
import { buildPathSummary } from "../../kit/path-summary.ts";
import type { ChildExit, ChildProcessHandle } from "../../process/child.ts";
import { findCodex } from "../../process/find-codex.ts";
import { buildServerEnv, readLoginEnv } from "../../process/login-env.ts";
import { readVersion } from "../../version.ts";
import { waitAtMost } from "./turn-stops.ts";

/** S2-01; the second where the person's server is joined. */
export const protocolLabels = {
  stdio: "codex-app-server-jsonrpc-stdio",
  private: "codex-app-server-jsonrpc-websocket",
  attached: "codex-app-server-jsonrpc-websocket",
} as const;

/** S2-09. */
const trackedNames = [
  ...["CODEX_HOME", "HOME", "PATH", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"],
  ...["http_proxy", "https_proxy", "all_proxy", "no_proxy"],
  ...["OPENAI_API_KEY", "CODEX_API_KEY", "GITHUB_TOKEN", "GH_TOKEN"],
];

/** A child that has not answered yet is not killed; longer than this its end is not waited for either. */
const exitLimitMs = 7_000;
const letGoLimitMs = 5_000;
const stderrShown = 4_000;
// biome-ignore lint/suspicious/noControlCharactersInRegex: a server writes them.
const colours = /\u001b\[[\d;]*m/g;

/** S2-62. */
export type ServerExit = {
  code: number | null;
  signal: NodeJS.Signals | null;
  stderrTail: string;
  stderrBytes: number;
  stderrTruncated: boolean;
};

export interface TurnConnectionOptions {
  codexHome: string;
  settings: Settings;
  env: Readonly<NodeJS.ProcessEnv>;
  /** Where it was started, and where the thread works. */
  workspaces: readonly string[];
  clock: Clock;
  log: Log;
  /** Hears what Codex is about to get, before it is started. */
  onEnv(env: Readonly<Record<string, string>>): void;
}

export class TurnConnection {
  readonly servers: PlaceServers;
  readonly threads: Threads;
  readonly #options: TurnConnectionOptions;
  #child: ChildProcessHandle | undefined;
  #childEnv: Promise<Record<string, string>> | undefined;
  #closing: Promise<ServerExit | undefined> | undefined;

  constructor(options: TurnConnectionOptions) {
    const { clock, log } = options;
    this.#options = options;
    const context = this.#buildContext();
    const noSocket = () =>
      Promise.reject(new BridgeError("mode-unavailable", "no private server for one turn"));
    this.servers = new PlaceServers("turn", "auto", {
      hasSockets: false,
      // One turn makes room by ending.
      isPersonComing: async () => false,
      isPersonListening: () => isPersonListening(context),
      attach: (signal) => attachToPerson(context, signal),
      openStdio: (signal) => openStdioServer(context, signal),
      openPrivate: noSocket,
      stopPrivate: noSocket,
    });
    this.threads = new Threads({ servers: this.servers, clock, log });
  }

  /** S2-52: what is about to be started, without a path or a value. */
  async describe(cwd: string | undefined, signal: AbortSignal): Promise<Record<string, unknown>> {
    const isJoined = await this.servers.isPersonListening();
    const { codexHome, settings, env } = this.#options;
    const folder = buildPathSummary(cwd);
    return {
      protocol: protocolLabels[isJoined ? "attached" : "stdio"],
      runtime: {
        command: isJoined ? null : basename(settings.codexBinary ?? "codex"),
        args: isJoined ? [] : ["app-server"],
        cwd: folder,
        workspace: folder,
        codexHome: buildPathSummary(codexHome),
        env: buildEnvSummary(isJoined ? env : await this.#buildEnv(signal), trackedNames),
        valuesPrinted: false,
      },
    };
  }

  /** Ends the child, or leaves the person's server. Resolves with how the child ended; undefined without a child. */
  close(leaving: AbortSignal): Promise<ServerExit | undefined> {
    this.#closing ??= this.#close(leaving);
    return this.#closing;
  }

  async #close(leaving: AbortSignal): Promise<ServerExit | undefined> {
    const { clock } = this.#options;
    // A child takes its threads with it at once; the person's server wants to be told.
    if (!this.#child) await waitAtMost(clock, this.threads.close(), letGoLimitMs, leaving);
    // A connection that is only being made fails by this, which is no news.
    await this.servers.close({}).catch(() => {});
    if (!this.#child) return undefined;
    const { exited, stderr } = this.#child;
    let exit: ChildExit = { code: null, signal: null };
    const ended = exited.then((known) => {
      exit = known;
    });
    await waitAtMost(clock, ended, exitLimitMs, leaving);
    return {
      ...exit,
      stderrTail: cutBeginning(stderr.text().replace(colours, "")),
      stderrBytes: stderr.totalBytes,
      stderrTruncated: stderr.truncated,
    };
  }

  #buildContext(): ConnectionContext {
    const { codexHome, settings, env, workspaces, clock, log } = this.#options;
    const setting = settings.codexBinary === undefined ? {} : { setting: settings.codexBinary };
    return {
      ...{ codexHome, clock, log, clientVersion: readVersion() },
      findCodex: (signal) => findCodex({ ...setting, env, workspaces, signal }),
      buildEnv: (signal) => this.#buildEnv(signal),
      onChild: (child) => {
        this.#child = child;
      },
    };
  }

  #buildEnv(signal: AbortSignal): Promise<Record<string, string>> {
    this.#childEnv ??= this.#readEnv(signal);
    return this.#childEnv;
  }

  async #readEnv(signal: AbortSignal): Promise<Record<string, string>> {
    const { codexHome, settings, env, clock, log, onEnv } = this.#options;
    const login = await readLoginEnv({ env, clock, signal });
    if (login.note) log.warn(login.note);
    const codexEnv = buildServerEnv({ login: login.env, passEnv: settings.passEnv, codexHome, ownEnv: env });
    onEnv(codexEnv);
    return codexEnv;
  }
}

/** Whole lines where that is possible: of half a secret nobody would know that it is one. */
function cutBeginning(text: string): string {
  return text.length <= stderrShown ? text : text.slice(-stderrShown).replace(/^[^\n]*\n/, "");
}
