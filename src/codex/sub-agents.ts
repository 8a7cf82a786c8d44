// Who the threads of sub-agents belong to, as one connection hears it: a sub-agent is not followed, but what it asks is a
// question of the turn that started it.
import { collabItem, subAgentTurn } from "./schemas.ts";

type Params = Record<string, unknown>;

/** A turn of a sub-agent: the threads above it, nearest first, and the turn of a person that all of it serves. */
export interface SubAgentTurn {
  parents: string[];
  rootTurnId: string | undefined;
}

const mostEarly = 32;

export class SubAgents {
  readonly #parents = new Map<string, string>();
  readonly #rootTurns = new Map<string, string>();
  /** What came of threads that nobody has started yet, as far as we heard. */
  readonly #early = new Map<string, (() => void)[]>();

  takeNotification(method: string, threadId: string, params: Params): void {
    if (method === "turn/started") this.#learnRootTurn(threadId, params.turn);
    if (method !== "item/completed") return;
    for (const child of this.#learnParents(threadId, params.item)) {
      const early = this.#early.get(child) ?? [];
      this.#early.delete(child);
      for (const take of early) take();
    }
  }

  /** `take` is called when the thread turns out to be a sub-agent's. Only the newest few are kept. */
  keepEarly(threadId: string, take: () => void): void {
    const early = this.#early.get(threadId) ?? [];
    if (early.length < mostEarly) early.push(take);
    this.#early.set(threadId, early);
    const [oldest = ""] = this.#early.keys();
    if (this.#early.size > mostEarly) this.#early.delete(oldest);
  }

  /** Undefined for a thread that no turn we heard of has started. */
  find(threadId: string): SubAgentTurn | undefined {
    const parents: string[] = [];
    for (let id = this.#parents.get(threadId); id && !parents.includes(id); id = this.#parents.get(id)) {
      parents.push(id);
    }
    return parents.length === 0 ? undefined : { parents, rootTurnId: this.#rootTurns.get(threadId) };
  }

  /** The call that starts a sub-agent may complete after the sub-agent's first turn has begun (0.169.0, busy machine). */
  #learnParents(threadId: string, item: unknown): string[] {
    const call = collabItem.safeParse(item);
    if (!call.success || call.data.tool !== "spawnAgent") return [];
    for (const child of call.data.receiverThreadIds) this.#parents.set(child, threadId);
    return call.data.receiverThreadIds;
  }

  /** It stays the turn that started the sub-agent, also when that has ended (0.169.0). */
  #learnRootTurn(threadId: string, turn: unknown): void {
    if (!this.#parents.has(threadId)) return;
    const read = subAgentTurn.safeParse(turn);
    if (read.success && read.data.rootTurnId) this.#rootTurns.set(threadId, read.data.rootTurnId);
  }
}
