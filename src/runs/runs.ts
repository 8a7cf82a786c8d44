// The background sessions of a user: started, listed, read, attached, stopped and deleted, from any process.
// A run is an ordinary thread; here is only what a name stands for.
import { checkInput, type TurnInput } from "../codex/turns.ts";
import { BridgeError } from "../errors.ts";
import { type Clock, pause } from "../kit/clock.ts";
import { cutText, oneLine, stripControls } from "../kit/text.ts";
import { readProcessIdentity } from "../process/identity.ts";
import type { TurnSettings } from "../store/rows.ts";
import { type RunRemoval, removeRunThread, stopRun } from "./end-run.ts";
import { findRun } from "./find-run.ts";
import { takeLine } from "./run-lines.ts";
import { findOwnTurn, lookAtRun, type RunLook, type RunStatus } from "./run-look.ts";
import { buildRunName, checkRunName } from "./run-names.ts";
import type { RunPlaces } from "./run-places.ts";
import { RunSession } from "./run-session.ts";
import type { Run, RunEnd, RunKind, RunStore } from "./run-store.ts";
import { beginRun } from "./start-run.ts";

export interface RunRequest {
  name?: string;
  kind: RunKind;
  codexHome: string;
  /** Absent: this machine. */
  host?: NonNullable<Run["host"]>;
  /** Checked by the caller. */
  cwd: string;
  settings: TurnSettings;
  network: boolean;
  /** Absent: a repl run that begins with its first line. */
  input?: TurnInput;
  /** The chat to be told of its end. */
  tell?: string;
}

export interface RunRow {
  run: Run;
  status: RunStatus;
  pid?: number;
  outputBytes?: number;
  errorBytes?: number;
}

export interface RunsOptions {
  store: RunStore;
  places: RunPlaces;
  clock: Clock;
}

/** parity S3-14. */
const previewChars = 40;
const threadLookMs = 300;
/** As in lists of sessions. */
const nodePatienceMs = 10_000;
const ends: readonly RunStatus[] = ["completed", "failed", "stopped", "lost"] satisfies RunEnd[];

export class Runs {
  readonly #options: RunsOptions;

  constructor(options: RunsOptions) {
    this.#options = options;
  }

  /**
   * Resolves when Codex has taken the first turn. Throws `run-name-invalid`, `run-name-taken`, `input-too-large`,
   * `image-unreadable`, setup, process, thread and wire errors; nothing is left behind then, but a run whose turn may have
   * begun on another machine.
   */
  async create(request: RunRequest, signal?: AbortSignal): Promise<Run> {
    const { store, places, clock } = this.#options;
    if (request.input) await checkInput(request.input);
    const run = await this.#claim(request);
    try {
      if (request.input) await beginRun({ store, clock, place: places.get(run) }, run, request.input, signal);
      else store.setOpen(run.name);
      return store.find(run.name) ?? run;
    } catch (error) {
      if (store.find(run.name)?.threadId === undefined) store.remove(run.name);
      throw error;
    }
  }

