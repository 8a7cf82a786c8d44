// Runs as a conversation uses them: started in its name, here or on a node; that they ask, and their end, told to it once,
// also after a restart.
import type { Settings } from "../config/settings.ts";
import { checkNewFolder, type FolderPlace, type FolderRules } from "../conversations/folder.ts";
import type { NewPart } from "../conversations/outbox-parts.ts";
import { BridgeError, isBridgeError } from "../errors.ts";
import { says } from "../kit/blocks.ts";
import { type Clock, pause } from "../kit/clock.ts";
import type { Log } from "../kit/log.ts";
import type { RunSession } from "../runs/run-session.ts";
import { buildRunSettings } from "../runs/run-settings.ts";
import type { Run } from "../runs/run-store.ts";
import type { Runs } from "../runs/runs.ts";
import type { ApprovalPolicy } from "../store/rows.ts";
import { formatRunAsks, formatRunEnded } from "./words/run-text.ts";

export interface RunDeskOptions {
  runs: Pick<
    Runs,
    "create" | "list" | "find" | "look" | "open" | "stop" | "delete" | "untold" | "setTold" | "reread"
  >;
  settings: Pick<Settings, "sandbox" | "approvalPolicy" | "model" | "effort" | "network" | "folder">;
  codexHome: string;
  buildFolderRules(): FolderRules;
  outbox: { post(part: NewPart): void };
  /** Whether this host serves the conversation. */
  serves(conversation: string): boolean;
  clock: Clock;
  log: Log;
}

export interface ChatRunRequest {
  conversation: string;
  prompt: string;
  name?: string;
  folder?: string;
  place: FolderPlace & { id: string; name: string; isNode?: true };
}

/** A run that somebody else holds, or whose server is away, is looked at again so often. */
const againMs = 5_000;

export class RunDesk {
  readonly runs: Pick<Runs, "list" | "find" | "look" | "stop" | "delete" | "reread">;
  readonly #options: RunDeskOptions;
  readonly #closing = new AbortController();
  readonly #watching = new Set<string>();

  constructor(options: RunDeskOptions) {
    this.#options = options;
    this.runs = options.runs;
  }

  /** Follows the runs whose end is still to be told here. */
  start(): void {
    const { runs, serves, log } = this.#options;
    try {
      for (const run of runs.untold()) if (run.tell !== undefined && serves(run.tell)) this.#watch(run);
    } catch (error) {
      // Said to whoever uses a command for runs; nobody is kept from talking.
      log.warn(`the runs cannot be read: ${String(error)}`);
    }
  }

  /** Those that were started from a conversation served here; ones that have ended stay as they are. */
  async stopAll(): Promise<void> {
    const { runs, serves, log } = this.#options;
    for (const run of runs.untold()) {
      if (run.tell === undefined || !serves(run.tell)) continue;
      await runs.stop(run, this.#closing.signal).catch((error: unknown) => {
        log.warn(`a run was not stopped: ${String(error)}`);
      });
    }
  }

  close(): void {
    this.#closing.abort();
  }

  /**
   * On a node whose operator allows no turn that asks nobody, it asks as little as that allows.
   * Throws `bad-arguments` where there is no folder, folder errors, and what `Runs.create` throws.
   */
  async create(request: ChatRunRequest, signal: AbortSignal): Promise<Run> {
    const { runs, settings, codexHome } = this.#options;
    const { conversation, prompt, name, place } = request;
    const wanted = {
      kind: "exec" as const,
      codexHome,
      cwd: await this.#checkFolder(request),
      settings: buildRunSettings(settings, { ask: false }),
      network: settings.network,
      input: { text: prompt, images: [] },
      tell: conversation,
      ...(name === undefined ? {} : { name }),
      ...(place.isNode ? { host: { place: place.id, name: place.name } } : {}),
    };
    try {
      const run = await runs.create(wanted, signal).catch((error: unknown) => {
        const approvalPolicy = readApprovalCeiling(error);
        if (!approvalPolicy) throw error;
        return runs.create({ ...wanted, settings: { ...wanted.settings, approvalPolicy } }, signal);
      });
      this.#watch(run);
      return run;
    } catch (error) {
      // What may have begun on a node all the same.
      this.start();
      throw error;
    }
  }

  async #checkFolder({ folder, place }: ChatRunRequest): Promise<string> {
    const { settings, buildFolderRules } = this.#options;
    // The default folder is one of this machine.
    const wanted = folder ?? (place.isNode ? undefined : settings.folder);
    if (wanted === undefined)
      throw new BridgeError("bad-arguments", "no folder", {
        problem: "which folder? --cwd <folder> names one",
      });
    return place.checkFolder ? place.checkFolder(wanted) : checkNewFolder(wanted, buildFolderRules());
  }

  #watch(run: Run): void {
    if (this.#watching.has(run.name)) return;
    this.#watching.add(run.name);
    this.#follow(run)
      .catch((error: unknown) => this.#options.log.warn(`following a run failed: ${String(error)}`))
      .finally(() => this.#watching.delete(run.name));
  }

  async #follow(run: Run): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      const isTold = await this.#tellIfEnded(run).catch(() => false);
      if (isTold || signal.aborted) return;
      const isFollowed = await this.#awaitEnd(run).then(
        () => true,
        () => false,
      );
      if (!isFollowed) await pause(this.#options.clock, againMs, signal);
    }
  }

  async #awaitEnd(run: Run): Promise<void> {
    const { signal } = this.#closing;
    const session: RunSession = await this.#options.runs.open(
      run,
      0,
      (joined) => joined.onQuestion(({ request }) => this.#tellAsking(run, request.id)),
      signal,
    );
    const leave = () => session.close();
    signal.addEventListener("abort", leave, { once: true });
    await session.ended;
    signal.removeEventListener("abort", leave);
    session.close();
  }

  #tellAsking(run: Run, requestId: string | number): void {
    if (run.tell === undefined) return;
    const key = `question ${requestId} of run ${run.name} ${run.turnId ?? ""}`;
    const blocks = says(formatRunAsks(run));
    this.#options.outbox.post({ conversation: run.tell, kind: "notice", blocks, key });
  }

  /** True when there is nothing more to tell. */
  async #tellIfEnded({ name }: Pick<Run, "name">): Promise<boolean> {
    const { runs, outbox } = this.#options;
    const run = runs.reread({ name });
    if (run?.tell === undefined) return true;
    const { status, turns } = await runs.look(run, this.#closing.signal);
    if (status === "running" || status === "asking" || status === "starting") return false;
    const key = `end of run ${run.name} ${run.turnId ?? run.threadId ?? ""}`;
    // First written down under a key that is written once, then forgotten: a crash between tells it no second time.
    const blocks = formatRunEnded(run, status, turns);
    outbox.post({ conversation: run.tell, kind: "final", blocks, key });
    runs.setTold(run);
    return true;
  }
}

/** What a node allows at most, where that is less than to ask nobody. */
function readApprovalCeiling(error: unknown): ApprovalPolicy | undefined {
  if (!isBridgeError(error, "node-ceiling") || error.details.field !== "approvals") return undefined;
  const { ceiling } = error.details;
  return ceiling === "on-request" || ceiling === "untrusted" ? ceiling : undefined;
}
