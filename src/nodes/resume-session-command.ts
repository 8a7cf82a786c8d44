// `codex.cli.session.resume` on a node: one whole turn as one call, for callers that cannot stream (parity S0-36 to S0-42).
// It goes through the node's server, so it works while this machine's own terminal has the thread. Nobody can be asked.

import { stat } from "node:fs/promises";
import { isAbsolute } from "node:path";
import { nanoid } from "nanoid";
import { buildDecline, readAsked } from "../codex/questions.ts";
import { type ThreadHold, Threads } from "../codex/threads.ts";
import { TurnInbox, type TurnOutcome } from "../codex/turn-inbox.ts";
import { startTurn, stopTurn } from "../codex/turns.ts";
import { BridgeError, isBridgeError } from "../errors.ts";
import { findLink, findRealPlace, isIn } from "../kit/real-place.ts";
import { type ResumeParams, readResumeParams } from "./command-params.ts";
import type { NodeContext } from "./node-context.ts";
import { assertBelowCeiling, checkNodeFolder, replaced } from "./node-rules.ts";

/** `codex exec resume`; hosts/openclaw/node-exec.ts is it. */
export interface SessionExec {
  /** The session's own folder, as it says it. Throws `thread-gone`. */
  findFolder(threadId: string, signal: AbortSignal): Promise<string | undefined>;
  /** An abort interrupts the turn. Throws what shows before anything ran: `exec-settings-differ`, setup errors. */
  run(request: { threadId: string; text: string; cwd: string }, signal: AbortSignal): Promise<TurnOutcome>;
}

export interface ResumeSessionOptions extends NodeContext {
  /** False when the gateway's connection is gone: an abort is then no wish of anybody, and the turn goes on. */
  isConnected(): boolean;
  /** Where the node's setting allows it: used where no app-server can be had. */
  exec?: SessionExec;
}

/** A turn that runs. */
interface Running {
  outcome: Promise<TurnOutcome>;
  /** Resolves when it is interrupted. */
  stop(): Promise<unknown>;
}

const noWords = "Codex finished without a final message.";

/** Throws `bad-arguments`, `node-thread-busy`, `node-ceiling`, thread, turn, folder, setup and wire errors. */
export async function handleResumeSession(
  paramsJson: string | null | undefined,
  options: ResumeSessionOptions,
  signal: AbortSignal,
): Promise<string> {
  const params = readResumeParams(paramsJson);
  const text = await resume(params, options, signal);
  return JSON.stringify({ ok: true, sessionId: params.sessionId, text: text.trim() || noWords });
}

async function resume(
  params: ResumeParams,
  options: ResumeSessionOptions,
  signal: AbortSignal,
): Promise<string> {
  const { clock, log, lanes, buildServers, exec } = options;
  const servers = buildServers();
  const threads = new Threads({ servers, clock, log });
  try {
    try {
      await lanes.run("server", () => servers.pick(signal));
    } catch (error) {
      if (exec && isBridgeError(error, "server-exited", "mode-unavailable", "method-unsupported")) {
        return await runByExec(params, exec, options, signal);
      }
      throw error;
    }
    const hold = await threads.hold(params.sessionId, signal);
    try {
      return await runTurn(params, hold, options, signal);
    } finally {
      hold.release();
    }
  } finally {
    const ownThreads = threads.heldCount;
    const isQuiet = await threads.close();
    await servers.close(isQuiet ? { ownThreads } : {});
  }
}

async function runByExec(
  params: ResumeParams,
  exec: SessionExec,
  options: ResumeSessionOptions,
  signal: AbortSignal,
): Promise<string> {
  const { sessionId: threadId, prompt: text } = params;
  const cwd = await chooseFolder(params, await exec.findFolder(threadId, signal), options);
  const stopped = new AbortController();
  const outcome = exec.run({ threadId, text, cwd }, stopped.signal);
  const stop = () => {
    stopped.abort();
    return outcome;
  };
  return awaitWords(params, { outcome, stop }, options, signal);
}

