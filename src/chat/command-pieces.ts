// A command that is longer than the service's messages comes in pieces: the first waits here for its rest. In memory
// only, so that nothing of it can run after a crash.
import type { Clock, Disposer } from "../kit/clock.ts";

/** Services cut at 4,096 characters, or at a word before that. */
const shortestPiece = 3_900;
const longestPiece = 4_096;
/**
 * The rest is sent within a second. Telegram's channel hands over a short one 0.3 s later, one that may itself have a
 * rest 1.5 s later (OpenClaw 2026.9.6).
 */
const waitMs = 3_000;

export interface Whole {
  text: string;
  /** Something came after it. */
  hasRest: boolean;
}

interface Held {
  text: string;
  hasRest: boolean;
  /** The last piece was cut for its length alone, within a word; else white space was lost where it was cut. */
  isFull: boolean;
  end(whole: Whole | undefined): void;
  cancel: Disposer;
}

export function mayHaveRest(text: string): boolean {
  return text.length >= shortestPiece;
}

export class CommandPieces {
  readonly #clock: Clock;
  readonly #held = new Map<string, Held>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  has(key: string): boolean {
    return this.#held.has(key);
  }

  /**
   * `end` is called once: with the whole when no more comes, with undefined when the program ends before. A command that
   * waits under the same key is whole by now. `takenOff`: units that the host may have taken off it.
   */
  hold(key: string, text: string, takenOff: readonly number[], end: Held["end"]): void {
    this.#finish(key);
    const isFull = [0, ...takenOff].some((units) => text.length + units === longestPiece);
    const held: Held = { text, hasRest: false, isFull, end, cancel: () => {} };
    this.#held.set(key, held);
    this.#wait(key, held);
  }

  /** False when nothing waits under the key. */
  add(key: string, rest: string): boolean {
    const held = this.#held.get(key);
    if (!held) return false;
    held.text = `${held.text}${held.isFull ? "" : "\n"}${rest}`;
    held.isFull = rest.length >= longestPiece;
    held.hasRest = true;
    held.cancel();
    if (mayHaveRest(rest)) this.#wait(key, held);
    else this.#finish(key);
    return true;
  }

  close(): void {
    for (const { cancel, end } of this.#held.values()) {
      cancel();
      end(undefined);
    }
    this.#held.clear();
  }

  #wait(key: string, held: Held): void {
    held.cancel = this.#clock.after(waitMs, () => this.#finish(key));
  }

  #finish(key: string): void {
    const held = this.#held.get(key);
    if (!held) return;
    this.#held.delete(key);
    held.cancel();
    held.end({ text: held.text, hasRest: held.hasRest });
  }
}
