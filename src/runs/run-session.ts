// One client of a run: what its thread has said and says, lines that become turns behind the running one, and what it
// asks. Several of them, in several processes, may be open on one run.
import { nanoid } from "nanoid";
import { buildFieldsAnswer } from "../codex/question-fields.ts";
import { type Asked, type Choice, readAsked } from "../codex/questions.ts";
import type { ServerRequest } from "../codex/thread-feed.ts";
import type { ThreadHold, Threads } from "../codex/threads.ts";
import type { ReadEvent } from "../codex/turn-events.ts";
import { steerTurn } from "../codex/turns.ts";
import { BridgeError } from "../errors.ts";
import { type Clock, type Disposer, pause } from "../kit/clock.ts";
import { Listeners } from "../kit/listeners.ts";
import { type LogEntry, readEventEntries, readTurnEntries } from "./run-log.ts";
import { readAllTurns } from "./run-look.ts";
import type { Run } from "./run-store.ts";
import { checkRunFolder, startAcceptedTurn } from "./start-run.ts";

export interface RunQuestion {
  /** Short, typed by people. */
  token: string;
  request: ServerRequest;
  asked: Asked;
}

/** What is looked at again when no event came: a connection may have missed the end. */
const idleLookMs = 30_000;
/** The same, where the server says that something runs and no event has named it yet. */
const soonMs = 500;

export class RunSession {
  readonly run: Run;
  /** Resolves when nothing more can come: its one turn has ended, its thread is gone, or the connection is. */
  readonly ended: Promise<void>;
  readonly #hold: ThreadHold;
  readonly #threads: Threads;
  readonly #clock: Clock;
  readonly #entries = new Listeners<LogEntry>();
  readonly #questions = new Listeners<RunQuestion>();
  readonly #open: RunQuestion[] = [];
  readonly #seen = new Set<string>();
  readonly #disposers: Disposer[] = [];
  readonly #end: () => void;
  #early: ReadEvent[] | undefined = [];