  /** Every run as it stands now, oldest first; what no server tells is `unknown`. */
  async list(signal?: AbortSignal): Promise<RunRow[]> {
    const rows = await Promise.all(this.#options.store.all().map((run) => this.#readRow(run, signal)));
    return rows.filter((row) => row !== undefined);
  }

  /** Throws `run-none`, `run-ambiguous`. */
  find(selector: string, options?: { numbers?: boolean }): Run {
    return findRun(this.#options.store.all(), selector, options);
  }

  /** How it stands, with its turns. Throws setup and wire errors. */
  async look(run: Run, signal?: AbortSignal): Promise<RunLook> {
    const look = await lookAtRun(run, await this.#options.places.findFor(run, signal), signal);
    this.#remember(run, look);
    return look;
  }

  /**
   * Joins a run that has begun, to be closed by the caller; nothing is told before `replay`.
   * Throws `thread-held`, `thread-gone`, setup and wire errors.
   */
  async open(run: Run, history: number, listen: (session: RunSession) => void, signal?: AbortSignal) {
    const { places, clock } = this.#options;
    const place = await places.findFor(run, signal);
    const session = new RunSession(
      run,
      await place.threads.hold(run.threadId ?? "", signal),
      place.threads,
      clock,
    );
    try {
      listen(session);
      await session.replay(history, signal);
      return session;
    } catch (error) {
      session.close();
      throw error;
    }
  }

  /**
   * Does `work`, which sends a line, when all lines of other clients that came before are sent.
   * Throws `run-none`, `cancelled`, and what `work` throws.
   */
  inTurn<T>({ name }: Run, work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    return takeLine(this.#options, name, work, signal);
  }

  /** Begins a repl run with its first line; false when another client has begun it meanwhile. Throws as `create` does. */
  async begin({ name }: Run, text: string, signal?: AbortSignal): Promise<boolean> {
    const { store, places, clock } = this.#options;
    const run = this.#get(name);
    if (run.threadId !== undefined) return false;
    const input = { text, images: [] };
    await checkInput(input);
    const options = { store, clock, place: places.get(run) };
    return beginRun(options, run, input, signal);
  }

  /** Resolves when a repl run has begun, by whichever client. Throws `run-none`, `cancelled`. */
  async awaitBegin({ name }: Run, signal: AbortSignal): Promise<Run> {
    for (;;) {
      const run = this.#get(name);
      if (run.threadId !== undefined && run.state !== "starting") return run;
      await pause(this.#options.clock, threadLookMs, signal);
      if (signal.aborted) throw new BridgeError("cancelled", "nobody waits any more");
    }
  }

  /** Interrupts the turn that runs and ends what it left running. Throws `run-idle`, `thread-held`, `run-not-here`, wire errors. */
  async stop(run: Run, signal?: AbortSignal): Promise<void> {
    const { places, clock } = this.#options;
    await stopRun(run, await places.findFor(run, signal), clock, signal);
  }

  /**
   * Ends what runs, removes the thread with all that it has said as far as that can be, then the name.
   * Throws `thread-held`, `run-not-here`, setup and wire errors.
   */
  async delete(run: Run, signal?: AbortSignal): Promise<RunRemoval> {
    const { places, clock, store } = this.#options;
    const removal = await removeRunThread(run, await places.findFor(run, signal), clock, signal);
    store.remove(run.name);
    return removal;
  }

  /** Whose thread it is. */
  findByThread(threadId: string): Run | undefined {
    return this.#options.store.all().find((run) => run.threadId === threadId);
  }

  /** As it is written down now; undefined when it was deleted. */
  reread({ name }: Pick<Run, "name">): Run | undefined {
    return this.#options.store.find(name);
  }

  /** Those whose end is still to be told to a chat. */
  untold(): Run[] {
    return this.#options.store.all().filter(({ tell }) => tell !== undefined);
  }

  setTold({ name }: Run): void {
    this.#options.store.setTold(name);
  }

  async close(): Promise<void> {
    await this.#options.places.close();
    this.#options.store.close();
  }

  #get(name: string): Run {
    const run = this.#options.store.find(name);
    if (!run) throw new BridgeError("run-none", `${name} is gone`, { selector: name });
    return run;
  }

  async #claim({ name, input, ...request }: RunRequest): Promise<Run> {
    const { store } = this.#options;
    const creator = await readProcessIdentity(process.pid);
    const preview = input && cutText(oneLine(stripControls(input.text)), previewChars);
    const row = {
      ...request,
      ...(preview ? { preview } : {}),
      creator: creator ?? { pid: 0, startedAt: "" },
    };
    const given = name === undefined ? undefined : checkRunName(name);
    for (;;) {
      const chosen = given ?? buildRunName((candidate) => store.find(candidate) !== undefined);
      if (store.add({ ...row, name: chosen })) return this.#get(chosen);
      if (given !== undefined) throw new BridgeError("run-name-taken", `${given} is taken`, { name: given });
    }
  }

  /** Undefined for what a killed `create` has left behind. */
  async #readRow(run: Run, signal: AbortSignal | undefined): Promise<RunRow | undefined> {
    const { state, outputBytes = 0, errorBytes = 0 } = run;
    if (state !== "starting" && state !== "open") return { run, status: state, outputBytes, errorBytes };
    const impatience = new AbortController();
    // One machine that does not answer keeps nobody from the list of the others.
    const calm = run.host && this.#options.clock.after(nodePatienceMs, () => impatience.abort());
    try {
      const until = signal ? AbortSignal.any([signal, impatience.signal]) : impatience.signal;
      const { turns, ...look } = await this.look(run, until);
      const isNothing = state === "starting" && look.status === "lost" && turns.length === 0;
      if (isNothing) this.#options.store.remove(run.name);
      return isNothing ? undefined : { run, ...look };
    } catch (error) {
      if (signal?.aborted) throw error;
      return { run, status: "unknown" };
    } finally {
      calm?.();
    }
  }

  /** How an exec run ended does not change any more; one whose `create` was killed is taken over. */
  #remember(run: Run, { status, turns, outputBytes, errorBytes }: RunLook): void {
    const { store, clock } = this.#options;
    const [first] = turns;
    if (run.state === "starting" && first && status !== "starting") store.setOpen(run.name, first.id);
    if (run.kind !== "exec" || turns.length === 0 || !isEnd(status)) return;
    const own = findOwnTurn(run, turns);
    // Codex tells whole seconds.
    const endedAt = own?.completedAt ? Math.max(own.completedAt * 1000, run.createdAt) : clock.now();
    store.setEnded(run.name, { state: status, endedAt, outputBytes, errorBytes });
  }
}

function isEnd(status: RunStatus): status is RunEnd {
  return ends.includes(status);
}
