// How often and how fast one message is tried: rounds that ended without an outcome, and what each proved.
import { BridgeError } from "../errors.ts";
import { buildBackoff } from "../kit/backoff.ts";
import { type Clock, pause } from "../kit/clock.ts";
import type { MessageStage } from "./message-stage.ts";

/** So often a message is sent anew after its absence was proven. */
const maxSendings = 3;
/** So often in a row a connection may fail in mid-round. */
const maxFailures = 6;
/** A round that lasted so long did not fail in a row with the one before. */
const calmMs = 20_000;

export class RoundPace {
  readonly #clock: Clock;
  readonly #backoffMs = buildBackoff({ firstMs: 250, maxMs: 10_000, random: Math.random });
  #sendings = 0;
  #failures = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Throws `server-exited` when the message was sent so often that the next server would die of it too. */
  assertMaySend(): void {
    if (this.#sendings >= maxSendings) {
      throw new BridgeError("server-exited", "the server died each time", { attempts: maxSendings });
    }
  }

  /** Waits until the next round may begin. Throws `connection-lost` when rounds keep failing. */
  async rest(
    before: MessageStage,
    after: MessageStage,
    lastedMs: number,
    signal: AbortSignal,
  ): Promise<void> {
    if (before === "unsent" && after === "sent") this.#sendings += 1;
    // The history has told: nothing failed.
    if (before === "sent" && after !== "sent") return;
    this.#failures = lastedMs > calmMs ? 1 : this.#failures + 1;
    if (this.#failures >= maxFailures)
      throw new BridgeError("connection-lost", "the connection fails each time");
    // The first time at once: a turn may be running.
    if (this.#failures > 1) await pause(this.#clock, this.#backoffMs(this.#failures - 1), signal);
  }
}
