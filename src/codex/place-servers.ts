// Which app-server serves a place now: the person's own where it listens, else ours. Connects once for many callers.
import { BridgeError, isBridgeError } from "../errors.ts";
import { SingleFlight } from "../kit/single-flight.ts";
import type { CodexClient } from "./codex-client.ts";

export type ServerMode = "auto" | "attach" | "socket" | "stdio";

/** The ways to get a connection; each is a file of its own beside this one. */
export interface ServerOpeners {
  /** Whether a trusted socket of the person accepts connections now; throws `socket-untrusted` for one that is not theirs. */
  isPersonListening(): Promise<boolean>;
  /** Whether the person's server is just being started. */
  isPersonComing(): Promise<boolean>;
  attach(signal: AbortSignal): Promise<CodexClient>;
  openPrivate(signal: AbortSignal): Promise<CodexClient>;
  openStdio(signal: AbortSignal): Promise<CodexClient>;
  /** Stops our private server unless a turn runs on it; true when it is gone. */
  stopPrivate(client: CodexClient, ownThreads: number, patienceMs?: number): Promise<boolean>;
  /** False on Windows and for servers that cannot listen on a socket. */
  hasSockets: boolean;
}

export interface PlaceStatus {
  mode: ServerMode;
  connected?: { kind: CodexClient["kind"]; version: string; instance: string };
  /** Why something else than expected serves the place, e.g. a socket that is not trusted. */
  note?: string;
  /** Why a child serves it, and not a private server as usual. */
  ownNote?: string;
}

/** What nobody follows any more is unloaded after a second; see load-thread.ts. */
const unloadLimitMs = 2_000;

export class PlaceServers {
  readonly place: string;
  readonly mode: ServerMode;
  readonly #openers: ServerOpeners;
  readonly #closing = new AbortController();
  readonly #connecting = new SingleFlight<CodexClient>();
  #attached: CodexClient | undefined;
  #own: CodexClient | undefined;
  #note: string | undefined;
  #ownNote: string | undefined;

  constructor(place: string, mode: ServerMode, openers: ServerOpeners) {
    this.place = place;
    this.mode = mode;
    this.#openers = openers;
  }

  /** A connected client, opened when needed. Throws setup, process and wire errors, and `cancelled`. */
  async pick(signal?: AbortSignal): Promise<CodexClient> {
    if (signal?.aborted) throw new BridgeError("cancelled", "cancelled before connecting");
    const known = await this.#findOpen();
    if (known) return known;
    const connecting = this.#connecting.run(() => this.#connect(this.#closing.signal));
    return signal ? raceAbort(connecting, signal) : connecting;
  }

  /** Whether `pick` would start no server of ours: one is connected, or the person's own is to be joined. */
  async isRunning(): Promise<boolean> {
    return (
      this.mode === "attach" || (await this.#findOpen()) !== undefined || (await this.isPersonListening())
    );
  }

  /** In mode `auto`: whether the person's own server is there to be joined. */
  async isPersonListening(): Promise<boolean> {
    if (this.mode !== "auto") return false;
    if (this.#attached?.isOpen) return true;
    try {
      const isListening = await this.#openers.isPersonListening();
      this.#note = undefined;
      return isListening;
    } catch (error) {
      this.#note = error instanceof Error ? error.message : String(error);
      return false;
    }
  }

  /** In mode `auto`: the person's server is there, or their terminal is just opening. */
  async isPersonNear(): Promise<boolean> {
    return (
      this.mode === "auto" && ((await this.#openers.isPersonComing()) || (await this.isPersonListening()))
    );
  }

  /**
   * Stops our private server, unless a turn runs on it or it has other threads than the `ownThreads` that we hold there.
   * It comes back when it is needed.
   */
  async stopOwn(ownThreads: number, patienceMs = 0): Promise<boolean> {
    const own = this.#own;
    if (own?.kind !== "private" || !own.isOpen) return false;
    return this.#openers.stopPrivate(own, ownThreads, patienceMs);
  }

  status(): PlaceStatus {
    const open = [this.#attached, this.#own].find((client) => client?.isOpen);
    return {
      mode: this.mode,
      ...(open ? { connected: { kind: open.kind, version: open.version, instance: open.instance } } : {}),
      ...(this.#note ? { note: this.#note } : {}),
      ...(this.#ownNote ? { ownNote: this.#ownNote } : {}),
    };
  }

  /** Leaves the person's server; stops ours unless it is still needed: a turn or a command of a turn runs on it. */
  async close({ ownThreads }: { ownThreads?: number }): Promise<void> {
    this.#closing.abort(new BridgeError("cancelled", "closing"));
    // Joins a connection attempt that is under way; its own abort ends it.
    if (this.#connecting.running) await this.#connecting.run(refuse).catch(() => {});
    if (ownThreads !== undefined) await this.stopOwn(ownThreads, unloadLimitMs);
    await this.#own?.close();
    await this.#attached?.close();
  }

  async #findOpen(): Promise<CodexClient | undefined> {
    if (this.#attached?.isOpen) return this.#attached;
    if (!this.#own?.isOpen) return undefined;
    return (await this.isPersonListening()) ? undefined : this.#own;
  }

  async #connect(signal: AbortSignal): Promise<CodexClient> {
    if (this.mode === "attach" || (await this.isPersonListening())) {
      try {
        this.#attached = await this.#openers.attach(signal);
        return this.#attached;
      } catch (error) {
        // It may have gone again in this very moment.
        if (this.mode === "attach" || !isBridgeError(error, "mode-unavailable", "connection-lost"))
          throw error;
      }
    }
    if (this.#own?.isOpen) return this.#own;
    const sockets = this.mode === "socket" || (this.mode === "auto" && this.#openers.hasSockets);
    this.#own = sockets ? await this.#openBySocket(signal) : await this.#openers.openStdio(signal);
    return this.#own;
  }

  /** In mode `auto` by a child where somebody else sits on the directory of the sockets. */
  async #openBySocket(signal: AbortSignal): Promise<CodexClient> {
    this.#ownNote = undefined;
    try {
      return await this.#openers.openPrivate(signal);
    } catch (error) {
      if (this.mode !== "auto" || !isBridgeError(error, "socket-untrusted")) throw error;
      const client = await this.#openers.openStdio(signal);
      this.#ownNote = error.message;
      return client;
    }
  }
}

async function refuse(): Promise<never> {
  throw new BridgeError("cancelled", "closing");
}

function raceAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const onAbort = () => reject(new BridgeError("cancelled", "cancelled while connecting"));
  if (signal.aborted) onAbort();
  signal.addEventListener("abort", onAbort, { once: true });
  work.then(resolve, reject);
  return promise.finally(() => signal.removeEventListener("abort", onAbort));
}
