// A thread that a channel holds on its node: what is in force there, and which of its turns gateways started.
import type { CodexClient } from "../codex/codex-client.ts";
import { threadSettings, turnsPage } from "../codex/schemas.ts";
import type { ThreadFeed } from "../codex/thread-feed.ts";
import type { ReadEvent } from "../codex/turn-events.ts";
import type { Disposer } from "../kit/clock.ts";
import type { Policies } from "./node-rules.ts";
import type { OwnTurns } from "./own-turns.ts";
import type { ThreadFolders } from "./thread-folders.ts";

export class HeldThread {
  readonly threadId: string;
  readonly feed: ThreadFeed;
  /** As Codex itself says it: words, and objects for what has no word. */
  inForce: Policies = {};
  readonly folders: ThreadFolders;
  readonly #client: CodexClient;
  readonly #turns: OwnTurns;
  readonly #stopListening: Disposer;
  /** Message ids of turns that this channel started or is starting. */
  readonly #sent = new Set<string>();
  /** Turns whose start was heard and whose first message was not. */
  readonly #fresh = new Set<string>();
  readonly #foreign = new Set<string>();

  constructor(given: {
    client: CodexClient;
    threadId: string;
    turns: OwnTurns;
    folders: ThreadFolders;
  }) {
    const { client, threadId, turns, folders } = given;
    this.folders = folders;
    this.threadId = threadId;
    this.#client = client;
    this.#turns = turns;
    this.feed = client.feed(threadId);
    this.#stopListening = this.feed.onEvent((event) => this.#hear(event));
  }

  /** What `thread/settings/updated` says. */
  takeSettings(value: unknown): void {
    const read = threadSettings.safeParse(value);
    if (!read.success) return;
    const { sandboxPolicy: sandbox, approvalPolicy, approvalsReviewer } = read.data;
    this.inForce = { sandbox, approvalPolicy, approvalsReviewer };
  }

  /** Before each turn. `asked`: where it shall work; without it, where the thread does. See thread-folders.ts. */
  checkFolder(asked = this.feed.inForce.cwd): Promise<string> {
    return this.folders.check(asked);
  }

  isOwn(turnId: string): boolean {
    return this.#turns.has(this.threadId, turnId);
  }

  /** Before turn/start: its first message will show whose turn it is. */
  expect(clientId: string): void {
    this.#sent.add(clientId);
  }

  /** After turn/start: ours unless it ran before, or its first message was somebody else's. */
  accept(turnId: string, activeBefore: string | undefined): void {
    if (turnId !== activeBefore && !this.#foreign.has(turnId)) this.#turns.add(this.threadId, turnId);
  }

  /** The turn that runs now; asked from the server where it was joined in mid-turn. Throws wire errors. */
  async findActiveTurn(): Promise<string | undefined> {
    const { feed, threadId } = this;
    if (feed.activeTurnId !== undefined || feed.activity === "idle") return feed.activeTurnId;
    const params = { threadId, limit: 1, sortDirection: "desc" };
    const { data } = await this.#client.request("thread/turns/list", params, turnsPage);
    const [newest] = data;
    if (newest?.status === "inProgress") feed.takeRunning({ turnId: newest.id });
    return newest?.status === "inProgress" ? newest.id : undefined;
  }

  forget(): void {
    this.#stopListening();
    this.#client.dropFeed(this.threadId);
  }

  #hear({ turnId, body }: ReadEvent): void {
    if (turnId === undefined) return;
    if (body.type === "turn-started") this.#fresh.add(turnId);
    if (body.type === "user-message" && this.#fresh.delete(turnId)) this.#decide(turnId, body.clientId);
    const isCommand = body.type === "tool-started" && body.tool === "command";
    if (isCommand && this.isOwn(turnId)) this.#turns.addCommand(turnId, body.itemId);
  }

  #decide(turnId: string, clientId: string | undefined): void {
    if (clientId !== undefined && this.#sent.has(clientId)) {
      this.#turns.add(this.threadId, turnId);
      return;
    }
    this.#foreign.add(turnId);
    this.#turns.remove(turnId);
  }
}
