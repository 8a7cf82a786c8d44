// The sessions of a node as its unary command lists them: no channel is opened and no server started for it.
import * as z from "zod";
import { BridgeError } from "../errors.ts";
import type { Session } from "../sessions/read-session.ts";
import type { SessionsPage } from "../sessions/read-sessions.ts";
import { nodeCommands } from "./command-names.ts";
import type { NodeNetwork } from "./node-network.ts";

/** The most that a node lists (parity S0-04), and how long it may take (S0-06). */
const mostRows = 50;
const deadlineMs = 15_000;

const text = z.string().optional().catch(undefined);
const row = z.looseObject({ sessionId: z.string(), updatedAt: text, lastMessage: text, cwd: text });
const answer = z.looseObject({ sessions: z.array(z.unknown()) });

export class NodeSessions {
  readonly #network: Pick<NodeNetwork, "invoke">;
  readonly #nodeId: string;

  constructor(network: Pick<NodeNetwork, "invoke">, nodeId: string) {
    this.#network = network;
    this.#nodeId = nodeId;
  }

  /** The newest of the node's newest 50. Throws `backend-response-invalid`, `cancelled`, `connection-lost`. */
  async read(query: {
    limit: number;
    filter?: (session: Session) => boolean;
    signal?: AbortSignal;
  }): Promise<SessionsPage> {
    const { limit, filter = () => true, signal } = query;
    const all = await this.#list(signal);
    const sessions = all.filter(filter).slice(0, limit);
    const partly = all.length === mostRows && sessions.length < limit;
    return { sessions, archived: 0, subAgents: 0, partly };
  }

  /** The files are not of this machine. */
  async readLastWords(): Promise<undefined> {}

  async #list(signal: AbortSignal | undefined): Promise<Session[]> {
    const call = { nodeId: this.#nodeId, command: nodeCommands.listSessions, params: { limit: mostRows } };
    let given: unknown;
    try {
      given = await this.#network.invoke({ ...call, timeoutMs: deadlineMs, signal });
    } catch (error) {
      if (signal?.aborted) throw new BridgeError("cancelled", "cancelled while listing sessions");
      const reason = error instanceof Error ? error.message : String(error);
      throw new BridgeError(
        "connection-lost",
        `the node did not list its sessions: ${reason}`,
        { reason },
        error,
      );
    }
    const read = answer.safeParse(given);
    if (!read.success) {
      const method = nodeCommands.listSessions;
      throw new BridgeError("backend-response-invalid", "an odd list of sessions", { method }, read.error);
    }
    // Rows of a foreign node may lack what ours have (parity S0-65).
    return read.data.sessions.flatMap((each) => {
      const { success, data } = row.safeParse(each);
      return success ? [toSession(data)] : [];
    });
  }
}

function toSession({ sessionId, updatedAt, lastMessage, cwd }: z.infer<typeof row>): Session {
  const time = Date.parse(updatedAt ?? "");
  return {
    sessionId,
    updatedAt: Number.isNaN(time) ? 0 : time,
    ...(lastMessage === undefined ? {} : { preview: lastMessage, lastMessage }),
    ...(cwd === undefined ? {} : { cwd }),
    sessionFile: "",
    archived: false,
    subAgent: false,
  };
}
