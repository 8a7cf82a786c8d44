// One turn by `codex exec` as a process of its own: checked before it starts, fed by stdin, heard to its end, and ended
// with all it started when it is stopped. It remembers nothing and asks nobody.

import { readExecFailure } from "../codex/error-meanings.ts";
import type { Usage } from "../codex/turn-events.ts";
import type { TurnOutcome } from "../codex/turn-inbox.ts";
import { checkInput, type TurnInput } from "../codex/turns.ts";
import { BridgeError, toBridgeError } from "../errors.ts";
import type { Clock } from "../kit/clock.ts";
import type { Log } from "../kit/log.ts";
import { type ChildExit, type ChildProcessHandle, startChild } from "../process/child.ts";
import type { CodexBinary } from "../process/find-codex.ts";
import { stopTree } from "../process/stop-tree.ts";
import { LineSplitter } from "../rpc/line-splitter.ts";
import { buildExecArgs, type ExecPolicy } from "./exec-args.ts";
import { type ExecListener, ExecStream } from "./exec-stream.ts";
import { checkStored, readStoredThread } from "./stored-thread.ts";
import { noUsage } from "./subtract-usage.ts";

export interface ExecRunnerOptions {
  codexHome: string;
  policy: ExecPolicy;
  findCodex(signal: AbortSignal): Promise<CodexBinary>;
  /** The whole environment of the process. */
  buildEnv(signal: AbortSignal): Promise<Record<string, string>>;
  clock: Clock;
  log: Log;
}

export interface ExecRequest {
  input: TurnInput;
  /** Real path of a folder that exists. */
  cwd: string;
  /** Absent: a new thread. */
  threadId?: string;
  model?: string;
  effort?: string;
}

export interface ExecResult {
  /** `lost`: the process ended without telling how the turn ended. */
  outcome: TurnOutcome;
  threadId?: string;
  /** Where the turn's own usage is not known: the running total of its thread. */
  threadUsage?: Usage;
}

