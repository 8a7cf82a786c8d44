// The lock of the machine's operator, in the process that owns the state: takes what was asked of it, stops the turns,
// declines the questions. Who asks is hosts/ and store/switch-lockdown.ts; that nobody is heard meanwhile is chat/locked.ts.
import { type Clock, type Disposer, pause } from "../kit/clock.ts";
import type { Log } from "../kit/log.ts";
import type { Store } from "../store/open-store.ts";
import { findRequest, removeRequest } from "../store/operator-request.ts";
import type { PendingBindings } from "./pending-bindings.ts";
import type { Questions } from "./questions.ts";
import type { Roles } from "./roles.ts";
import type { Runner } from "./runner.ts";

export interface LockdownOptions {
  store: Pick<Store, "lockdown" | "questions" | "pendingBindings">;
  runner: Pick<Runner, "stopAll" | "decide">;
  questions: Pick<Questions, "declineEverywhere" | "closeConfirm">;
  pendingBindings: Pick<PendingBindings, "deny">;
  roles: Pick<Roles, "decide">;
  /** Background runs that were started from here. */
  stopRuns(): Promise<void>;
  directory: string;
  clock: Clock;
  log: Log;
}

const lookAgainMs = 100;
/** The store cannot be written to, for example. */
const afterTroubleMs = 5_000;
/** Stopping a turn asks its server; the lock itself is in force before. */
const stopWaitMs = 10_000;

export class Lockdown {
  readonly #options: LockdownOptions;
  #cancel: Disposer = () => {};
  #closed = false;

  constructor(options: LockdownOptions) {
    this.#options = options;
  }

  /** After the messages of an earlier process were taken up: what runs then is stopped too. */
  start(): void {
    const row = this.#options.store.lockdown.find();
    if (row) this.#enforce(row.by).catch((error) => this.#warn(error));
    this.#lookLater();
  }

  close(): void {
    this.#closed = true;
    this.#cancel();
  }

  #lookLater(ms = lookAgainMs): void {
    if (this.#closed) return;
    this.#cancel = this.#options.clock.after(ms, () => {
      this.#take().then(
        () => this.#lookLater(),
        (error) => {
          this.#warn(error);
          this.#lookLater(afterTroubleMs);
        },
      );
    });
  }

  async #take(): Promise<void> {
    const { directory, store } = this.#options;
    const request = findRequest(directory);
    if (request === undefined) return;
    if (request === "torn") this.#warn("the operator's request cannot be read; it is removed");
    else {
      store.lockdown.change(request.act, request.by);
      if (request.act === "lock") await this.#enforce(request.by);
    }
    removeRequest(directory);
  }

  /** Questions first: a turn that is stopped withdraws its own. */
  async #enforce(by: string): Promise<void> {
    const { store, questions, pendingBindings, roles, runner, clock, stopRuns } = this.#options;
    questions.declineEverywhere();
    for (const question of store.questions.allOpen()) {
      if (question.kind !== "confirm") continue;
      if (question.payload.type === "send-again") runner.decide(question, false, by);
      else if (question.payload.type === "let-run") roles.decide(question, false, by);
      else questions.closeConfirm(question, false, by);
    }
    for (const { id } of store.pendingBindings.all()) pendingBindings.deny(id);
    const waited = new AbortController();
    const stopped = Promise.allSettled([runner.stopAll(), stopRuns()]);
    await Promise.race([stopped, pause(clock, stopWaitMs, waited.signal)]);
    waited.abort();
  }

  #warn(error: unknown): void {
    this.#options.log.warn(`lock: ${String(error)}`);
  }
}
