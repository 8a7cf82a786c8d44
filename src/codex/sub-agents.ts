// Who the threads of sub-agents belong to, as one connection hears it: a sub-agent is not followed, but what it asks is a
// question of the turn that started it.
import { collabItem, subAgentTurn } from "./schemas.ts";

type Params = Record<string, unknown>;

/** A turn of a sub-agent: the threads above it, nearest first, and the turn of a person that all of it serves. */
export interface SubAgentTurn {
  parents: string[];
  rootTurnId: string | undefined;
}

export class SubAgents {
  readonly #parents = new Map<string, string>();
  readonly #rootTurns = new Map<string, string>();

  takeNotification(method: string, threadId: string, params: Params): void {
    if (method === "item/completed") this.#learnParents(threadId, params.item);
    if (method === "turn/started") this.#learnRootTurn(threadId, params.turn);
  }

  /** Undefined for a thread that no turn we heard of has started. */
  find(threadId: string): SubAgentTurn | undefined {
    const parents: string[] = [];
    for (let id = this.#parents.get(threadId); id && !parents.includes(id); id = this.#parents.get(id)) {
      parents.push(id);
    }
    return parents.length === 0 ? undefined : { parents, rootTurnId: this.#rootTurns.get(threadId) };
  }

  /** The call that starts a sub-agent completes before the sub-agent's first turn begins (0.169.0). */
  #learnParents(threadId: string, item: unknown): void {
    const call = collabItem.safeParse(item);
    if (!call.success || call.data.tool !== "spawnAgent") return;
    for (const child of call.data.receiverThreadIds) this.#parents.set(child, threadId);
  }

  /** It stays the turn that started the sub-agent, also when that has ended (0.169.0). */
  #learnRootTurn(threadId: string, turn: unknown): void {
    if (!this.#parents.has(threadId)) return;
    const read = subAgentTurn.safeParse(turn);
    if (read.success && read.data.rootTurnId) this.#rootTurns.set(threadId, read.data.rootTurnId);
  }
}
