// Watches one running turn for the person: says when it has been quiet or long, looks whether it still runs at all,
// and stops ours at the operator's optional limit. Time spent waiting for a person does not count.
import type { TurnInbox } from "../codex/turn-inbox.ts";
import type { Clock, Disposer } from "../kit/clock.ts";
import type { Notice } from "./voice.ts";

export interface TurnWatchOptions {
  inbox: Pick<TurnInbox, "onEvent" | "running">;
  clock: Clock;
  /** After how long without an event something is said, in ms. */
  quietMs: number;
  /** Longest working time of a turn, in ms; absent: none. */
  limitMs?: number | undefined;
  /** A question of this turn waits for a person. */
  isAsking(): boolean;
  /** False when somebody else started the turn: it is not ours to limit. */
  isOurs(): boolean;
  notify(notice: Notice): void;
  /** Compares with the server: a turn whose end we never heard of is settled from history. False when it is over. */
  lookAt(): Promise<boolean>;
  onLimit(): void;
}

/** A busy turn is mentioned every so many quiet periods. */
const longFactor = 5;
const tickParts = 4;
/** A turn that stays quiet is mentioned ever more rarely, at least every so many quiet periods. */
const slowestFactor = 10;

export class TurnWatch {
  readonly #options: TurnWatchOptions;
  readonly #startedAt: number;
  readonly #disposers: Disposer[] = [];
  #heardAt: number;
  #saidAt: number;
  #lookedAt: number;
  /** How long after the last word the next one may come while nothing is heard. */
  #paceMs: number;
  #workedMs = 0;
  #tickedAt: number;
  #limitReached = false;
  #stopped = false;

  constructor(options: TurnWatchOptions) {
    this.#options = options;
    const now = options.clock.now();
    this.#startedAt = now;
    this.#heardAt = now;
    this.#saidAt = now;
    this.#lookedAt = now;
    this.#paceMs = options.quietMs;
    this.#tickedAt = now;
    this.#disposers.push(
      options.inbox.onEvent((event) => {
        this.#heardAt = options.clock.now();
        this.#paceMs = options.quietMs;
        if (event.type === "retrying") options.notify({ type: "retrying", message: event.message });
      }),
    );
    this.#schedule();
  }

  stop(): void {
    this.#stopped = true;
    for (const dispose of this.#disposers) dispose();
  }

  #schedule(): void {
    const { clock, quietMs } = this.#options;
    if (!this.#stopped) this.#disposers.push(clock.after(quietMs / tickParts, () => this.#tick()));
  }

  #tick(): void {
    const { clock, quietMs } = this.#options;
    const now = clock.now();
    this.#disposers.splice(1);
    if (this.#options.isAsking()) {
      this.#heardAt = now;
      this.#saidAt = now;
      this.#lookedAt = now;
    } else {
      this.#workedMs += now - this.#tickedAt;
      const isQuiet = now - this.#heardAt >= quietMs;
      const isDue = now - this.#saidAt >= (isQuiet ? this.#paceMs : quietMs * longFactor);
      if (isDue || (isQuiet && now - this.#lookedAt >= quietMs)) this.#look(now, isDue);
      this.#checkLimit();
    }
    this.#tickedAt = now;
    this.#schedule();
  }

  #checkLimit(): void {
    const { limitMs, isOurs, notify, onLimit } = this.#options;
    if (limitMs === undefined || this.#workedMs < limitMs || this.#limitReached || !isOurs()) return;
    this.#limitReached = true;
    notify({ type: "limit-reached", limitMs });
    onLimit();
  }

  /** `isDue`: what is seen is also said. */
  #look(now: number, isDue: boolean): void {
    const { inbox, notify, lookAt, isOurs, quietMs } = this.#options;
    this.#lookedAt = now;
    if (isDue) {
      this.#saidAt = now;
      this.#paceMs = Math.min(2 * this.#paceMs, slowestFactor * quietMs);
    }
    lookAt()
      .catch(() => true)
      .then((isRunning) => {
        if (this.#stopped || !isRunning || !isDue) return;
        const running = [...inbox.running.values()].map((tool) => tool.title);
        notify({
          type: "still-working",
          quietMs: now - this.#heardAt,
          elapsedMs: now - this.#startedAt,
          running,
          isOurs: isOurs(),
        });
      })
      .catch(() => {});
  }
}
