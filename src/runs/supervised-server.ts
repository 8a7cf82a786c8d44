// A connection to the app-server that a supervisor of ours holds; starts the supervisor where none runs.

import { rm, rmdir } from "node:fs/promises";
import { createConnection, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { CodexClient } from "../codex/codex-client.ts";
import { readStartFailure } from "../codex/error-meanings.ts";
import { initializeDeadlineMs, type ServerContext } from "../codex/server-context.ts";
import { findServerRecord, type ServerRecord, writeServerRecord } from "../codex/server-record.ts";
import { isBridgeError } from "../errors.ts";
import { type Clock, pause } from "../kit/clock.ts";
import { readRegularFile } from "../kit/regular-file.ts";
import { startDetached } from "../process/detached.ts";
import { isSameProcess } from "../process/identity.ts";
import {
  assertTrustedSocket,
  buildShortSocketPath,
  ensurePrivateDirectory,
} from "../process/private-path.ts";
import { StdioTransport } from "../rpc/stdio-transport.ts";
import { awaitStateLock, findStateLock, type StateLock } from "../store/state-lock.ts";

const connectPauseMs = 20;

/** `supervisor`: its command; program, socket and directory are appended. Throws setup errors, `server-exited`, wire errors. */
export async function openSupervised(
  context: ServerContext,
  supervisor: readonly string[],
  signal: AbortSignal,
): Promise<CodexClient> {
  // One process at a time starts or joins it.
  const lock = await awaitStateLock(buildDirectory(context), context.clock, signal);
  try {
    const known = findServerRecord(buildDirectory(context));
    // One that is just ending takes nobody any more.
    const joined = known && (await connect(context, known, signal));
    if (known && joined) return await open(context, known, joined, signal);
    const server = await start(context, supervisor, signal);
    const socket = await connect(context, server, signal);
    if (!socket) throw await readDeath(context);
    return await open(context, server, socket, signal).catch(async (error: unknown) => {
      if (!isBridgeError(error, "connection-lost")) throw error;
      while (await isSameProcess(server)) await pause(context.clock, connectPauseMs, signal);
      throw await readDeath(context);
    });
  } finally {
    await leaveDirectory(lock);
  }
}

/** Nothing stays of a start that failed. */
async function leaveDirectory(lock: StateLock): Promise<void> {
  const server = findServerRecord(lock.directory);
  if (server && (await isSameProcess(server))) lock.release();
  else await removeServerDirectory(lock);
}

/** With the directories above it that hold nothing else. */
async function removeServerDirectory(lock: StateLock): Promise<void> {
  lock.remove();
  for (const above of ["..", "../.."]) await rmdir(join(lock.directory, above)).catch(() => {});
}

/** For the supervisor, when it ends: whoever has the lock is starting another one, and sees to it. */
export async function removeSupervised(directory: string, socketPath: string, clock: Clock): Promise<void> {
  const lock = findStateLock(directory, clock);
  if (!lock) return;
  if (findServerRecord(directory)?.pid === process.pid) await removeServerDirectory(lock);
  else lock.release();
  // A folder of its own, where the usual path is too long for a socket.
  if (dirname(socketPath) !== directory) await rmdir(dirname(socketPath)).catch(() => {});
}

function open(
  context: ServerContext,
  server: ServerRecord,
  socket: Socket,
  signal: AbortSignal,
): Promise<CodexClient> {
  const { clock, log, clientVersion } = context;
  return CodexClient.open({
    transport: new StdioTransport({ input: socket, output: socket, clock }),
    kind: "stdio",
    instance: server.instance,
    ...{ clock, log, clientVersion, initializeDeadlineMs, signal },
  });
}

async function start(
  context: ServerContext,
  [command = "", ...args]: readonly string[],
  signal: AbortSignal,
): Promise<ServerRecord> {
  const codex = await context.findCodex(signal);
  const preferred = join(buildDirectory(context), "socket");
  const socketPath = buildShortSocketPath({ preferred, key: preferred, tmpDir: tmpdir() });
  await ensurePrivateDirectory(dirname(socketPath));
  await rm(socketPath, { force: true });
  const identity = await startDetached({
    command,
    args: [...args, codex.path, socketPath, buildDirectory(context)],
    env: await context.buildEnv(signal),
    cwd: context.codexHome,
    logFile: buildLogPath(context),
  });
  const instance = `stdio:${identity.startedAt}:${identity.pid}`;
  const record = { ...identity, socketPath, instance, version: codex.version };
  writeServerRecord(buildDirectory(context), record);
  return record;
}

/** Waits for the socket as long as the supervisor lives; undefined when it does not. */
async function connect(
  context: ServerContext,
  server: ServerRecord,
  signal: AbortSignal,
): Promise<Socket | undefined> {
  for (;;) {
    signal.throwIfAborted();
    const socket = await assertTrustedSocket(server.socketPath)
      .then(openSocket)
      .catch(() => undefined);
    if (socket) return socket;
    if (!(await isSameProcess(server))) return undefined;
    await pause(context.clock, connectPauseMs, signal);
  }
}

function openSocket(path: string): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  const socket = createConnection(path, () => resolve(socket));
  socket.once("error", reject);
  return promise;
}

async function readDeath(context: ServerContext) {
  const log = await readRegularFile(buildLogPath(context)).catch(() => "");
  return readStartFailure(log.toString().slice(-4_000), "it ended before it answered");
}

/** Of its own: the other one is removed with the private server. */
function buildDirectory({ directory }: ServerContext): string {
  return `${directory}-stdio`;
}

function buildLogPath(context: ServerContext): string {
  return join(buildDirectory(context), "supervisor.log");
}
