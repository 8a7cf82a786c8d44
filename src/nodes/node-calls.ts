// What a node does for each call that a gateway may make: folders and ceilings are judged here, then the node's own
// app-server is asked. Nothing comes in that method-params.ts did not let through.
import type * as z from "zod";
import type { CodexClient } from "../codex/codex-client.ts";
import {
  account,
  backgroundTerminals,
  diagnostics,
  threadOpened,
  threadRead,
  threadsPage,
  turnStarted,
} from "../codex/schemas.ts";
import { BridgeError } from "../errors.ts";
import { findRealPlace, type RealPlace } from "../kit/real-place.ts";
import { readFilePiece } from "./file-piece.ts";
import type { GatewayFiles } from "./gateway-files.ts";
import { HeldThread } from "./held-thread.ts";
import type { NodeCall, ParamsOf } from "./method-params.ts";
import {
  assertBelowCeiling,
  checkNodeFolder,
  checkThreadFolder,
  findGiven,
  type NodeRules,
} from "./node-rules.ts";
import type { OwnTurns } from "./own-turns.ts";
import { ThreadFolders } from "./thread-folders.ts";

/** The gateway has deadlines of its own, and says so where it gives up. */
const requestDeadlineMs = 15 * 60_000;

export interface NodeCallsOptions {
  client: CodexClient;
  rules: NodeRules;
  turns: OwnTurns;
  files: GatewayFiles;
}

type Params = Record<string, unknown>;
type PolicyParams = {
  sandbox?: unknown;
  permissions?: unknown;
  sandboxPolicy?: unknown;
  approvalPolicy?: unknown;
};

export class NodeCalls {
  /** The threads that this channel holds, by id. */
  readonly held = new Map<string, HeldThread>();
  /** Threads that it let go and whose end it has yet to hear of. */
  readonly leaving = new Set<string>();
  readonly #options: NodeCallsOptions;

  constructor(options: NodeCallsOptions) {
    this.#options = options;
  }

