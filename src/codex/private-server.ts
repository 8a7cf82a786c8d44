// Our own app-server behind a socket, one per CODEX_HOME for all processes of the user: detached, so that turns outlive
// the process that started it; recorded, so that others join it; watched by a keeper, so that it does not outlive its use.

import { realpath, rm, rmdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { nanoid } from "nanoid";
import { type BridgeError, isBridgeError } from "../errors.ts";
import { pause } from "../kit/clock.ts";
import { readRegularFile } from "../kit/regular-file.ts";
import { startDetached } from "../process/detached.ts";
import { isSameProcess } from "../process/identity.ts";
import { startKeeper } from "../process/keeper.ts";
import {
  assertTrustedSocket,
  buildShortSocketPath,
  ensurePrivateDirectory,
  findDaemonTrouble,
} from "../process/private-path.ts";
import { addOwner, hasOtherOwner } from "../process/server-owners.ts";
import { openSocketTransport } from "../rpc/socket-transport.ts";
import { awaitStateLock, findStateLock } from "../store/state-lock.ts";
import { CodexClient } from "./codex-client.ts";
import { readStartFailure } from "./error-meanings.ts";
import { diagnostics } from "./schemas.ts";
import { initializeDeadlineMs, type ServerContext } from "./server-context.ts";
import {
  findServerRecord,
  removeServerRecord,
  type ServerRecord,
  writeServerRecord,
} from "./server-record.ts";

const connectDeadlineMs = 5_000;
const connectPauseMs = 20;
const exitPauseMs = 20;
/** An idle server ends within 30 ms of its TERM. */
const exitLimitMs = 10_000;

/** Joins the server, or starts it. Throws setup errors (`socket-untrusted` where codex cannot listen on any socket), `server-exited`, `server-backfilling`, wire errors. */
export async function openPrivateServer(context: ServerContext, signal: AbortSignal): Promise<CodexClient> {
  const codex = await context.findCodex(signal);
  const { directory, clock } = context;
  // One process at a time starts, joins or stops it.
  const lock = await awaitStateLock(directory, clock, signal);
  try {
    const leave = await addOwner(buildOwnerPath(context));
    try {
      const client = await joinOrStart(context, codex, signal);
      client.onClosed(leave);
      if (!client.isOpen) leave();
      return client;
    } catch (error) {
      leave();
      throw error;
    }
  } finally {
    lock.release();
  }
}

async function joinOrStart(
  context: ServerContext,
  codex: { path: string; version: string },
  signal: AbortSignal,
): Promise<CodexClient> {
  const known = findServerRecord(context.directory);
  const client = known && (await joinServer(context, known, signal));
  if (known && client) {
    if (known.version === codex.version) return client;
    context.log.info(`replacing our app-server ${known.version} by ${codex.version}`);
    // While somebody uses it, it serves: until a later start that finds it at rest.
    if (!(await stop(context, client, 0))) return client.isOpen ? client : connect(context, known, signal);
  }
  if (known) await removeSocket(known.socketPath);
  const server = await start(context, codex.path, codex.version, signal);
  return connect(context, server, signal);
}

/** For a server that is gone, and whose keeper may have been killed with it: codex 0.169 puts a link at the path. */
async function removeSocket(path: string): Promise<void> {
  const real = await realpath(path).catch(() => path);
  for (const file of new Set([real, path])) await rm(file, { force: true });
}

/** Undefined when it is gone, or goes in this very moment. */
async function joinServer(
  context: ServerContext,
  known: ServerRecord,
  signal: AbortSignal,
): Promise<CodexClient | undefined> {
  if (!(await isSameProcess(known))) return undefined;
  try {
    return await connect(context, known, signal);
  } catch (error) {
    if (signal.aborted || (await isSameProcess(known))) throw error;
    return undefined;
  }
}

/**
 * Ends our server and removes its files, unless a turn runs on it, somebody else uses it, or it has other threads than
 * the `ownThreads` of the caller. `patienceMs`: so long may threads of others take that are just being unloaded. True when it
 * is gone; otherwise its keeper ends it when nobody needs it.
 */
export async function stopPrivateServer(
  context: ServerContext,
  client: CodexClient,
  ownThreads: number,
  patienceMs = 0,
): Promise<boolean> {
  const { directory, clock } = context;
  const lock = findStateLock(directory, clock);
  // Somebody is just joining it.
  if (!lock) return false;
  try {
    if (!(await stop(context, client, ownThreads, patienceMs))) return false;
    lock.remove();
    // Those above it are the user's as well, and stay while anything is in them.
    for (const folder of [dirname(directory), dirname(dirname(directory))])
      await rmdir(folder).catch(() => {});
    return true;
  } finally {
    lock.release();
  }
}

/** To be called with the lock of the directory. */
async function stop(
  context: ServerContext,
  client: CodexClient,
  ownThreads: number,
  patienceMs = 0,
): Promise<boolean> {
  const { directory, clock } = context;
  const server = findServerRecord(directory);
  if (server?.instance !== client.instance) return false;
  if (await hasOtherOwner(buildOwnerPath(context))) return false;
  const since = clock.now();
  for (;;) {
    const { turns, threads } = await readGauges(client);
    if (turns > 0) return false;
    if (threads <= ownThreads) break;
    // More threads than ours: somebody joined the server, perhaps a terminal by `codex --remote`, or has just left it.
    if (clock.now() - since >= patienceMs) return false;
    await pause(clock, exitPauseMs);
  }
  const socket = await realpath(server.socketPath).catch(() => server.socketPath);
  await client.close();
  if (await isSameProcess(server)) process.kill(server.pid, "SIGTERM");
  const limit = clock.now() + exitLimitMs;
  while (await isSameProcess(server)) {
    if (clock.now() > limit) return false;
    await pause(clock, exitPauseMs);
  }
  removeServerRecord(directory);
  for (const path of [socket, server.socketPath]) await rm(path, { force: true });
  if (dirname(server.socketPath) !== directory) await rmdir(dirname(server.socketPath)).catch(() => {});
  return true;
}

/** True when no turn runs on the server at `socketPath`; asked by the keeper. */
export async function isServerIdle(
  context: Pick<ServerContext, "clock" | "log" | "clientVersion">,
  socketPath: string,
): Promise<boolean> {
  const { clock, log, clientVersion } = context;
  const path = await assertTrustedSocket(socketPath);
  const transport = await openSocketTransport(path, { deadlineMs: connectDeadlineMs, clock });
  const client = await CodexClient.open({
    transport,
    kind: "private",
    clock,
    log,
    clientVersion,
    initializeDeadlineMs,
  });
  try {
    return (await countTurns(client)) === 0;
  } finally {
    await client.close();
  }
}

async function countTurns(client: CodexClient): Promise<number> {
  return (await readGauges(client)).turns;
}

async function readGauges(client: CodexClient): Promise<{ turns: number; threads: number }> {
  const { gauges } = await client.request("server/diagnostics", {}, diagnostics);
  const read = (name: string) => gauges.find((gauge) => gauge.name === name)?.value ?? 0;
  return { turns: read("core.turns.active"), threads: read("core.threads.live") };
}

async function start(
  context: ServerContext,
  command: string,
  version: string,
  signal: AbortSignal,
): Promise<ServerRecord> {
  const env = await context.buildEnv(signal);
  const socketPath = buildSocketPath(context);
  await ensurePrivateDirectory(dirname(socketPath));
  const args = ["app-server", "--listen", `unix://${socketPath}`];
  const scope = await context.findScope?.(signal);
  const identity = await startDetached({
    command,
    args,
    env,
    cwd: context.codexHome,
    logFile: buildLogPath(context),
    scope,
  });
  const instance = `private:${identity.startedAt}:${identity.pid}`;
  const record = { instance, ...identity, socketPath, version };
  writeServerRecord(context.directory, record);
  const idleCheck = context.idleCheck.length > 0 ? [...context.idleCheck, socketPath] : [];
  await startKeeper({ server: identity, ownerFile: buildOwnerPath(context), socketPath, idleCheck, scope });
  return record;
}

/** Waits for the socket as long as the process lives: it may be busy with its first start. */
async function connect(
  context: ServerContext,
  server: ServerRecord,
  signal: AbortSignal,
): Promise<CodexClient> {
  const { clock, log, clientVersion } = context;
  for (;;) {
    try {
      const path = await assertTrustedSocket(server.socketPath);
      const transport = await openSocketTransport(path, { deadlineMs: connectDeadlineMs, clock, signal });
      const { instance } = server;
      return await CodexClient.open({
        transport,
        kind: "private",
        clock,
        log,
        clientVersion,
        instance,
        initializeDeadlineMs,
        signal,
      });
    } catch (error) {
      signal.throwIfAborted();
      const missing = isBridgeError(error, "socket-untrusted") && error.details.reason === "missing";
      if (!missing && !isBridgeError(error, "connection-lost")) throw error;
      if (!(await isSameProcess(server))) throw await readDeath(context);
      await pause(clock, connectPauseMs, signal);
    }
  }
}

async function readDeath(context: ServerContext): Promise<BridgeError> {
  removeServerRecord(context.directory);
  const trouble = await findDaemonTrouble();
  if (trouble) return trouble;
  const log = await readRegularFile(buildLogPath(context)).catch(() => "");
  return readStartFailure(log.toString().slice(-4_000), "it ended before it answered");
}

/** A path of its own for each server: the keeper of a dead one may still be about to remove its socket. */
function buildSocketPath(context: ServerContext): string {
  const preferred = join(context.directory, `socket-${nanoid(6)}`);
  return buildShortSocketPath({ preferred, key: preferred, tmpDir: tmpdir() });
}

function buildLogPath(context: ServerContext): string {
  return join(context.directory, "app-server.log");
}

function buildOwnerPath(context: ServerContext): string {
  return join(context.directory, "server-owner");
}
