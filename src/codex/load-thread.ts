// One thread on one server: loading it, starting it, unloading it, and whether anything still runs in it.
// Who uses a thread, and for how long, is decided by threads.ts.
import * as z from "zod";
import { BridgeError, isBridgeError } from "../errors.ts";
import { type Clock, pause } from "../kit/clock.ts";
import type { CodexClient } from "./codex-client.ts";
import { backgroundTerminals, type ThreadOpened, threadOpened, turnsPage } from "./schemas.ts";
import type { ThreadFeed } from "./thread-feed.ts";

export interface NewThread {
  cwd: string;
  model?: string;
  approvalPolicy?: string;
}

/** Resuming a large rollout reads it whole: 6 s at 100 MB were measured. */
export const openDeadlineMs = 120_000;
/**
 * How long a thread stays loaded on our own server when nobody follows it any more. With 0, a connection that breaks in
 * the first milliseconds of a turn ends the turn, and each break ends the commands that turns left running (0.169.0).
 */
const unloadDelaySecs = 1;
/** How long that unload is waited for at most: it never comes while somebody else follows the thread. */
const unloadMs = 3_000;
/** A thread that is being unloaded cannot be resumed for some milliseconds. */
const closingPauseMs = 50;
const closingTries = 40;

/**
 * Loads the thread on the server of `client`, or joins it there.
 * Throws `thread-held`, `thread-gone`, `thread-archived`, `thread-id-invalid`, `thread-other-opened`, wire errors.
 */
export async function loadThread(
  client: CodexClient,
  threadId: string,
  clock: Clock,
  signal?: AbortSignal,
): Promise<ThreadFeed> {
  const feed = client.feed(threadId);
  try {
    const opened = await resume(client, threadId, clock, signal);
    if (opened.thread.id.toLowerCase() !== threadId.toLowerCase()) {
      const details = { asked: threadId, opened: opened.thread.id };
      throw new BridgeError("thread-other-opened", "another thread was opened", details);
    }
    feed.takeOpened(opened);
    if (feed.activity === "active") await findRunningTurn(client, feed, signal);
    return feed;
  } catch (error) {
    client.dropFeed(threadId);
    // The server may load it all the same: nobody here follows it then.
    if (isBridgeError(error, "cancelled", "backend-timeout")) unsubscribe(client, threadId);
    throw error;
  }
}

function unsubscribe(client: CodexClient, threadId: string): void {
  client.request("thread/unsubscribe", { threadId }, z.unknown()).catch(() => {});
}

/** Starts a thread, read-only: the policies travel with each turn, so that Codex writes no trust into config.toml. */
export async function startThread(
  client: CodexClient,
  { cwd, model, approvalPolicy }: NewThread,
  signal?: AbortSignal,
): Promise<ThreadFeed> {
  const params = {
    cwd,
    sandbox: "read-only",
    ...(model ? { model } : {}),
    ...(approvalPolicy ? { approvalPolicy } : {}),
    ...buildUnloadConfig(client),
  };
  const limits = { signal, deadlineMs: openDeadlineMs };
  const opened = await client.request("thread/start", params, threadOpened, limits);
  const feed = client.feed(opened.thread.id);
  feed.takeOpened(opened);
  return feed;
}

/** Resolves when the thread is free for other processes; on the person's server that is not ours to wait for. */
export async function unloadThread(client: CodexClient, feed: ThreadFeed, clock: Clock): Promise<void> {
  if (!client.isOpen || feed.activity === "closed") return;
  const gone = new AbortController();
  const disposers = [feed.onClosed(() => gone.abort()), client.onClosed(() => gone.abort())];
  try {
    await client.request("thread/unsubscribe", { threadId: feed.threadId }, z.unknown());
    if (client.kind !== "attached") await pause(clock, unloadMs, gone.signal);
  } finally {
    for (const dispose of disposers) dispose();
  }
}

