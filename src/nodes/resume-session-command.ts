// `codex.cli.session.resume` on a node: one whole turn as one call, for callers that cannot stream (parity S0-36 to S0-42).
// It goes through the node's server, so it works while this machine's own terminal has the thread. Nobody can be asked.

import { stat } from "node:fs/promises";
import { nanoid } from "nanoid";
import { buildDecline, readAsked } from "../codex/questions.ts";
import { type ThreadHold, Threads } from "../codex/threads.ts";
import { TurnInbox, type TurnOutcome } from "../codex/turn-inbox.ts";
import { startTurn, stopTurn } from "../codex/turns.ts";
import { BridgeError, isBridgeError } from "../errors.ts";
import { type ResumeParams, readResumeParams } from "./command-params.ts";
import type { NodeContext } from "./node-context.ts";
import { assertBelowCeiling, checkNodeFolder } from "./node-rules.ts";

export interface ResumeSessionOptions extends NodeContext {
  /** False when the gateway's connection is gone: an abort is then no wish of anybody, and the turn goes on. */
  isConnected(): boolean;
  /** Where the node's setting allows it: `codex exec resume`, used where no app-server can be had; its last words. */
  resumeByExec?(params: ResumeParams, signal: AbortSignal): Promise<string>;
}

const noWords = "Codex finished without a final message.";

/** Throws `bad-arguments`, `node-thread-busy`, `node-ceiling`, thread, turn, setup and wire errors. */
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
  const { clock, log, lanes, buildServers, resumeByExec } = options;
  const servers = buildServers();
  const threads = new Threads({ servers, clock, log });
  try {
    try {
      await lanes.run("server", () => servers.pick(signal));
    } catch (error) {
      if (resumeByExec && isBridgeError(error, "server-exited", "mode-unavailable", "method-unsupported")) {
        return await resumeByExec(params, signal);
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

async function runTurn(
  { sessionId, prompt, cwd, timeoutMs }: ResumeParams,
  hold: ThreadHold,
  options: ResumeSessionOptions,
  signal: AbortSignal,
): Promise<string> {
  const { clock, rules, turns, isConnected } = options;
  if (hold.feed.activity === "active") {
    throw new BridgeError("node-thread-busy", `session ${sessionId} is busy: a turn runs in it`, {
      threadId: sessionId,
    });
  }
  assertBelowCeiling({ ...hold.feed.inForce }, rules);
  const folder = cwd === undefined ? {} : { cwd: await checkNodeFolder(cwd, rules) };
  await assertFolder(hold.feed.inForce.cwd ?? "");
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
  const given = Promise.withResolvers<never>();
  let why: BridgeError | undefined;
  const giveUp = (error: BridgeError) => {
    why ??= error;
    stopTurn(hold, inbox).then(() => given.reject(error), given.reject);
  };
  try {
    const input = { text: prompt, images: [] };
    const turnId = await startTurn(
      hold,
      inbox,
      { input, clientId, settings: {}, network: false, ...folder },
      signal,
    );
    turns.add(hold.threadId, turnId);
    const cancelTimer = clock.after(timeoutMs, () =>
      giveUp(
        new BridgeError("backend-timeout", `the turn took more than ${timeoutMs} ms`, {
          deadlineMs: timeoutMs,
        }),
      ),
    );
    const onAbort = () => {
      const cancelled = new BridgeError("cancelled", "the call was cancelled");
      if (isConnected()) giveUp(cancelled);
      else given.reject(cancelled);
    };
    signal.addEventListener("abort", onAbort, { once: true });
    if (signal.aborted) onAbort();
    try {
      const outcome = await Promise.race([inbox.outcome, given.promise]);
      if (why && outcome.status === "interrupted") throw why;
      return readText(outcome);
    } finally {
      cancelTimer();
      signal.removeEventListener("abort", onAbort);
    }
  } finally {
    stopListening();
    inbox.close();
  }
}

/** Codex would work in another folder without a word. */
async function assertFolder(folder: string): Promise<void> {
  const found = await stat(folder).catch(() => undefined);
  if (!found?.isDirectory()) throw new BridgeError("folder-missing", `no such folder: ${folder}`, { folder });
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
