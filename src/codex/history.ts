// What Codex's own history says of a message that we once sent: the witness after a crash or a cut connection.
import type { Clock } from "../kit/clock.ts";
import { pause } from "../kit/clock.ts";
import type { TurnInfo } from "./schemas.ts";
import type { ThreadHold, Threads } from "./threads.ts";
import { readUserMessage } from "./turn-events.ts";

export type Fate =
  /** Codex never took it: sending it again cannot run it twice. */
  | { kind: "absent" }
  | { kind: "running"; turn: TurnInfo; origin: "ours" | "foreign" }
  | { kind: "ended"; turn: TurnInfo; origin: "ours" | "foreign" }
  /** Its turn was cut off: by the death of its server, or before the model was asked. Nobody is known to have stopped it. */
  | { kind: "cut-off"; turn: TurnInfo }
  | { kind: "unknown"; why: string };

export interface FateQuery {
  hold: ThreadHold;
  threads: Threads;
  clock: Clock;
  clientId: string;
  turnId?: string;
  /**
   * A turn that had ended before the message was sent: nothing older needs to be looked at. Clocks do not tell, for the
   * server's may be another machine's. Absent: the whole history is looked through.
   */
  turnBefore?: string | undefined;
  /** The thread is known to hold at least one message: an empty history is then a missing one. */
  historyExpected: boolean;
  signal?: AbortSignal | undefined;
}

const pageSize = 20;
/** A fresh message appears in the history some tens of milliseconds after turn/start was answered. */
const freshMessageMs = 500;

/**
 * Looks through the history back to what was there before the message was sent. Absence is said only when it is proven: the thread is
 * loaded by us and idle, and two looks with a pause between found nothing. Throws wire errors.
 */
export async function findFate(query: FateQuery): Promise<Fate> {
  const first = await search(query);
  if (first.kind !== "absent" && first.kind !== "unknown") return first;
  await pause(query.clock, freshMessageMs, query.signal);
  const second = await search(query);
  if (second.kind !== "unknown" || query.hold.feed.activity !== "active") return second;
  // Somebody else's turn runs: only after it can absence be proven.
  await awaitIdle(query);
  return search(query);
}

/** Resolves also when the connection is gone; what is asked next then says so. */
async function awaitIdle({ hold, signal }: FateQuery): Promise<void> {
  if (signal?.aborted) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const onAbort = () => resolve();
  const disposers = [hold.feed.onIdle(resolve), hold.client.onClosed(() => resolve())];
  signal?.addEventListener("abort", onAbort, { once: true });
  await promise;
  signal?.removeEventListener("abort", onAbort);
  for (const dispose of disposers) dispose();
}

async function search(query: FateQuery): Promise<Fate> {
  let cursor: string | undefined;
  let seen = 0;
  for (;;) {
    const page = await query.threads.readTurns(query.hold.threadId, cursor, pageSize, query.signal);
    for (const turn of page.turns) {
      seen += 1;
      const fate = readFate(turn, query);
      if (fate) return fate;
      if (turn.id === query.turnBefore) return judgeAbsence(query, seen);
    }
    if (page.next === undefined) return judgeAbsence(query, seen);
    cursor = page.next;
  }
}

function judgeAbsence(query: FateQuery, seen: number): Fate {
  if (query.hold.feed.activity !== "idle") return { kind: "unknown", why: "the thread is not idle" };
  if (seen === 0 && query.historyExpected)
    return { kind: "unknown", why: "the thread's history cannot be read" };
  return { kind: "absent" };
}

function readFate(turn: TurnInfo, query: FateQuery): Fate | undefined {
  const ids = turn.items
    .filter((item) => item.type === "userMessage")
    .map((item) => readUserMessage(item).clientId);
  const at = ids.indexOf(query.clientId);
  if (at < 0) {
    if (turn.id !== query.turnId) return undefined;
    // The turn that our message was put into has just begun: whose it is shows with its first message.
    if (isLive(turn, query)) return { kind: "running", turn, origin: ids.length === 0 ? "ours" : "foreign" };
    // Not a word in it: the server died before the message was written, and the model never saw it.
    return turn.items.length === 0 ? { kind: "absent" } : undefined;
  }
  const origin = at === 0 ? "ours" : "foreign";
  if (isLive(turn, query)) return { kind: "running", turn, origin };
  if (turn.status === "interrupted" && (!turn.completedAt || (origin === "ours" && !hasBegun(turn))))
    return { kind: "cut-off", turn };
  return { kind: "ended", turn, origin };
}

/**
 * Codex ends a young turn whose last follower vanished, and writes it down as it does a stop (0.169.0); but then the model
 * has said nothing, and whoever stopped a turn so early can as well be asked whether to send its message again.
 */
function hasBegun(turn: TurnInfo): boolean {
  return turn.items.some((item) => item.type !== "userMessage");
}

/** A turn of a thread that we hold ourselves can only run in the server we look at. */
function isLive(turn: TurnInfo, query: FateQuery): boolean {
  const { feed } = query.hold;
  return turn.status === "inProgress" || (feed.activeTurnId === turn.id && feed.activity === "active");
}
