// This machine as an OpenClaw node: what its commands share. No service starts in a node host, so the first command
// opens it, and after the last it is closed again.
import { homedir } from "node:os";
import { join } from "node:path";
import { buildServerContext } from "../../codex/build-server-context.ts";
import { PlaceServers } from "../../codex/place-servers.ts";
import { buildServerOpeners } from "../../codex/server-openers.ts";
import { chooseCodexHome } from "../../config/codex-home.ts";
import { parseSettings } from "../../config/parse-settings.ts";
import { readServerMode } from "../../config/server-mode.ts";
import { BridgeError } from "../../errors.ts";
import { type Clock, systemClock } from "../../kit/clock.ts";
import type { Log } from "../../kit/log.ts";
import type { SessionRow } from "../../nodes/list-sessions-command.ts";
import { buildNodeContext, type NodeContext } from "../../nodes/node-context.ts";
import type { SessionExec } from "../../nodes/resume-session-command.ts";
import type { Session } from "../../sessions/read-session.ts";
import { SessionFiles } from "../../sessions/session-files.ts";
import { lockStateDirectory } from "../../store/state-lock.ts";
import { readVersion } from "../../version.ts";
import { buildNodeExec } from "./node-exec.ts";
import type { PluginApi } from "./sdk.ts";

export interface OpenNode {
  context: NodeContext;
  codexHome: string;
  exec?: SessionExec;
  close(): void;
}

export class NodeHost {
  readonly #open: () => OpenNode;
  #node: OpenNode | undefined;
  #running = 0;
  #connections = 0;

  constructor(open: () => OpenNode) {
    this.#open = open;
  }

  get isBusy(): boolean {
    return this.#running > 0;
  }

  /** The connection to the gateway is gone. */
  lose(): void {
    this.#connections += 1;
  }

  /** `isConnected`: whether the connection that the command came by is still there. Throws what opening throws. */
  async run<T>(work: (node: OpenNode, isConnected: () => boolean) => Promise<T>): Promise<T> {
    const connection = this.#connections;
    this.#node ??= this.#open();
    this.#running += 1;
    try {
      return await work(this.#node, () => this.#connections === connection);
    } finally {
      this.#running -= 1;
      if (this.#running === 0) {
        this.#node.close();
        this.#node = undefined;
      }
    }
  }
}

/** Throws `settings-invalid`, and what opening the state throws. */
export function openNode(api: PluginApi, log: Log): OpenNode {
  const settings = parseSettings(api.pluginConfig);
  const clock = systemClock;
  const version = readVersion();
  const codexHome = chooseCodexHome(settings.codexHome, process.env, homedir());
  const stateDirectory = join(api.runtime.state.resolveStateDir(), "codex-threads-node");
  const lock = lockStateDirectory(stateDirectory, clock);
  try {
    const server = buildServerContext({
      ...{ settings, codexHome, env: process.env, home: homedir(), clock, log },
      clientVersion: version,
      idleCheck: [process.execPath, join(api.rootDir ?? "", "dist", "codex-threads.js"), "is-idle"],
    });
    const openers = buildServerOpeners(server);
    const context = buildNodeContext({
      ...{ settings, codexHome, stateDirectory, clock, log, version },
      buildServers: () => new PlaceServers(server.place, readServerMode(settings), openers),
    });
    return {
      context,
      codexHome,
      ...(settings.nodeExec ? { exec: buildNodeExec(settings, server) } : {}),
      close: () => lock.release(),
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** Without a server, however many sessions there are; see sessions/. Throws `cancelled`. */
export async function listRows(
  codexHome: string,
  { limit, filter = "" }: { limit: number; filter?: string },
  signal: AbortSignal,
): Promise<SessionRow[]> {
  const wanted = filter.toLowerCase();
  const fits = ({ sessionId, cwd, lastMessage, subAgent }: Session) =>
    !subAgent && [sessionId, cwd, lastMessage].some((text) => (text ?? "").toLowerCase().includes(wanted));
  const { sessions } = await new SessionFiles(codexHome).read({ limit, filter: fits, signal });
  return sessions.map(({ sessionId, updatedAt, lastMessage, cwd, sessionFile }) => ({
    sessionId,
    updatedAt: new Date(updatedAt).toISOString(),
    ...(lastMessage === undefined ? {} : { lastMessage }),
    ...(cwd === undefined ? {} : { cwd }),
    sessionFile,
    messageCount: 0,
  }));
}

/**
 * The host aborts a call's signal first and tells of the lost connection afterwards, in the same macrotask (OpenClaw
 * 2026.9.6): passed on so late, an abort finds it known.
 */
export function deferAbort(signal: AbortSignal | undefined, clock: Clock): AbortSignal {
  const late = new AbortController();
  const cancelled = new BridgeError("cancelled", "the call was cancelled");
  const onAbort = () => clock.after(0, () => late.abort(cancelled));
  if (signal?.aborted) onAbort();
  signal?.addEventListener("abort", onAbort, { once: true });
  return late.signal;
}