/** Only of a thread whose first message was taken. */
export async function nameThread(client: CodexClient, threadId: string, name: string): Promise<void> {
  await client.request("thread/name/set", { threadId, name }, z.unknown());
}

/** Ends every command that turns have left running in the thread, whoever started them; a node does so one by one. */
export async function endCommands(client: CodexClient, threadId: string): Promise<void> {
  try {
    await client.request("thread/backgroundTerminals/clean", { threadId }, z.unknown());
  } catch (error) {
    if (!isBridgeError(error, "node-refused")) throw error;
    const left = await client.request("thread/backgroundTerminals/list", { threadId }, backgroundTerminals);
    for (const { processId } of left.data) {
      const params = { threadId, processId };
      await client
        .request("thread/backgroundTerminals/terminate", params, z.unknown())
        .catch(passOverForeign);
    }
  }
}

function passOverForeign(error: unknown): void {
  if (!isBridgeError(error, "turn-not-ours")) throw error;
}

function passOverArchived(error: unknown): void {
  if (!isBridgeError(error, "thread-archived", "thread-gone")) throw error;
}

/** kept: a node deletes no threads for a gateway. */
export type ThreadFate = "deleted" | "archived" | "kept";

/** Ends what runs in the thread and removes it from disk. Where a fork needs its history, it is only archived. */
export async function deleteThread(client: CodexClient, threadId: string): Promise<ThreadFate> {
  try {
    await client.request("thread/delete", { threadId }, z.unknown());
    return "deleted";
  } catch (error) {
    if (isBridgeError(error, "thread-gone", "thread-not-loaded")) return "deleted";
    if (isBridgeError(error, "node-refused")) return "kept";
    if (!isBridgeError(error, "thread-forked")) throw error;
    // It may be archived already.
    await client.request("thread/archive", { threadId }, z.unknown()).catch(passOverArchived);
    return "archived";
  }
}

/**
 * Whether a turn or a command runs in the thread: unloading would kill the command. The server is asked, since a turn
 * may have left it running before we joined. Throws wire errors.
 */
export async function isThreadBusy(client: CodexClient, feed: ThreadFeed): Promise<boolean> {
  if (!feed.isQuiet) return true;
  if (!client.isOpen || feed.activity === "closed") return false;
  const { threadId } = feed;
  const left = await client.request("thread/backgroundTerminals/list", { threadId }, backgroundTerminals);
  feed.takeRunning({ commands: left.data.map((terminal) => terminal.itemId) });
  return !feed.isQuiet;
}

async function resume(
  client: CodexClient,
  threadId: string,
  clock: Clock,
  signal: AbortSignal | undefined,
): Promise<ThreadOpened> {
  const params = { threadId, excludeTurns: true, ...buildUnloadConfig(client) };
  const limits = { signal, deadlineMs: openDeadlineMs };
  for (let tries = 1; ; tries++) {
    try {
      return await client.request("thread/resume", params, threadOpened, limits);
    } catch (error) {
      if (!isBridgeError(error, "thread-not-loaded") || tries >= closingTries) throw error;
      await pause(clock, closingPauseMs, signal);
    }
  }
}

/** Joined in mid-turn: whose turn it is matters to a message that lands in it. */
async function findRunningTurn(
  client: CodexClient,
  feed: ThreadFeed,
  signal: AbortSignal | undefined,
): Promise<void> {
  const params = { threadId: feed.threadId, limit: 1, sortDirection: "desc" };
  const { data } = await client.request("thread/turns/list", params, turnsPage, { signal });
  const [newest] = data;
  if (newest?.status === "inProgress") feed.takeRunning({ turnId: newest.id });
}

/** On our own servers an unload follows the last unsubscribe soon; the person's server keeps its own delay. */
function buildUnloadConfig(client: CodexClient): Record<string, unknown> {
  return client.kind === "attached" ? {} : { config: { thread_unload_delay_secs: unloadDelaySecs } };
}
