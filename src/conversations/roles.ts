// Who has a say in a conversation, kept up to date: drivers until their time is over, owners as long as the host names them.
import { isDeepStrictEqual } from "node:util";
import type { Settings } from "../config/settings.ts";
import { BridgeError } from "../errors.ts";
import type { Clock, Disposer } from "../kit/clock.ts";
import type { Store } from "../store/open-store.ts";
import type { Binding, Driver, Message, Question } from "../store/rows.ts";
import {
  buildDriver,
  countTurn,
  type DriverLimits,
  hasExpired,
  type KnownDriver,
  lookAtDriver,
  type Person,
} from "./drivers.ts";
import { isDriver } from "./may.ts";
import type { Outbox } from "./outbox.ts";
import type { Questions } from "./questions.ts";
import { endRole, isNothing, type Loss, type LossServices } from "./role-loss.ts";
import type { Runner } from "./runner.ts";
import type { Voice } from "./voice.ts";

/** Whom the host names as its owners, as far as it does so by a list. */
export interface NamedOwners {
  read(): readonly string[];
  /** As the host reads such a list. */
  names(owners: readonly string[], id: string): boolean;
}

export interface RolesOptions extends LossServices {
  store: Pick<Store, "audit" | "bindings" | "hostOwners" | "messages" | "questions" | "transaction">;
  runner: LossServices["runner"] & Pick<Runner, "enqueue">;
  questions: LossServices["questions"] & Pick<Questions, "confirm" | "closeConfirm">;
  outbox: Pick<Outbox, "add" | "post">;
  voice: Voice;
  clock: Clock;
  settings: Pick<Settings, "driverDays" | "driverTurnsPerDay">;
  /** Absent: the owner is always the same. */
  owners?: NamedOwners | undefined;
}

export interface LetRun {
  driver: string;
  messages: number;
}

/** How often all is looked at, whether somebody writes or not. */
const lookMs = 60_000;

export class Roles {
  readonly #options: RolesOptions;
  #owners: readonly string[] | undefined;
  #cancel: Disposer | undefined;

  constructor(options: RolesOptions) {
    this.#options = options;
  }

  /** Never throws: it is called by a timer too. */
  start(): void {
    try {
      this.#lookAtAll();
    } catch (error) {
      this.#options.log.warn(`who has a say was not looked at: ${String(error)}`);
    }
    this.#cancel = this.#options.clock.after(lookMs, () => this.start());
  }

  close(): void {
    this.#cancel?.();
  }

  /** Before anything that is written or clicked there counts. Whose right is over is out of what is returned. */
  review(binding: Binding | undefined): Binding | undefined {
    this.#lookAtOwners();
    return binding && this.#lookAt(binding);
  }

  /** `by`: whose command it is. Throws `not-bound`. */
  allow(bindingId: string, person: Person, limits: DriverLimits, by: string): KnownDriver {
    const { clock, settings, store } = this.#options;
    const binding = this.#getBinding(bindingId);
    const { drivers } = binding;
    const old = drivers.find(({ id }) => id === person.id);
    const driver = buildDriver(person, limits, settings, clock.now(), old);
    store.transaction(() => {
      this.#write(bindingId, [...drivers.filter(({ id }) => id !== person.id), driver]);
      this.#note("allowed", binding, person.id, by);
    });
    return driver;
  }

  /** `by`: whose command it is. Throws `not-bound`. */
  async disallow(bindingId: string, id: string, by: string): Promise<Loss> {
    const binding = this.#getBinding(bindingId);
    this.#options.store.transaction(() => {
      if (this.#remove(binding, id)) this.#note("disallowed", binding, id, by);
    });
    return endRole(this.#options, binding, id);
  }

  /** As they stand now. */
  list({ drivers }: Binding): KnownDriver[] {
    const { clock, settings } = this.#options;
    return drivers.map((driver) => lookAtDriver(driver, clock.now(), settings));
  }

  /**
   * Counts a message that was just accepted, in the transaction in which it was. The message itself: it may go into its
   * lane. held: it waits for the owner, who was asked. day-over: it is refused, because the owner has said no.
   */
  admit(
    message: Message,
    bindingId: string,
    names: Pick<Person, "userName" | "name">,
  ): Message | "held" | "day-over" {
    const { store } = this.#options;
    const binding = this.#getBinding(bindingId);
    const known = this.list(binding).find(({ id }) => id === message.actor);
    if (!known) return message;
    const { driver, turn } = countTurn({ ...known, ...names });
    this.#replace(binding, driver);
    if (turn === "free") return message;
    store.messages.move(message.id, "accepted", turn === "over" ? "held" : "refused");
    if (turn === "day-over") return turn;
    this.#ask(binding, driver, message);
    return "held";
  }

  /** The owner's answer to that question. Throws `question-closed` when somebody was faster. */
  decide(question: Question, yes: boolean, by: string): LetRun {
    const { store, questions, runner } = this.#options;
    const { messages, binding, driver } = store.transaction(() => {
      const action = questions.closeConfirm(question, yes, by);
      if (action?.type !== "let-run")
        throw new BridgeError("question-closed", "somebody was faster", { token: question.token });
      // It may have been unbound meanwhile: then nothing of it runs.
      const binding = store.bindings.findById(action.bindingId);
      const to = yes && binding ? "accepted" : "dropped";
      const moved = store.messages
        .openOfBinding(action.bindingId)
        .filter(({ actor, state }) => actor === action.driver && state === "held")
        .flatMap(({ id }) => store.messages.move(id, "held", to) ?? []);
      const known = binding && this.list(binding).find(({ id }) => id === action.driver);
      if (!yes && binding && known) this.#replace(binding, { ...known, isDayOver: true });
      return { messages: moved, binding, driver: action.driver };
    });
    if (yes && !binding) return { driver, messages: 0 };
    if (yes && binding) for (const message of messages) runner.enqueue(message, binding);
    return { driver, messages: messages.length };
  }