  /** `hold` is released by `close`. */
  constructor(run: Run, hold: ThreadHold, threads: Threads, clock: Clock) {
    this.run = run;
    this.#hold = hold;
    this.#threads = threads;
    this.#clock = clock;
    const ended = Promise.withResolvers<void>();
    this.ended = ended.promise;
    this.#end = ended.resolve;
    this.#disposers.push(
      hold.feed.onEvent((event) => this.#take(event)),
      hold.feed.onRequest((request) => this.#ask(request)),
      hold.feed.onClosed(this.#end),
      hold.client.onClosed(this.#end),
    );
  }

  onEntry(listener: (entry: LogEntry) => void): Disposer {
    return this.#entries.on(listener);
  }

  /** What is open already is told too, once `replay` has been called. */
  onQuestion(listener: (question: RunQuestion) => void): Disposer {
    return this.#questions.on(listener);
  }

  get isOpen(): boolean {
    return this.#hold.client.isOpen;
  }

  /** Oldest first. */
  get openQuestions(): readonly RunQuestion[] {
    return this.#open;
  }

  /** Tells the last `count` entries until now, then all that comes. Throws wire errors. */
  async replay(count: number, signal?: AbortSignal): Promise<void> {
    const { feed } = this.#hold;
    const turns = await readAllTurns(this.#threads, this.#hold.threadId, signal);
    const isLive = (id: string) => feed.activity === "active" && feed.activeTurnId === id;
    const entries = turns.flatMap((turn) =>
      readTurnEntries(turn, turn.status === "inProgress" || isLive(turn.id)),
    );
    for (const { key } of entries) this.#seen.add(key);
    for (const entry of count > 0 ? entries.slice(-count) : []) this.#entries.emit(entry);
    const early = this.#early ?? [];
    this.#early = undefined;
    for (const event of early) this.#tell(event);
    const own = turns.find(({ id }) => id === this.run.turnId);
    if (this.run.kind === "exec" && own && own.status !== "inProgress" && !isLive(own.id)) this.#end();
    for (const request of feed.openRequests) this.#ask(request);
  }

  /**
   * A line becomes a turn when no other runs; resolves when that is accepted, with true when it landed in the turn of
   * somebody else after all. One line at a time: see `Runs.inTurn`. Throws turn and wire errors.
   */
  async send(text: string, signal?: AbortSignal): Promise<boolean> {
    const { feed } = this.#hold;
    await this.#awaitIdle(signal);
    if (!this.isOpen || feed.activity === "closed")
      throw new BridgeError("connection-lost", "the thread is away", { reason: "closed" });
    const { settings, network } = this.run;
    await checkRunFolder(this.run);
    // The thread keeps what its first turn was given, but for the network: that takes a policy with each turn.
    const again = network && settings.sandbox ? { sandbox: settings.sandbox } : {};
    const before = feed.activeTurnId;
    const input = { text, images: [] };
    const turnId = await startAcceptedTurn(this.#hold, this.#clock, { input, settings: again, network });
    return turnId === before;
  }

  /** Adds words to the turn that runs. Throws `no-turn-running`, `turn-id-mismatch`, wire errors. */
  async steer(text: string, signal?: AbortSignal): Promise<void> {
    const { activeTurnId } = this.#hold.feed;
    if (activeTurnId === undefined) throw new BridgeError("no-turn-running", "nothing runs");
    await steerTurn(this.#hold, activeTurnId, text, nanoid(), signal);
  }

  /** False when it was answered elsewhere meanwhile. */
  choose(question: RunQuestion, choice: Choice): boolean {
    return this.#answer(question, choice.answer);
  }

  /** Throws `bad-arguments` when the words do not fit. */
  fill(question: RunQuestion, words: string): boolean {
    const { kind, fields } = question.asked;
    if (kind !== "user-input" && kind !== "elicitation")
      throw new BridgeError("choice-not-offered", "wants no words", { token: question.token, choice: words });
    return this.#answer(question, buildFieldsAnswer(kind, fields, words));
  }

  /** The run goes on. */
  close(): void {
    for (const dispose of this.#disposers) dispose();
    this.#hold.release();
    this.#end();
  }

  /** The server is asked first: of the turn that another client has just begun no event may be here yet. */
  async #awaitIdle(signal: AbortSignal | undefined): Promise<void> {
    const { feed, client, threadId } = this.#hold;
    const readStatus = async () => (await this.#threads.read(threadId, signal)).status;
    const isActive = () => feed.activity === "active" && client.isOpen;
    const status = await readStatus();
    // Idle may be what it was before the turn that we hear of.
    if (status.type === "active") feed.takeNotification("thread/status/changed", { status });
    while (isActive() && !signal?.aborted) {
      await this.#awaitChange(feed.activeTurnId === undefined ? soonMs : idleLookMs, signal);
      if (isActive() && !signal?.aborted)
        feed.takeNotification("thread/status/changed", { status: await readStatus() });
    }
    if (signal?.aborted) throw new BridgeError("cancelled", "left before the line was sent");
  }

  async #awaitChange(ms: number, signal: AbortSignal | undefined): Promise<void> {
    const { feed, client } = this.#hold;
    const changed = new AbortController();
    const stop = () => changed.abort();
    const disposers = [feed.onIdle(stop), feed.onClosed(stop), client.onClosed(stop)];
    await pause(this.#clock, ms, signal ? AbortSignal.any([changed.signal, signal]) : changed.signal);
    for (const dispose of disposers) dispose();
  }

  #take(event: ReadEvent): void {
    if (this.#early) this.#early.push(event);
    else this.#tell(event);
  }

  #tell({ body, turnId }: ReadEvent): void {
    const entries = readEventEntries(body).filter(({ key }) => key === "" || !this.#seen.has(key));
    for (const entry of entries) {
      this.#seen.add(entry.key);
      this.#entries.emit(entry);
    }
    if (body.type === "question-resolved") this.#forget(body.requestId);
    if (body.type === "turn-ended" && this.run.kind === "exec" && turnId === this.run.turnId) this.#end();
  }

  #ask(request: ServerRequest): void {
    const asked = readAsked(request);
    // What is not put to people has another client to answer it, or none.
    if (!asked || this.#early || this.#open.some(({ request: { id } }) => id === request.id)) return;
    const question = { token: nanoid(4).toLowerCase(), request, asked };
    this.#open.push(question);
    this.#questions.emit(question);
  }

  #answer(question: RunQuestion, answer: unknown): boolean {
    if (!this.#open.includes(question)) return false;
    this.#forget(question.request.id);
    this.#hold.client.answer(this.#hold.feed, question.request.id, answer);
    return true;
  }

  #forget(id: string | number): void {
    const at = this.#open.findIndex(({ request }) => request.id === id);
    if (at >= 0) this.#open.splice(at, 1);
  }
}
