// All that one connection tells about one thread: its status, the turn that runs, what is in force, open server requests.
// It routes nothing to people and answers nothing.
import type { Disposer } from "../kit/clock.ts";
import { Listeners } from "../kit/listeners.ts";
import type { Log } from "../kit/log.ts";
import type { InForce } from "../store/rows.ts";
import { type ThreadOpened, threadSettings, threadStatus } from "./schemas.ts";
import { type ReadEvent, readTurnEvent } from "./turn-events.ts";

/** A request of the server that waits for an answer. Ids are numbers from 0, or text. */
export interface ServerRequest {
  id: string | number;
  method: string;
  params: Record<string, unknown>;
}

export type ThreadActivity = "unknown" | "idle" | "active" | "closed";

export interface ThreadFeedOptions {
  log: Log;
  /** The server is ours: whatever it asks while our turn runs can only be of that turn. */
  isOwnServer: boolean;
}

export class ThreadFeed {
  readonly threadId: string;
  /** For listeners that fail; the others are called all the same. */
  readonly onError: (error: unknown) => void;
  readonly #isOwnServer: boolean;
  activity: ThreadActivity = "unknown";
  /** The turn that runs now, whoever started it. */
  activeTurnId: string | undefined;
  inForce: InForce = {};
  readonly #events: Listeners<ReadEvent>;
  readonly #requests: Listeners<ServerRequest>;
  readonly #idle: Listeners<void>;
  readonly #quiet: Listeners<void>;
  readonly #closed: Listeners<void>;
  readonly #openRequests = new Map<string | number, ServerRequest>();
  readonly #commands = new Set<string>();
  readonly #subAgents = new Set<string>();

  constructor(threadId: string, { log, isOwnServer }: ThreadFeedOptions) {
    this.threadId = threadId;
    this.#isOwnServer = isOwnServer;
    this.onError = (error) => log.warn(`a listener of thread ${threadId} failed: ${String(error)}`);
    this.#events = new Listeners(this.onError);
    this.#requests = new Listeners(this.onError);
    this.#idle = new Listeners(this.onError);
    this.#quiet = new Listeners(this.onError);
    this.#closed = new Listeners(this.onError);
  }

  onEvent(listener: (event: ReadEvent) => void): Disposer {
    return this.#events.on(listener);
  }

  onRequest(listener: (request: ServerRequest) => void): Disposer {
    return this.#requests.on(listener);
  }

  /** Called whenever no turn runs any more. */
  onIdle(listener: () => void): Disposer {
    return this.#idle.on(listener);
  }

  /** Called whenever no turn, no command and no sub-agent of the thread runs any more. */
  onQuiet(listener: () => void): Disposer {
    return this.#quiet.on(listener);
  }

  /** Called when the server has unloaded the thread. */
  onClosed(listener: () => void): Disposer {
    return this.#closed.on(listener);
  }