async function runTurn(
  params: ResumeParams,
  hold: ThreadHold,
  options: ResumeSessionOptions,
  signal: AbortSignal,
): Promise<string> {
  const { clock, rules, turns } = options;
  const { sessionId, prompt: text, cwd: asked } = params;
  if (hold.feed.activity === "active") {
    throw new BridgeError("node-thread-busy", `session ${sessionId} is busy: a turn runs in it`, {
      threadId: sessionId,
    });
  }
  assertBelowCeiling({ ...hold.feed.inForce }, rules);
  const cwd = await chooseFolder(params, hold.feed.inForce.cwd, options);
  const clientId = nanoid();
  const inbox = new TurnInbox({ feed: hold.feed, clock, clientId });
  inbox.onRequest((request) => {
    const asked = readAsked(request);
    if (asked) hold.client.answer(hold.feed, request.id, buildDecline(asked));
    else hold.client.refuse(hold.feed, request);
  });
  const stopListening = hold.client.onClosed(({ reason }) =>
    inbox.lose(new BridgeError("connection-lost", `the node's app-server went: ${reason}`, { reason })),
  );
  try {
    const input = { text, images: [] };
    const request = {
      input,
      clientId,
      settings: {},
      network: false,
      ...(asked === undefined ? {} : { cwd }),
    };
    turns.add(hold.threadId, await startTurn(hold, inbox, request, signal));
    const running = { outcome: inbox.outcome, stop: () => stopTurn(hold, inbox) };
    return await awaitWords(params, running, options, signal);
  } finally {
    stopListening();
    inbox.close();
  }
}

/** What was asked for, else the session's own: Codex would work in another without a word. */
async function chooseFolder(
  { cwd: asked }: ResumeParams,
  own: string | undefined,
  { rules }: ResumeSessionOptions,
): Promise<string> {
  if (asked !== undefined) return checkNodeFolder(asked, rules);
  const folder = own ?? "";
  const found = await stat(folder).catch(() => undefined);
  if (!isAbsolute(folder) || !found?.isDirectory())
    throw new BridgeError("folder-missing", `no such folder: ${folder}`, { folder });
  const place = await findRealPlace(folder);
  const forbidden = await Promise.all(rules.forbidden.map(findRealPlace));
  if (forbidden.some((never) => isIn(place, never)))
    throw new BridgeError("node-folder-outside", `${folder} is never given`, { folder });
  // A terminal starts Codex in a folder's real path: a link in it came later.
  if (await findLink(folder)) throw replaced(folder);
  return folder;
}

/** The last words of the turn. At the deadline, and when the caller cancels, it is interrupted. */
async function awaitWords(
  { timeoutMs }: ResumeParams,
  { outcome, stop }: Running,
  { clock, isConnected }: ResumeSessionOptions,
  signal: AbortSignal,
): Promise<string> {
  const given = Promise.withResolvers<never>();
  given.promise.catch(() => {});
  let why: BridgeError | undefined;
  const giveUp = (error: BridgeError) => {
    why ??= error;
    stop().then(() => given.reject(error), given.reject);
  };
  const cancelTimer = clock.after(timeoutMs, () => {
    const details = { deadlineMs: timeoutMs };
    giveUp(new BridgeError("backend-timeout", `the turn took more than ${timeoutMs} ms`, details));
  });
  const onAbort = () => {
    const cancelled = new BridgeError("cancelled", "the call was cancelled");
    if (isConnected()) giveUp(cancelled);
    else given.reject(cancelled);
  };
  signal.addEventListener("abort", onAbort, { once: true });
  if (signal.aborted) onAbort();
  try {
    const ended = await Promise.race([outcome, given.promise]);
    if (why && ended.status === "interrupted") throw why;
    return readText(ended);
  } catch (error) {
    // Stopped before anything ran.
    throw why && isBridgeError(error, "cancelled") ? why : error;
  } finally {
    cancelTimer();
    signal.removeEventListener("abort", onAbort);
  }
}

function readText(outcome: TurnOutcome): string {
  switch (outcome.status) {
    case "answered":
      return outcome.text;
    case "empty":
      return "";
    case "failed":
    case "lost":
      throw outcome.error;
    case "interrupted":
      throw new BridgeError("cancelled", "the turn was interrupted");
  }
}
