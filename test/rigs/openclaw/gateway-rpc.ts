// A client of the gateway's WebSocket protocol (version 4, OpenClaw 2026.9.6), as a local backend with the shared token:
// that kind needs no device identity on loopback. For what a test wants to ask or tell the gateway itself.

interface Frame {
  type: "req" | "res" | "event";
  id?: string;
  event?: string;
  ok?: boolean;
  payload?: unknown;
  error?: { code?: string; message?: string };
}

const connectParams = {
  ...{ minProtocol: 4, maxProtocol: 4, role: "operator", caps: [], commands: [], permissions: {} },
  client: { id: "gateway-client", version: "0.0.0", platform: process.platform, mode: "backend" },
  scopes: [
    ...["operator.read", "operator.write", "operator.admin", "operator.approvals", "operator.questions"],
    "operator.pairing",
  ],
};

export interface GatewayEvent {
  event: string;
  payload: unknown;
}

export class GatewayRpc {
  readonly #socket: WebSocket;
  readonly #open = new Map<string, (frame: Frame) => void>();
  readonly events: GatewayEvent[] = [];
  #sent = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener("message", ({ data }) => this.#take(JSON.parse(String(data))));
    socket.addEventListener("close", ({ code, reason }) => {
      const error = { code: "closed", message: `the gateway closed the connection: ${code} ${reason}` };
      for (const settle of this.#open.values()) settle({ type: "res", ok: false, error });
      this.#open.clear();
    });
  }

  /** Resolves when the gateway has taken us in. */
  static async connect(port: number, token: string): Promise<GatewayRpc> {
    const socket = new WebSocket(`ws://127.0.0.1:${port}`);
    const rpc = new GatewayRpc(socket);
    await new Promise<void>((resolve, reject) => {
      socket.addEventListener("open", () => resolve());
      socket.addEventListener("error", () => reject(new Error("the gateway does not take connections")));
    });
    await rpc.call("connect", { ...connectParams, auth: { token } });
    return rpc;
  }

  /** Payload of the answer; rejects with the gateway's error. */
  call(method: string, params: object = {}): Promise<unknown> {
    this.#sent += 1;
    const id = String(this.#sent);
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    this.#open.set(id, ({ ok, payload, error }) => {
      if (ok) resolve(payload);
      else reject(new Error(`${method}: ${error?.code ?? ""} ${error?.message ?? "failed"}`));
    });
    this.#socket.send(JSON.stringify({ type: "req", id, method, params }));
    return promise;
  }

  close(): void {
    this.#socket.close();
  }

  #take(frame: Frame): void {
    if (frame.type === "event") this.events.push({ event: frame.event ?? "", payload: frame.payload });
    const settle = frame.type === "res" ? this.#open.get(frame.id ?? "") : undefined;
    if (frame.id !== undefined) this.#open.delete(frame.id);
    settle?.(frame);
  }
}