  /** The answer for the gateway. Throws node errors of ours, and RpcError as the app-server said it. */
  async perform(call: NodeCall): Promise<unknown> {
    const { client, rules } = this.#options;
    switch (call.method) {
      case "initialize":
        // Where this machine keeps its CODEX_HOME is nothing to a gateway.
        return { userAgent: `codex/${client.version} (node)`, codexHome: "" };
      case "server/diagnostics":
        return { process: { id: (await this.#read(call.method, {}, diagnostics)).process.id }, gauges: [] };
      case "model/list":
        return this.#ask(call.method, call.params);
      case "account/read":
        return this.#readAccount();
      case "thread/list":
        return this.#listThreads(call.params);
      case "thread/read":
        return this.#readThread(call.params);
      case "thread/turns/list":
        await this.#assertThread(call.params.threadId);
        return this.#ask(call.method, call.params);
      case "thread/start":
        return this.#open(call.method, { ...call.params, cwd: await this.#folder(call.params.cwd) });
      case "thread/resume":
        return this.#resume(call.params);
      case "thread/fork":
        return this.#fork(call.params);
      case "thread/unsubscribe":
        return this.#unsubscribe(call.params.threadId);
      case "thread/name/set":
      case "thread/backgroundTerminals/list":
        this.#getHeld(call.params.threadId);
        return this.#ask(call.method, call.params);
      case "thread/backgroundTerminals/terminate":
        return this.#terminate(call.params);
      case "turn/start":
        return this.#startTurn(call.params);
      case "turn/steer": {
        this.#assertOwn(call.params.threadId, call.params.expectedTurnId);
        const input = await this.#options.files.unpack(call.params.input);
        return this.#ask(call.method, { ...call.params, input });
      }
      case "turn/interrupt":
        this.#assertOwn(call.params.threadId, call.params.turnId);
        return this.#ask(call.method, call.params);
      case "node/folder":
        return { path: await this.#folder(call.params.path) };
      case "node/file":
        return readFilePiece(call.params, this.#getHeld(call.params.threadId).feed.inForce.cwd ?? "", rules);
      case "node/keep":
        await this.#getHeld(call.params.threadId).checkFolder();
        return { path: await this.#options.files.keep(call.params) };
    }
  }

  /** Forgets a thread that the server has unloaded, or that is let go. */
  forget(threadId: string): void {
    this.held.get(threadId)?.forget();
    this.held.delete(threadId);
  }

  #ask(method: string, params: Params): Promise<unknown> {
    return this.#options.client.wire.request(method, params, { deadlineMs: requestDeadlineMs });
  }

  async #read<S extends z.ZodType>(method: string, params: Params, schema: S): Promise<z.infer<S>> {
    const { success, data, error } = schema.safeParse(await this.#ask(method, params));
    if (success) return data;
    throw new BridgeError(
      "backend-response-invalid",
      `the answer to ${method} cannot be read`,
      { method },
      error,
    );
  }

  /** One that is asked for: a link to it is followed once, here. */
  #folder(path: string): Promise<string> {
    return checkNodeFolder(path, this.#options.rules);
  }

  /** Whether the person here is signed in, and no more of who they are. */
  async #readAccount(): Promise<unknown> {
    const read = await this.#read("account/read", {}, account);
    return { account: read.account ? {} : null, requiresOpenaiAuth: read.requiresOpenaiAuth ?? null };
  }

  async #listThreads(params: ParamsOf<"thread/list">): Promise<unknown> {
    const page = await this.#read("thread/list", params, threadsPage);
    const given = await findGiven(this.#options.rules);
    const places = await Promise.all(page.data.map((thread) => findRealPlace(thread.cwd)));
    return { ...page, data: page.data.filter((_, at) => given.has(places[at] as RealPlace)) };
  }

  async #readThread(params: ParamsOf<"thread/read">): Promise<unknown> {
    const read = await this.#read("thread/read", params, threadRead);
    await checkThreadFolder(read.thread.cwd, this.#options.rules);
    return read;
  }

  async #assertThread(threadId: string): Promise<void> {
    if (!this.held.has(threadId)) await this.#readThread({ threadId });
  }

  /** Also of a thread that is held: its folder may have gone since. */
  async #checkFolderOf(threadId: string): Promise<void> {
    await (this.held.get(threadId)?.checkFolder() ?? this.#readThread({ threadId }));
  }

  async #resume(params: ParamsOf<"thread/resume">): Promise<unknown> {
    const { threadId } = params;
    await this.#checkFolderOf(threadId);
    const isNew = !this.held.has(threadId);
    // Before the answer: what the server tells right behind it must not be missed.
    if (isNew) this.#hold(threadId);
    try {
      return await this.#open("thread/resume", params);
    } catch (error) {
      if (isNew) this.forget(threadId);
      throw error;
    }
  }

  async #fork(params: ParamsOf<"thread/fork">): Promise<unknown> {
    await this.#checkFolderOf(params.threadId);
    const cwd = params.cwd === undefined ? {} : { cwd: await this.#folder(params.cwd) };
    return this.#open("thread/fork", { ...params, ...cwd });
  }

  /** Starts, resumes or forks, and holds what came of it. */
  async #open(method: string, params: Params & PolicyParams): Promise<unknown> {
    this.#assertStated(params);
    if (params.config !== undefined && this.#options.client.kind === "attached") {
      const details = { method, field: "config" };
      throw new BridgeError("node-refused", "the person's own server keeps its own settings", details);
    }
    const opened = await this.#read(method, params, threadOpened);
    const { id } = opened.thread;
    const asked = method === "thread/resume" ? params.threadId : id;
    const isOther = typeof asked === "string" && asked.toLowerCase() !== id.toLowerCase();
    const known = this.held.get(id);
    const folders = known?.folders ?? new ThreadFolders(this.#options.rules);
    try {
      if (isOther) throw new BridgeError("thread-other-opened", "another thread was opened", { opened: id });
      await folders.check(opened.cwd);
    } catch (error) {
      await this.#ask("thread/unsubscribe", { threadId: id }).catch(() => {});
      throw error;
    }
    const held = known ?? this.#hold(id, folders);
    held.feed.takeOpened(opened);
    held.inForce = {
      sandbox: opened.sandbox,
      approvalPolicy: opened.approvalPolicy,
      approvalsReviewer: opened.approvalsReviewer,
    };
    return opened;
  }

  #hold(threadId: string, folders = new ThreadFolders(this.#options.rules)): HeldThread {
    const { client, turns } = this.#options;
    const held = new HeldThread({ client, threadId, turns, folders });
    this.held.set(threadId, held);
    this.leaving.delete(threadId);
    return held;
  }

  async #unsubscribe(threadId: string): Promise<unknown> {
    this.#getHeld(threadId);
    this.leaving.add(threadId);
    const answer = await this.#ask("thread/unsubscribe", { threadId });
    this.forget(threadId);
    return answer;
  }

