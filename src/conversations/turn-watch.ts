// Watches one running turn for the person: says when it has been quiet or long, looks whether it still runs at all,
// and stops it at the operator's optional limit. Time spent waiting for a person does not count.
import type { TurnInbox } from "../codex/turn-inbox.ts";
import type { Clock, Disposer } from "../kit/clock.ts";
import type { Notice } from "./voice.ts";

export interface TurnWatchOptions {
  inbox: TurnInbox;
  clock: Clock;
  /** After how long without an event something is said, in ms. */
  quietMs: number;
  /** Longest working time of a turn, in ms; absent: none. */
  limitMs?: number | undefined;
  /** A question of this turn waits for a person. */
  isAsking(): boolean;
  notify(notice: Notice): void;
  /** Compares with the server: a turn whose end we never heard of is settled from history. False when it is over. */
  lookAt(): Promise<boolean>;
  onLimit(): void;
}

/** A busy turn is mentioned every so many quiet periods. */
const longFactor = 5;
const tickParts = 4;

export class TurnWatch {
  readonly #options: TurnWatchOptions;
  readonly #startedAt: number;
  readonly #disposers: Disposer[] = [];
  #heardAt: number;
  #saidAt: number;
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
    this.#tickedAt = now;
    this.#disposers.push(
      options.inbox.onEvent((event) => {
        this.#heardAt = options.clock.now();
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
    const { clock, quietMs, limitMs } = this.#options;
    const now = clock.now();
    this.#disposers.splice(1);
    if (this.#options.isAsking()) {
      this.#heardAt = now;
      this.#saidAt = now;
    } else {
      this.#workedMs += now - this.#tickedAt;
      const quiet = now - this.#heardAt >= quietMs && now - this.#saidAt >= quietMs;
      const long = now - this.#saidAt >= quietMs * longFactor;
      if (quiet || long) this.#speak(now);
      if (limitMs !== undefined && this.#workedMs >= limitMs && !this.#limitReached) {
        this.#limitReached = true;
        this.#options.notify({ type: "limit-reached", limitMs });
        this.#options.onLimit();
      }
    }
    this.#tickedAt = now;
    this.#schedule();
  }

  #speak(now: number): void {
    const { inbox, notify, lookAt } = this.#options;
    this.#saidAt = now;
    lookAt()
      .catch(() => true)
      .then((isRunning) => {
        if (this.#stopped || !isRunning) return;
        const running = [...inbox.running.values()].map((tool) => tool.title);
        notify({
          type: "still-working",
          quietMs: now - this.#heardAt,
          elapsedMs: now - this.#startedAt,
          running,
        });
      })
      .catch(() => {});
  }
}
