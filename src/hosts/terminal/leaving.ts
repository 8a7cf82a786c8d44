// Ctrl-C: the first stops the running turn, a second one leaves. TERM, HUP and a reader of the replies who is gone
// leave at once.
import { formatError } from "../../chat/words/error-text.ts";
import { terminalText } from "../../chat/words/terminal-text.ts";
import { isBridgeError, toBridgeError } from "../../errors.ts";
import { mapOutside, says } from "../../kit/blocks.ts";
import type { Session } from "./chat-command.ts";

/** As shells report an end by a signal. */
const exitCodes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
const exitNobodyReads = 1;

export class Leaving {
  /** Resolves with the exit code when the person leaves. */
  readonly left: Promise<number>;
  /** Resolves when a signal says so: then nothing is waited for any more. */
  readonly hurried: Promise<void>;
  readonly #leave: (code: number) => void;
  readonly #hurry: () => void;
  readonly #gone = new AbortController();
  readonly #session: Session;
  #warned = false;

  constructor(session: Session) {
    this.#session = session;
    const { promise, resolve } = Promise.withResolvers<number>();
    const hurried = Promise.withResolvers<void>();
    this.left = promise;
    this.hurried = hurried.promise;
    this.#hurry = hurried.resolve;
    this.#leave = (code) => {
      this.#gone.abort();
      resolve(code);
    };
    process.on("SIGINT", this.interrupt);
    process.on("SIGTERM", this.#terminate);
    process.on("SIGHUP", this.#terminate);
    session.io.stdout.on("error", this.#loseReader);
    session.io.stderr.on("error", () => {});
  }

  get signal(): AbortSignal {
    return this.#gone.signal;
  }

  /** Signals end the process again; a reader who is gone stays harmless. */
  close(): void {
    process.off("SIGINT", this.interrupt);
    process.off("SIGTERM", this.#terminate);
    process.off("SIGHUP", this.#terminate);
  }

  leave(code: number): void {
    this.#leave(code);
  }

  readonly interrupt = (): void => {
    if (this.#warned || this.signal.aborted) {
      this.#hurry();
      this.#leave(exitCodes.SIGINT);
      return;
    }
    this.#warned = true;
    const { app, screen } = this.#session;
    this.#stopTurn().catch((error) =>
      screen.show(mapOutside(says(formatError(toBridgeError(error))), app.redact)),
    );
  };

  /** Something new was typed: Ctrl-C means that again. */
  reset(): void {
    this.#warned = false;
  }

  readonly #terminate = (signal: "SIGTERM" | "SIGHUP"): void => {
    this.#hurry();
    this.#leave(exitCodes[signal]);
  };

  readonly #loseReader = (): void => {
    if (!this.signal.aborted) this.#session.screen.note(terminalText.nobodyReads);
    this.#leave(exitNobodyReads);
  };

  async #stopTurn(): Promise<void> {
    const { app, screen, conversation } = this.#session;
    const binding = app.binder.find(conversation);
    if (!binding || !app.runner.findActive(binding.id)) {
      screen.note(terminalText.nothingRuns);
      return;
    }
    screen.note(terminalText.stopping);
    try {
      await app.runner.stop(binding.id, this.signal);
    } catch (error) {
      // It has ended meanwhile, or nobody waits for its end any more.
      if (!isBridgeError(error, "no-turn-running", "cancelled")) throw error;
    }
  }
}