  async #startTurn(params: ParamsOf<"turn/start">): Promise<unknown> {
    const { rules, files } = this.#options;
    const held = this.#getHeld(params.threadId);
    this.#assertStated(params);
    // What is not said stays as it is in the thread, and the person here may have raised it.
    const { sandbox, approvalPolicy, approvalsReviewer } = held.inForce;
    const isSaid = params.sandboxPolicy !== undefined || params.permissions !== undefined;
    assertBelowCeiling(
      {
        sandbox: isSaid ? (params.sandboxPolicy ?? params.permissions) : sandbox,
        approvalPolicy: params.approvalPolicy ?? approvalPolicy,
        approvalsReviewer: params.approvalsReviewer ?? approvalsReviewer,
      },
      rules,
    );
    const folder = await held.checkFolder(params.cwd);
    const cwd = params.cwd === undefined ? {} : { cwd: folder };
    const input = await files.unpack(params.input);
    // Codex would put the words into the turn that runs, with that turn's rights.
    const active = held.feed.activity === "idle" ? undefined : await held.findActiveTurn();
    if (active !== undefined && !held.isOwn(active)) {
      throw new BridgeError("node-thread-busy", "somebody else's turn runs in the thread", {
        threadId: params.threadId,
      });
    }
    held.expect(params.clientUserMessageId);
    const started = await this.#read("turn/start", { ...params, ...cwd, input }, turnStarted);
    held.accept(started.turn.id, active);
    return started;
  }

  async #terminate({
    threadId,
    processId,
  }: ParamsOf<"thread/backgroundTerminals/terminate">): Promise<unknown> {
    this.#getHeld(threadId);
    const left = await this.#read("thread/backgroundTerminals/list", { threadId }, backgroundTerminals);
    const found = left.data.find((terminal) => terminal.processId === processId);
    if (!found || !this.#options.turns.hasCommand(threadId, found.itemId)) {
      throw new BridgeError("turn-not-ours", "no turn of a gateway started that command", { threadId });
    }
    return this.#ask("thread/backgroundTerminals/terminate", { threadId, processId });
  }

  /** Every policy that the params state, each by itself. */
  #assertStated({ sandbox, permissions, sandboxPolicy, approvalPolicy }: PolicyParams): void {
    const { rules } = this.#options;
    const least = { sandbox: "read-only", approvalPolicy: "untrusted" };
    for (const stated of [sandbox, permissions, sandboxPolicy]) {
      if (stated !== undefined) assertBelowCeiling({ ...least, sandbox: stated }, rules);
    }
    if (approvalPolicy !== undefined) assertBelowCeiling({ ...least, approvalPolicy }, rules);
  }

  #getHeld(threadId: string): HeldThread {
    const held = this.held.get(threadId);
    if (held) return held;
    throw new BridgeError("thread-not-loaded", "this channel does not hold the thread", { threadId });
  }

  #assertOwn(threadId: string, turnId: string): void {
    if (this.#getHeld(threadId).isOwn(turnId)) return;
    throw new BridgeError("turn-not-ours", "no gateway started that turn", { threadId });
  }
}