  /** Requests that nobody has answered yet, in the order they came. */
  get openRequests(): ServerRequest[] {
    return [...this.#openRequests.values()];
  }

  /** A command that was left running when its turn ended counts too: unloading the thread would kill it. */
  get hasRunningCommand(): boolean {
    return this.#commands.size > 0;
  }

  /** A turn may end before the sub-agents that it started; what they ask is still asked through this thread. */
  get hasSubAgent(): boolean {
    return this.#subAgents.size > 0;
  }

  get isQuiet(): boolean {
    return this.activity !== "active" && !this.hasRunningCommand && !this.hasSubAgent;
  }

  /** What thread/start or thread/resume answered. */
  takeOpened(opened: ThreadOpened): void {
    this.inForce = {
      cwd: opened.cwd,
      ...(opened.model ? { model: opened.model } : {}),
      ...(opened.reasoningEffort ? { effort: opened.reasoningEffort } : {}),
      ...formatPolicies(opened.approvalPolicy, opened.sandbox),
    };
    // What was heard meanwhile is newer than the answer.
    if (this.activity === "unknown" || this.activity === "closed") this.#takeStatus(opened.thread.status);
  }

  /** What was found running when the thread was joined: a turn that had begun, commands that turns had left. */
  takeRunning({ turnId, commands = [] }: { turnId?: string; commands?: readonly string[] }): void {
    if (this.activity === "active") this.activeTurnId ??= turnId;
    this.#nameOpenRequests();
    for (const itemId of commands) this.#commands.add(itemId);
  }

  takeNotification(method: string, params: Record<string, unknown>): void {
    switch (method) {
      case "thread/status/changed":
        this.#takeStatus(params.status);
        return;
      case "thread/settings/updated":
        this.#takeSettings(params.threadSettings);
        return;
      case "thread/closed":
        this.activity = "closed";
        this.activeTurnId = undefined;
        this.#commands.clear();
        this.#subAgents.clear();
        this.#openRequests.clear();
        this.#closed.emit();
        return;
      default:
        this.#takeEvent(readTurnEvent(method, params));
    }
  }

  /** A sub-agent that a turn of this thread started begins or ends a turn of its own. */
  takeSubAgent(threadId: string, isRunning: boolean): void {
    if (isRunning) this.#subAgents.add(threadId);
    else if (this.#subAgents.delete(threadId)) this.#tellWhenQuiet();
  }

  takeRequest(asked: ServerRequest): void {
    const request = this.#nameRequest(asked);
    this.#openRequests.set(request.id, request);
    this.#requests.emit(request);
  }

  forgetRequest(id: string | number): void {
    this.#openRequests.delete(id);
  }

  #takeEvent(read: ReadEvent): void {
    const event = this.#nameTurn(read);
    const { body, turnId } = event;
    if (body.type === "turn-started") {
      this.activeTurnId = turnId;
      this.#nameOpenRequests();
    }
    if (body.type === "turn-ended" && this.activeTurnId === turnId) this.activeTurnId = undefined;
    if (body.type === "tool-started" && body.tool === "command") this.#commands.add(body.itemId);
    if (body.type === "tool-completed") this.#commands.delete(body.itemId);
    if (body.type === "question-resolved") this.#openRequests.delete(body.requestId);
    this.#events.emit(event);
    if (body.type === "turn-ended" || body.type === "tool-completed") this.#tellWhenQuiet();
  }

  /** An elicitation may name no turn (`turnId: null`, 0.169.0). On the person's server it may be about anything. */
  #nameRequest(request: ServerRequest): ServerRequest {
    const turnId = this.activeTurnId;
    const isNamed = typeof request.params.turnId === "string";
    if (isNamed || !this.#isOwnServer || turnId === undefined) return request;
    return { ...request, params: { ...request.params, turnId } };
  }

  #nameOpenRequests(): void {
    for (const [id, request] of this.#openRequests) this.#openRequests.set(id, this.#nameRequest(request));
  }

  /** `serverRequest/resolved` does not say of which turn the request was (0.169.0). */
  #nameTurn(event: ReadEvent): ReadEvent {
    if (event.body.type !== "question-resolved") return event;
    const turnId = this.#openRequests.get(event.body.requestId)?.params.turnId;
    return typeof turnId === "string" ? { ...event, turnId } : event;
  }

  #takeStatus(value: unknown): void {
    const status = threadStatus.safeParse(value);
    if (!status.success) return;
    const word = status.data.type;
    if (word === "notLoaded") return;
    // systemError is how a failed turn leaves a thread: it takes the next turn all the same.
    this.activity = word === "idle" || word === "systemError" ? "idle" : "active";
    if (this.activity === "idle") {
      this.activeTurnId = undefined;
      this.#idle.emit();
      this.#tellWhenQuiet();
    }
  }

  #takeSettings(value: unknown): void {
    const settings = threadSettings.safeParse(value);
    if (!settings.success) return;
    const { cwd, model, effort, approvalPolicy, sandboxPolicy } = settings.data;
    this.inForce = {
      ...this.inForce,
      ...(cwd ? { cwd } : {}),
      ...(model ? { model } : {}),
      ...(effort ? { effort } : {}),
      ...formatPolicies(approvalPolicy, sandboxPolicy),
    };
  }

  #tellWhenQuiet(): void {
    if (this.isQuiet) this.#quiet.emit();
  }
}

const sandboxWords: Record<string, string> = {
  readOnly: "read-only",
  workspaceWrite: "workspace-write",
  dangerFullAccess: "danger-full-access",
};

function formatPolicies(approval: unknown, sandbox: { type: string } | null | undefined): InForce {
  const approvalPolicy = typeof approval === "string" ? approval : approval ? "granular" : undefined;
  return {
    ...(approvalPolicy ? { approvalPolicy } : {}),
    ...(sandbox ? { sandbox: sandboxWords[sandbox.type] ?? sandbox.type } : {}),
  };
}
