// All that one connection tells about one thread: its status, the turn that runs, what is in force, open server requests.
// It routes nothing to people and answers nothing.
import type { Disposer } from "../kit/clock.ts";
import { Listeners } from "../kit/listeners.ts";
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

export class ThreadFeed {
  readonly threadId: string;
  activity: ThreadActivity = "unknown";
  /** The turn that runs now, whoever started it. */
  activeTurnId: string | undefined;
  inForce: InForce = {};
  readonly #events = new Listeners<ReadEvent>();
  readonly #requests = new Listeners<ServerRequest>();
  readonly #idle = new Listeners<void>();
  readonly #quiet = new Listeners<void>();
  readonly #closed = new Listeners<void>();
  readonly #openRequests = new Map<string | number, ServerRequest>();
  readonly #commands = new Set<string>();

  constructor(threadId: string) {
    this.threadId = threadId;
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

  /** Called whenever no turn and no command of the thread runs any more. */
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

  get isQuiet(): boolean {
    return this.activity !== "active" && !this.hasRunningCommand;
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
        this.#openRequests.clear();
        this.#closed.emit();
        return;
      default:
        this.#takeEvent(readTurnEvent(method, params));
    }
  }

  takeRequest(request: ServerRequest): void {
    this.#openRequests.set(request.id, request);
    this.#requests.emit(request);
  }

  forgetRequest(id: string | number): void {
    this.#openRequests.delete(id);
  }

  #takeEvent(read: ReadEvent): void {
    const event = this.#nameTurn(read);
    const { body, turnId } = event;
    if (body.type === "turn-started") this.activeTurnId = turnId;
    if (body.type === "turn-ended" && this.activeTurnId === turnId) this.activeTurnId = undefined;
    if (body.type === "tool-started" && body.tool === "command") this.#commands.add(body.itemId);
    if (body.type === "tool-completed") this.#commands.delete(body.itemId);
    if (body.type === "question-resolved") this.#openRequests.delete(body.requestId);
    this.#events.emit(event);
    if (body.type === "turn-ended" || body.type === "tool-completed") this.#tellWhenQuiet();
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
