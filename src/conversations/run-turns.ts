// The turn of a background run, followed in the conversation that binds its thread while it runs: what it asks is asked
// there, and its reply comes there. Turns that people start elsewhere are not touched.
import type { ThreadHold } from "../codex/threads.ts";
import { TurnInbox, type TurnOutcome } from "../codex/turn-inbox.ts";
import { BridgeError } from "../errors.ts";
import { type Clock, pause } from "../kit/clock.ts";
import type { Log } from "../kit/log.ts";
import { raceAbort } from "../kit/race-abort.ts";
import type { Store } from "../store/open-store.ts";
import type { Binding } from "../store/rows.ts";
import type { Outbox } from "./outbox.ts";
import { buildOutcomeNotice } from "./outcome-notice.ts";
import type { Place, Places } from "./place.ts";
import type { QuestionContext } from "./question-line.ts";
import type { Questions } from "./questions.ts";
import { isConnectionTrouble } from "./thread-opener.ts";
import type { Voice } from "./voice.ts";

export interface RunTurnsOptions {
  store: Pick<Store, "bindings" | "turns">;
  places: Pick<Places, "get">;
  questions: Pick<Questions, "take" | "resolved" | "withdraw">;
  outbox: Pick<Outbox, "post">;
  voice: Voice;
  clock: Clock;
  log: Log;
  /** The run of a thread; `tell`: the conversation that is told of its end anyway. */
  findRun(threadId: string): { tell?: string } | undefined;
}

/** After a connection that was lost. */
const againMs = 5_000;

export class RunTurns {
  readonly #options: RunTurnsOptions;
  readonly #closing = new AbortController();

  constructor(options: RunTurnsOptions) {
    this.#options = options;
  }

  /** After a restart. Where no server of this machine runs, no turn does. */
  start(serves: (conversation: string) => boolean): void {
    for (const binding of this.#options.store.bindings.all()) {
      if (serves(binding.conversation)) this.follow(binding, { startServer: false });
    }
  }

  /** Until the turn that runs in the thread of the binding has ended; nothing when none runs or it is no run's. */
  follow(binding: Binding, { startServer = true } = {}): void {
    this.#follow(binding, startServer).catch((error: unknown) => {
      if (!this.#closing.signal.aborted)
        this.#options.log.warn(`following the turn of a run failed: ${String(error)}`);
    });
  }

  close(): void {
    this.#closing.abort(new BridgeError("cancelled", "closing"));
  }

  async #follow(binding: Binding, startServer: boolean): Promise<void> {
    const { signal } = this.#closing;
    const { store, places, clock, findRun } = this.#options;
    const { threadId } = binding;
    if (threadId === undefined || !findRun(threadId)) return;
    const place = places.get(binding.place);
    const isLocal = place.isNode === undefined;
    if (!startServer && isLocal && !place.findSocket?.() && !(await place.servers.isRunning())) return;
    while (!signal.aborted && store.bindings.findById(binding.id)) {
      const isOver = await this.#followOnce(binding, place, threadId).catch((error: unknown) => {
        // A node comes back after a while.
        if (isLocal || !isConnectionTrouble(error)) throw error;
        return false;
      });
      if (isOver) return;
      await pause(clock, againMs, signal);
    }
  }

  /** False when the connection went. */
  async #followOnce(binding: Binding, place: Place, threadId: string): Promise<boolean> {
    const { signal } = this.#closing;
    const { status } = await place.threads.read(threadId, signal);
    if (status.type !== "active") return true;
    const hold = await place.threads.hold(threadId, signal);
    return this.#followTurn(binding, place, hold).finally(() => hold.release());
  }

  /** False when the connection went. */
  async #followTurn(binding: Binding, place: Place, hold: ThreadHold): Promise<boolean> {
    const { store, clock, questions } = this.#options;
    const { feed, client, threadId } = hold;
    const turnId = feed.activeTurnId;
    if (turnId === undefined || store.turns.isOurs(turnId)) return true;
    const inbox = new TurnInbox({ feed, clock, clientId: "" });
    const context = buildContext(binding, place, hold, inbox);
    const take = (request: (typeof feed.openRequests)[number]) => {
      const isBound = store.bindings.findById(binding.id) !== undefined;
      if (isBound && request.params.turnId === turnId) questions.take(request, client, feed, context);
    };
    const disposers = [
      client.onClosed(({ reason }) => inbox.lose(new BridgeError("connection-lost", reason, { reason }))),
      inbox.onEvent((event) => {
        if (event.type === "question-resolved") questions.resolved(client.instance, event.requestId);
      }),
      feed.onRequest(take),
    ];
    try {
      inbox.adopt(turnId, { joined: true });
      const { turns } = await place.threads.readTurns(threadId, undefined, 1, this.#closing.signal);
      const known = turns.find(({ id }) => id === turnId);
      if (known) inbox.takeHistory(known);
      for (const request of feed.openRequests) take(request);
      const outcome = await raceAbort(inbox.outcome, this.#closing.signal);
      if (outcome.status === "lost") return false;
      questions.withdraw(turnId);
      this.#tell(binding, threadId, turnId, outcome);
      return true;
    } finally {
      for (const dispose of disposers) dispose();
      inbox.close();
    }
  }

  #tell({ id, conversation }: Binding, threadId: string, turnId: string, outcome: TurnOutcome): void {
    const { store, outbox, voice, findRun } = this.#options;
    if (!store.bindings.findById(id) || findRun(threadId)?.tell === conversation) return;
    const said = voice.say(buildOutcomeNotice(outcome, false));
    outbox.post({ conversation, kind: "final", ...said, key: `end of turn ${turnId} in ${id}` });
  }
}

function buildContext(
  { conversation, owner: actor, cwd }: Binding,
  { id, name }: Place,
  { feed }: ThreadHold,
  inbox: TurnInbox,
): QuestionContext {
  return {
    message: { conversation, actor },
    place: id,
    placeName: name,
    cwd: feed.inForce.cwd ?? cwd,
    findItem: (itemId) => inbox.running.get(itemId)?.item,
  };
}
