// Threads and turns of the fake app-server: what it keeps, and what it tells when something happens to them.

export type Params = Record<string, unknown>;

export interface FakeTurn {
  id: string;
  status: "inProgress" | "completed" | "interrupted" | "failed";
  items: Params[];
  itemsView: string;
  error?: Params;
  startedAt: number;
  completedAt: number | null;
}

export interface FakeThread {
  id: string;
  cwd: string;
  sandbox: string;
  approvalPolicy: string;
  /** Oldest first. */
  turns: FakeTurn[];
  /** Server requests that nobody has answered. */
  openRequests: { id: string | number; method: string; params: Params }[];
  status: string;
  /** Somebody else's process has it: why it cannot be resumed. */
  refusal?: string;
}

export abstract class FakeThreads {
  readonly threads = new Map<string, FakeThread>();
  /** Called for every new turn; by default turns wait for the test. */
  onTurn: (turn: FakeTurn, thread: FakeThread) => void = () => {};
  /** Seconds since the epoch, for the times of turns. */
  nowSeconds = () => 1_767_225_600;
  /** How many turns a page of history holds at most. */
  pageSize = 100;
  #nextTurn = 1;
  #nextThread = 1;
  #nextRequest = 0;
  #later: (() => void)[] = [];

  abstract notify(threadId: string, method: string, params?: Params): void;
  abstract deliver(threadId: string, id: string | number, method: string, params: Params): void;

  add(id: string, change: Partial<FakeThread> = {}): FakeThread {
    const thread: FakeThread = {
      ...{ id, cwd: process.cwd(), sandbox: "workspaceWrite", approvalPolicy: "on-request" },
      ...{ turns: [], openRequests: [], status: "idle", ...change },
    };
    this.threads.set(id, thread);
    return thread;
  }

  get(id: string): FakeThread {
    const found = this.threads.get(id);
    if (!found) throw new Error(`the fake server has no thread ${id}`);
    return found;
  }

  /** The only thread, or the newest. */
  get last(): FakeThread {
    const found = [...this.threads.values()].at(-1);
    if (!found) throw new Error("the fake server has no thread");
    return found;
  }

  running(threadId = this.last.id): FakeTurn {
    const turn = this.get(threadId).turns.find((each) => each.status === "inProgress");
    if (!turn) throw new Error("no turn runs");
    return turn;
  }

  /** A message of somebody else: its own turn, or words for the one that runs. */
  join(threadId: string, text: string, clientId?: string): FakeTurn {
    const turn = this.begin(threadId, text, clientId);
    this.flush();
    return turn;
  }

  private begin(threadId: string, text: string, clientId?: string): FakeTurn {
    const thread = this.get(threadId);
    const known = thread.turns.find((each) => each.status === "inProgress");
    const userMessage = {
      type: "userMessage",
      id: `u${thread.turns.length}-${known?.items.length ?? 0}`,
      clientId: clientId ?? null,
      content: [{ type: "text", text }],
    };
    const turn: FakeTurn = known ?? {
      id: `turn-${this.#nextTurn++}`,
      ...{
        status: "inProgress",
        items: [],
        itemsView: "notLoaded",
        startedAt: this.nowSeconds(),
        completedAt: null,
      },
    };
    turn.items.push(userMessage);
    if (!known) {
      thread.turns.push(turn);
      thread.status = "active";
    }
    this.later(() => {
      if (!known) {
        this.notify(threadId, "thread/status/changed", { status: { type: "active", activeFlags: [] } });
        this.notify(threadId, "turn/started", { turn: describeTurn(turn) });
      }
      this.notify(threadId, "item/completed", { turnId: turn.id, item: userMessage });
      if (!known) this.onTurn(turn, thread);
    });
    return turn;
  }

  /** A whole item, as item/completed tells it. */
  complete(threadId: string, turnId: string, item: Params): void {
    const turn = this.get(threadId).turns.find((each) => each.id === turnId);
    turn?.items.push(item);
    this.notify(threadId, "item/completed", { turnId, item });
  }

  /** Ends the running turn with a reply. */
  reply(text: string, threadId = this.last.id): void {
    const turn = this.running(threadId);
    const item = { type: "agentMessage", id: `a-${turn.id}`, phase: "final_answer", text };
    this.complete(threadId, turn.id, item);
    this.end(threadId, turn.id, "completed", { items: [item], itemsView: "summary" });
  }

