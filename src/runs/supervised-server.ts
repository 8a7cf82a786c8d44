// A connection to the app-server that a supervisor of ours holds; starts the supervisor where none runs.
import { readFile, rm } from "node:fs/promises";
import { createConnection, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { CodexClient } from "../codex/codex-client.ts";
import { readStartFailure } from "../codex/error-meanings.ts";
import { initializeDeadlineMs, type ServerContext } from "../codex/server-context.ts";
import {
  findServerRecord,
  removeServerRecord,
  type ServerRecord,
  writeServerRecord,
} from "../codex/server-record.ts";
import { pause } from "../kit/clock.ts";
import { startDetached } from "../process/detached.ts";
import { isSameProcess } from "../process/identity.ts";
import {
  assertTrustedSocket,
  buildShortSocketPath,
  ensurePrivateDirectory,
} from "../process/private-path.ts";
import { StdioTransport } from "../rpc/stdio-transport.ts";
import { awaitStateLock } from "../store/state-lock.ts";

const connectPauseMs = 20;

/** `supervisor`: its command; program and socket are appended. Throws setup errors, `server-exited`, wire errors. */
export async function openSupervised(
  context: ServerContext,
  supervisor: readonly string[],
  signal: AbortSignal,
): Promise<CodexClient> {
  // One process at a time starts or joins it.
  const lock = await awaitStateLock(buildDirectory(context), context.clock, signal);
  try {
    const known = findServerRecord(buildDirectory(context));
    const server = known && (await isSameProcess(known)) ? known : await start(context, supervisor, signal);
    return await open(context, server, await connect(context, server, signal), signal);
  } finally {
    lock.release();
  }
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
    args: [...args, codex.path, socketPath],
    env: await context.buildEnv(signal),
    cwd: context.codexHome,
    logFile: buildLogPath(context),
  });
  const instance = `stdio:${identity.startedAt}:${identity.pid}`;
  const record = { ...identity, socketPath, instance, version: codex.version };
  writeServerRecord(buildDirectory(context), record);
  return record;
}

/** Waits for the socket as long as the supervisor lives. */
async function connect(context: ServerContext, server: ServerRecord, signal: AbortSignal): Promise<Socket> {
  for (;;) {
    signal.throwIfAborted();
    const socket = await assertTrustedSocket(server.socketPath)
      .then(openSocket)
      .catch(() => undefined);
    if (socket) return socket;
    if (!(await isSameProcess(server))) throw await readDeath(context);
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
  removeServerRecord(buildDirectory(context));
  const log = await readFile(buildLogPath(context), "utf8").catch(() => "");
  return readStartFailure(log.slice(-4_000), "it ended before it answered");
}

/** Of its own: the other one is removed with the private server. */
function buildDirectory({ directory }: ServerContext): string {
  return `${directory}-stdio`;
}

function buildLogPath(context: ServerContext): string {
  return join(buildDirectory(context), "supervisor.log");
}
