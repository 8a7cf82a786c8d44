// JSON-RPC over a message transport, without the `jsonrpc` member, as codex app-server 0.169 speaks it.
// Knows no method: what requests, notifications and errors mean is decided above.
import { BridgeError, toBridgeError } from "../errors.ts";
import type { Clock, Disposer } from "../kit/clock.ts";
import { Listeners } from "../kit/listeners.ts";
import { toWellFormedDeep } from "../kit/text.ts";
import { OutgoingRequests, type RequestOptions } from "./outgoing-requests.ts";
import {
  parseRpcMessage,
  type RpcId,
  type RpcMessage,
  type RpcNotification,
  type RpcRequest,
} from "./rpc-message.ts";
import type { CloseInfo, Transport } from "./transport.ts";

export interface RpcPeerOptions {
  transport: Transport;
  clock: Clock;
  /** Takes one line of text for the log; not yet free of secrets. */
  log?: (text: string) => void;
  /** The server drops requests silently beyond about 128 in its queue. */
  maxInFlight?: number;
  random?: () => number;
}

export interface RpcCounters {
  /** Responses to ids that were never ours. */
  unknownResponses: number;
  /** Responses after the deadline, after an abort, or second ones. */
  lateResponses: number;
  /** Requests sent again because the server was overloaded (-32001). */
  repeatedRequests: number;
  listenerErrors: number;
}

export class RpcPeer {
  /** Resolves once, never rejects. `error` is set when the other side sent something that cannot be read. */
  readonly closed: Promise<CloseInfo>;
  readonly #transport: Transport;
  readonly #log: (text: string) => void;
  readonly #requests: OutgoingRequests;
  readonly #notificationListeners: Listeners<RpcNotification>;
  readonly #requestListeners: Listeners<RpcRequest>;
  readonly #resolveClosed: (info: CloseInfo) => void;
  readonly #counts = { unknownResponses: 0, lateResponses: 0, listenerErrors: 0 };
  #closeError: BridgeError | undefined;

  constructor({ transport, clock, log = () => {}, maxInFlight = 32, random = Math.random }: RpcPeerOptions) {
    this.#transport = transport;
    this.#log = log;
    const write = (id: number, method: string, params: unknown) => this.#send({ id, method, params });
    this.#requests = new OutgoingRequests({ clock, random, maxInFlight, write });
    const onListenerError = (error: unknown) => {
      this.#counts.listenerErrors += 1;
      this.#log(`a listener failed: ${toBridgeError(error).message}`);
    };
    this.#notificationListeners = new Listeners(onListenerError);
    this.#requestListeners = new Listeners(onListenerError);
    const { promise, resolve } = Promise.withResolvers<CloseInfo>();
    this.closed = promise;
    this.#resolveClosed = resolve;
    // Reading begins in a microtask, so that listeners added right after construction hear everything.
    queueMicrotask(() => {
      transport.onMessage((text) => this.#read(text));
      transport.onClose((info) => this.#finish(info));
    });
  }

  get counters(): RpcCounters {
    return { ...this.#counts, repeatedRequests: this.#requests.repeated };
  }

  /**
   * Sends a request, at most `maxInFlight` at a time, first come first served, and resolves with its result.
   * Notifications behind the response may be delivered before the caller goes on: listen first, then ask.
   * An overload answer (-32001) is repeated up to five times within the deadline.
   * @throws RpcError for an error response.
   * @throws BridgeError `backend-timeout` {deadlineMs}, `cancelled`, `connection-lost` (or the fault that closed the
   * connection), `backend-response-invalid`, `input-too-large`. Details: `method`, and `sent`: false when the server
   * cannot have acted on it.
   */
  request(method: string, params: unknown, options: RequestOptions): Promise<unknown> {
    if (this.#closeError) {
      const { code, message, details } = this.#closeError;
      const error = new BridgeError(code, message, { ...details, method, sent: false }, this.#closeError);
      return Promise.reject(error);
    }
    return this.#requests.start(method, params, options);
  }

  /** Dropped when the connection is closed (parity S2-36), as are `respond` and `reject`. */
  notify(method: string, params?: unknown): void {
    this.#send({ method, params });
  }

  respond(id: RpcId, result: unknown): void {
    this.#send({ id, result: result ?? null });
  }

  reject(id: RpcId, error: { code: number; message: string }): void {
    this.#send({ id, error });
  }

  /** Called in the order of arrival, while the message is read. A listener that throws is logged; reading goes on. */
  onNotification(listener: (notification: RpcNotification) => void): Disposer {
    return this.#notificationListeners.on(listener);
  }

  /** Requests of the other side; each may be answered once, whenever the answer is known. Ids may be 0 or text. */
  onRequest(listener: (request: RpcRequest) => void): Disposer {
    return this.#requestListeners.on(listener);
  }

  /** Rejects what is pending with `connection-lost` and closes the transport. */
  async close(): Promise<void> {
    this.#finish({ reason: "closed by us" });
    await this.#transport.close();
  }

  #send(message: Record<string, unknown>): void {
    if (!this.#closeError) this.#transport.send(JSON.stringify(toWellFormedDeep(message)));
  }

  #read(text: string): void {
    if (this.#closeError) return;
    let message: RpcMessage;
    try {
      message = parseRpcMessage(text);
    } catch (thrown) {
      this.#fail(toBridgeError(thrown, "backend-protocol-error"));
      return;
    }
    switch (message.kind) {
      case "notification":
        this.#notificationListeners.emit(message);
        return;
      case "request":
        this.#requestListeners.emit(message);
        return;
      case "response":
        if (!this.#requests.settle(message)) this.#count(message.id);
    }
  }

  #count(id: RpcId | null): void {
    if (this.#requests.knows(id)) {
      this.#counts.lateResponses += 1;
      return;
    }
    this.#counts.unknownResponses += 1;
    this.#log("a response to a request that is not ours");
  }

  #fail(error: BridgeError): void {
    this.#log(`closing the connection: ${error.message}`);
    this.#finish({ reason: error.message, error });
    this.#transport
      .close()
      .catch((thrown: unknown) => this.#log(`closing failed: ${toBridgeError(thrown).message}`));
  }

  #finish(info: CloseInfo): void {
    if (this.#closeError) return;
    const lost = () =>
      new BridgeError(
        "connection-lost",
        `the connection is closed: ${info.reason}`,
        { reason: info.reason },
        info.error,
      );
    this.#closeError = info.error instanceof BridgeError ? info.error : lost();
    this.#requests.failAll(this.#closeError);
    this.#resolveClosed(info);
  }
}