  end(threadId: string, turnId: string, status: FakeTurn["status"], told: Params = {}): void {
    const thread = this.get(threadId);
    const turn = thread.turns.find((each) => each.id === turnId);
    if (turn?.status !== "inProgress") return;
    Object.assign(turn, {
      status,
      completedAt: this.nowSeconds(),
      ...(told.error ? { error: told.error } : {}),
    });
    thread.status = "idle";
    thread.openRequests = [];
    this.notify(threadId, "thread/status/changed", { status: { type: "idle" } });
    this.notify(threadId, "turn/completed", { turn: { ...describeTurn(turn), ...told } });
  }

  /** Asks the clients of the thread something. Ids count from 0 for the life of the server, as the real ones do. */
  ask(method: string, params: Params = {}, threadId = this.last.id): number {
    const id = this.#nextRequest++;
    const request = { id, method, params: { turnId: this.running(threadId).id, ...params } };
    this.get(threadId).openRequests.push(request);
    this.deliver(threadId, id, method, request.params);
    return id;
  }

  /** Somebody has answered. */
  resolveRequest(requestId: string | number): void {
    for (const thread of this.threads.values()) {
      const left = thread.openRequests.filter((each) => each.id !== requestId);
      if (left.length === thread.openRequests.length) continue;
      thread.openRequests = left;
      this.notify(thread.id, "serverRequest/resolved", { requestId });
    }
  }

  countRunning(): number {
    return [...this.threads.values()]
      .flatMap((thread) => thread.turns)
      .filter((turn) => turn.status === "inProgress").length;
  }

  /** Runs after the answer of the request that is being served. */
  protected later(run: () => void): void {
    this.#later.push(run);
  }

  /** Tells what has happened but was not told yet. */
  flush(): void {
    for (const run of this.#later.splice(0)) run();
  }

  /** What dies with the process: running turns, open requests, request numbers; a thread without a message is gone. */
  protected forgetLive(): void {
    this.#later = [];
    this.#nextRequest = 0;
    for (const thread of this.threads.values()) {
      thread.openRequests = [];
      thread.status = "idle";
      for (const turn of thread.turns) if (turn.status === "inProgress") turn.status = "interrupted";
      if (thread.turns.length === 0) this.threads.delete(thread.id);
    }
  }

  protected start(params: Params): FakeThread {
    return this.add(`thread-${this.#nextThread++}`, { cwd: String(params.cwd), sandbox: "readOnly" });
  }

  protected resume(threadId: string): FakeThread | Error {
    const thread = this.threads.get(threadId);
    if (!thread) return new Error(`no rollout found for thread id ${threadId}`);
    return thread.refusal ? new Error(thread.refusal) : thread;
  }

  protected describeOpened(thread: FakeThread): Params {
    const { cwd, sandbox, approvalPolicy } = thread;
    return {
      thread: describeThread(thread),
      model: "fake-model",
      cwd,
      approvalPolicy,
      sandbox: { type: sandbox },
    };
  }

  protected perform(method: string, params: Params): unknown {
    const threadId = String(params.threadId ?? "");
    const thread = this.threads.get(threadId);
    if (!thread) return new Error(`thread not found: ${threadId}`);
    switch (method) {
      case "turn/start": {
        const input = params.input as { text?: string }[];
        const turn = this.begin(
          threadId,
          input[0]?.text ?? "",
          params.clientUserMessageId as string | undefined,
        );
        return { turn: { ...describeTurn(turn), items: [] } };
      }
      case "turn/steer":
        return { turnId: params.expectedTurnId };
      case "turn/interrupt": {
        const turn = thread.turns.find((each) => each.status === "inProgress");
        if (!turn) return new Error("no active turn to interrupt");
        this.later(() => this.end(threadId, turn.id, "interrupted"));
        return {};
      }
      case "thread/read":
        return { thread: describeThread(thread) };
      case "thread/turns/list": {
        const from = Number(params.cursor ?? 0);
        const size = Math.min(this.pageSize, Number(params.limit));
        const newestFirst = thread.turns.toReversed().map(describeTurn);
        const data = newestFirst.slice(from, from + size);
        return { data, nextCursor: from + size < newestFirst.length ? String(from + size) : null };
      }
      case "thread/backgroundTerminals/list":
        return { data: [], nextCursor: null };
      default:
        return {};
    }
  }
}

export function describeTurn(turn: FakeTurn): Params {
  return { ...turn, items: [...turn.items] };
}

function describeThread({ id, cwd, status }: FakeThread): Params {
  return { id, cwd, status: { type: status }, source: "vscode", updatedAt: 1_767_225_600 };
}