/** How long a stopped turn may take to end its commands; an interrupt takes 10 to 40 ms (0.169.0). */
const stopGraceMs = 5_000;
const fullId = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export class ExecRunner {
  readonly #options: ExecRunnerOptions;

  constructor(options: ExecRunnerOptions) {
    this.#options = options;
  }

  /** What is in force in every turn. */
  get policy(): ExecPolicy {
    return this.#options.policy;
  }

  /**
   * Throws only what shows before anything ran: `empty-message`, `input-too-large`, `image-unreadable`,
   * `thread-id-invalid`, `exec-settings-differ`, `folder-missing`, setup errors, `cancelled`. An abort of `signal`
   * interrupts the turn; the result comes when its whole tree is gone.
   */
  async run(request: ExecRequest, listener: ExecListener, signal: AbortSignal): Promise<ExecResult> {
    const { policy, findCodex, buildEnv, clock, log } = this.#options;
    const { input, cwd, threadId, model, effort } = request;
    if (input.text.trim() === "") throw new BridgeError("empty-message", "an exec wants words");
    await checkInput(input);
    const totalBefore = threadId === undefined ? noUsage : await this.#checkThread(threadId, cwd, signal);
    const [codex, env] = await Promise.all([findCodex(signal), buildEnv(signal)]);
    if (signal.aborted) throw new BridgeError("cancelled", "cancelled before the exec was started");
    const known = threadId === undefined ? {} : { threadId };
    const chosen = { ...(model ? { model } : {}), ...(effort ? { effort } : {}) };
    const args = buildExecArgs({ policy, ...known, ...chosen, images: input.images });
    const before = totalBefore ? { totalBefore } : {};
    const stream = new ExecStream({ ...pickListener(listener), ...known, ...before, log });
    listener.onStarting?.();
    const child = await startChild({ command: codex.path, args, env, cwd, clock });
    // Ended at once: an exec whose stdin stays open waits for more of it.
    child.stdin.end(input.text);
    const broken = await this.#hear(child, stream, signal);
    const outcome = buildOutcome({
      stream,
      exit: await child.exited,
      stderr: child.stderr.text(),
      broken,
      isStopped: signal.aborted,
    });
    if (outcome.status === "failed" || outcome.status === "lost") stream.emitFailing(outcome.error);
    stream.emitEnd(endWords[outcome.status]);
    return {
      outcome,
      ...(stream.threadId === undefined ? {} : { threadId: stream.threadId }),
      ...(stream.total && !stream.usage ? { threadUsage: stream.total } : {}),
    };
  }

  /** The thread's running total, where its rollout tells it. */
  async #checkThread(threadId: string, cwd: string, signal: AbortSignal): Promise<Usage | undefined> {
    // Exec takes anything else for the name of a thread, and starts a new one when there is none (0.169.0).
    if (!fullId.test(threadId)) {
      throw new BridgeError("thread-id-invalid", "exec wants a full id", { threadId });
    }
    const { codexHome, policy } = this.#options;
    const stored = await readStoredThread(codexHome, threadId, signal);
    if (!stored) return undefined;
    const sandbox = policy.bypass ? "danger-full-access" : policy.sandbox;
    const network = sandbox === "workspace-write" && policy.network;
    checkStored(stored, { cwd, sandbox, approvalPolicy: "never", network });
    return stored.total;
  }

  /** Resolves when the process is gone; with what made its output useless, if anything did. */
  async #hear(
    child: ChildProcessHandle,
    stream: ExecStream,
    signal: AbortSignal,
  ): Promise<BridgeError | undefined> {
    const { clock } = this.#options;
    const splitter = new LineSplitter();
    let broken: BridgeError | undefined;
    let stopping: Promise<void> | undefined;
    const stop = () => {
      stopping ??= stopTree(child, clock, stopGraceMs);
    };
    const take = (lines: readonly string[]) => {
      try {
        for (const line of lines) if (!broken) stream.take(line);
      } catch (error) {
        broken = toBridgeError(error);
        stop();
      }
    };
    child.stdout.on("data", (chunk: Buffer) => {
      try {
        take(splitter.push(chunk));
      } catch (error) {
        broken ??= toBridgeError(error);
        stop();
      }
    });
    signal.addEventListener("abort", stop, { once: true });
    if (signal.aborted) stop();
    await child.exited;
    const rest = splitter.end();
    take(rest === undefined ? [] : [rest]);
    signal.removeEventListener("abort", stop);
    await stopping;
    return broken;
  }
}

const endWords: Record<TurnOutcome["status"], string> = {
  answered: "completed",
  empty: "completed",
  failed: "failed",
  interrupted: "interrupted",
  lost: "failed",
};

interface ExecEnd {
  stream: ExecStream;
  exit: ChildExit;
  stderr: string;
  /** What made its output useless. */
  broken: BridgeError | undefined;
  isStopped: boolean;
}

function buildOutcome({ stream, exit, stderr, broken, isStopped }: ExecEnd): TurnOutcome {
  const reply = stream.buildReply();
  const text = reply === "" ? {} : { text: reply };
  const usage = stream.usage ? { usage: stream.usage } : {};
  const failed = (error: BridgeError): TurnOutcome => ({ status: "failed", error, ...text, ...usage });
  if (broken) return failed(broken);
  if (stream.failure) return failed(stream.failure);
  // After `turn.completed` nothing can undo it, not even a stop that came too late.
  if (stream.total && (exit.code === 0 || isStopped)) {
    return reply === "" ? { status: "empty", ...usage } : { status: "answered", text: reply, ...usage };
  }
  if (isStopped) return { status: "interrupted", ...text, ...usage };
  const how = exit.signal ?? `code ${exit.code}`;
  const details = { threadId: stream.threadId ?? stream.askedId };
  if (stream.failing) return failed(stream.failing);
  if (!stream.hasBegun || stream.total) return failed(readExecFailure(stderr, how, details));
  const message = `codex exec ended (${how}) in the middle of its turn`;
  return {
    status: "lost",
    error: new BridgeError("turn-outcome-unknown", message, { ...details, exit: how }),
  };
}

function pickListener({ onThread, onEvent }: ExecListener): ExecListener {
  return { ...(onThread ? { onThread } : {}), ...(onEvent ? { onEvent } : {}) };
}
