// A transport over a Unix socket: WebSocket, one JSON text per text frame. Does not judge whose socket it is.
import { realpath } from "node:fs/promises";
import { connect } from "node:net";
import type { WebSocket } from "ws";
import { BridgeError } from "../errors.ts";
import type { Clock } from "../kit/clock.ts";
import type { Transport } from "./transport.ts";
import { TransportEnds } from "./transport-ends.ts";

/** codex app-server 0.169 closes a connection (1006) on a larger frame from a client. */
const maxOutgoingBytes = 16 * 1024 * 1024;
const maxIncomingBytes = 128 * 1024 * 1024;
const closeGraceMs = 1_000;

export interface SocketTransportOptions {
  /** For the whole of connecting, in ms. */
  deadlineMs: number;
  signal?: AbortSignal | undefined;
  clock: Clock;
}

/**
 * Connects to the WebSocket server on the Unix socket at `socketPath`; a link is followed first.
 * `send` of the result throws BridgeError `input-too-large` for a text above 16 MiB and sends nothing.
 * @throws BridgeError `connection-lost` when nothing answers in time, `cancelled` on abort.
 */
export async function openSocketTransport(
  socketPath: string,
  options: SocketTransportOptions,
): Promise<Transport> {
  const { deadlineMs, signal, clock } = options;
  if (signal?.aborted) throw new BridgeError("cancelled", "connecting was cancelled");
  const path = await realpath(socketPath).catch((error: NodeJS.ErrnoException) => {
    throw connectError(error.code ?? error.message, error);
  });
  // With it come the HTTP modules of Node: most of what an import of everything would take.
  const { WebSocket } = await import("ws");
  const socket = new WebSocket("ws://localhost/", {
    createConnection: () => connect({ path }),
    perMessageDeflate: false,
    maxPayload: maxIncomingBytes,
  });
  // Attached before the connection is open: the server may speak first.
  const transport = buildTransport(socket, clock);
  const { promise: opened, resolve, reject } = Promise.withResolvers<void>();
  socket.once("open", resolve);
  transport.onClose(({ reason, error }) => reject(connectError(reason, error)));
  const cancelDeadline = clock.after(deadlineMs, () =>
    reject(connectError(`no answer within ${deadlineMs} ms`)),
  );
  const onAbort = () => reject(new BridgeError("cancelled", "connecting was cancelled"));
  signal?.addEventListener("abort", onAbort, { once: true });
  if (signal?.aborted) onAbort();
  try {
    await opened;
    return transport;
  } catch (error) {
    socket.terminate();
    throw error;
  } finally {
    cancelDeadline();
    signal?.removeEventListener("abort", onAbort);
  }
}

function buildTransport(socket: WebSocket, clock: Clock): Transport {
  const ends = new TransportEnds();
  const gone = Promise.withResolvers<void>();
  let failure: Error | undefined;
  socket.on("message", (data: Buffer, isBinary: boolean) => {
    if (!isBinary) {
      ends.deliver(data.toString("utf8"));
      return;
    }
    const error = new BridgeError("backend-protocol-error", "a binary frame where only text is spoken");
    ends.finish({ reason: error.message, error });
    socket.terminate();
  });
  socket.on("error", (error) => {
    failure = error;
  });
  socket.on("close", (code) => {
    ends.finish({ reason: `socket closed ${code}${failure ? `: ${failure.message}` : ""}` });
    gone.resolve();
  });
  return {
    send(text) {
      refuseTooLarge(text);
      if (socket.readyState === socket.OPEN) socket.send(text);
    },
    onMessage: (listener) => ends.onMessage(listener),
    onClose: (listener) => ends.onClose(listener),
    async close() {
      socket.close(1000);
      const cancel = clock.after(closeGraceMs, () => socket.terminate());
      await gone.promise.finally(cancel);
    },
  };
}

function refuseTooLarge(text: string): void {
  if (text.length * 3 <= maxOutgoingBytes) return;
  const bytes = Buffer.byteLength(text);
  if (bytes <= maxOutgoingBytes) return;
  const details = { bytes, maxBytes: maxOutgoingBytes };
  throw new BridgeError(
    "input-too-large",
    `a message of ${bytes} bytes; the socket takes ${maxOutgoingBytes}`,
    details,
  );
}

function connectError(reason: string, cause?: unknown): BridgeError {
  return new BridgeError("connection-lost", `connecting to the socket failed: ${reason}`, { reason }, cause);
}