  /** The driver reads that it waits; the owner is asked once, whatever else comes to wait. */
  #ask({ id: bindingId, conversation, owner, place }: Binding, driver: KnownDriver, message: Message): void {
    const { store, questions, outbox, voice } = this.#options;
    const { turnsPerDay: limit } = driver;
    const held = voice.say({ type: "held", limit });
    outbox.add({ conversation, kind: "notice", ...held, messageId: message.id });
    const isAsked = store.questions
      .openOfConversation(conversation)
      .some(({ kind, payload }) => kind === "confirm" && payload.driver === driver.id);
    if (isAsked) return;
    const token = questions.confirm(conversation, owner, place, {
      type: "let-run",
      driver: driver.id,
      bindingId,
    });
    const asks = voice.say({ type: "over-limit", token, driver, limit, message: message.text ?? "" });
    outbox.add({ conversation, kind: "question", ...asks, key: `let-run ${token}`, question: token });
  }

  #lookAtAll(): void {
    this.#lookAtOwners();
    for (const binding of this.#options.store.bindings.all()) this.#lookAt(binding);
  }

  #lookAt(binding: Binding): Binding {
    if (binding.drivers.length === 0) return binding;
    const drivers = this.list(binding);
    const expired = drivers.filter(hasExpired);
    const isNews = drivers.some((driver, at) => hasMovedOn(driver, binding.drivers[at]));
    if (!isNews && expired.length === 0) return binding;
    const looked = this.#write(binding.id, drivers);
    for (const driver of expired) void this.#endAndSay(looked, driver, "expired");
    return this.#getBinding(binding.id);
  }

  /** When the host's list has changed: whoever it named and does not name any more. Other ways to own it are not told here. */
  #lookAtOwners(): void {
    const { store, owners } = this.#options;
    if (!owners) return;
    const before = this.#owners ?? store.hostOwners.read();
    const after = owners.read();
    if (this.#owners && isDeepStrictEqual(before, after)) return;
    this.#owners = after;
    store.hostOwners.write(after);
    const hasLost = (id: string) => owners.names(before, id) && !owners.names(after, id);
    for (const binding of store.bindings.all()) {
      const writers = store.messages.openOfBinding(binding.id).map(({ actor }) => actor);
      const askers = store.questions.openOfConversation(binding.conversation).map(({ asker }) => asker);
      for (const id of new Set([binding.owner, ...writers, ...askers])) {
        if (hasLost(id) && !isDriver(id, binding)) void this.#endAndSay(binding, { id }, "no-owner");
      }
    }
  }

  /** What the person would wait for in vain is told where it was asked. */
  async #endAndSay(binding: Binding, who: Person, why: "expired" | "no-owner"): Promise<void> {
    const { outbox, voice, log } = this.#options;
    try {
      this.#remove(binding, who.id);
      const loss = await endRole(this.#options, binding, who.id);
      if (why === "no-owner" && isNothing(loss)) return;
      const said = voice.say({ type: "role-ended", who, why, loss });
      outbox.post({ conversation: binding.conversation, kind: "notice", ...said });
    } catch (error) {
      log.warn(`that somebody has no say any more was not followed up: ${String(error)}`);
    }
  }

  /** First of all: nothing of theirs counts from here on. False for no driver. */
  #remove(binding: Binding, id: string): boolean {
    const now = this.#options.store.bindings.findById(binding.id) ?? binding;
    if (!isDriver(id, now)) return false;
    this.#write(
      binding.id,
      now.drivers.filter((driver) => driver.id !== id),
    );
    return true;
  }

  #note(
    act: "allowed" | "disallowed",
    { conversation, place, threadId }: Binding,
    about: string,
    by: string,
  ) {
    const thread = threadId === undefined ? {} : { threadId };
    this.#options.store.audit.write({ act, about, actor: by, conversation, place, ...thread });
  }

  #replace({ id, drivers }: Binding, changed: KnownDriver): void {
    this.#write(
      id,
      drivers.map((driver) => (driver.id === changed.id ? changed : driver)),
    );
  }

  #write(bindingId: string, drivers: Driver[]): Binding {
    const written = this.#options.store.bindings.update(bindingId, { drivers });
    if (written) return written;
    throw new BridgeError("not-bound", "unbound meanwhile");
  }

  #getBinding(bindingId: string): Binding {
    const binding = this.#options.store.bindings.findById(bindingId);
    if (binding) return binding;
    throw new BridgeError("not-bound", "unbound meanwhile");
  }
}

/** Time is written down by the minute: a clock set back gives no more than that. */
function hasMovedOn(driver: KnownDriver, old: Driver | undefined): boolean {
  return old?.until === undefined || driver.seenAt - old.seenAt >= lookMs || driver.dayAt !== old.dayAt;
}
