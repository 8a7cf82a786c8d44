// What every way of getting a server needs to know.
import type { Clock } from "../kit/clock.ts";
import type { Log } from "../kit/log.ts";
import type { ChildProcessHandle } from "../process/child.ts";
import type { CodexBinary } from "../process/find-codex.ts";
import type { ServiceScope } from "../process/service-scope.ts";

/** Enough to join the person's server or to start a child; see ServerContext for what a private server needs besides. */
export interface ConnectionContext {
  codexHome: string;
  clock: Clock;
  log: Log;
  clientVersion: string;
  /** Throws `codex-not-found`, `codex-too-old`, `codex-unusable`. */
  findCodex(signal: AbortSignal): Promise<CodexBinary>;
  /** The environment for a server that we start: the login shell's, never the gateway's. */
  buildEnv(signal: AbortSignal): Promise<Record<string, string>>;
  /** Hears of a child over stdio as soon as it runs, for what it leaves behind: exit code, last words. */
  onChild?(child: ChildProcessHandle): void;
}

export interface ServerContext extends ConnectionContext {
  place: string;
  /** Of the private server alone: shared by all processes of the user, removed with the server. */
  directory: string;
  /** Command that exits 0 when no turn runs on the server whose socket path is appended. */
  idleCheck: readonly string[];
  /** Where a service manager runs us: by what a server is put out of its reach. Absent where nobody asks. */
  findScope?(signal: AbortSignal): Promise<ServiceScope>;
}

/**
 * Without a state database Codex reads every rollout inside `initialize` (19 s for 10,000 sessions were measured), and a
 * server that is killed meanwhile blocks every later start for 15 minutes: so we wait, and never kill.
 */
export const initializeDeadlineMs = 15 * 60_000;
