// Our own app-server behind a socket: detached, so that turns outlive a restart of the process we live in; recorded, so
// that the next start adopts or replaces it; watched by a keeper, so that it does not outlive its use.
import { readFile, rm, rmdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type BridgeError, isBridgeError } from "../errors.ts";
import { pause } from "../kit/clock.ts";
import { startDetached } from "../process/detached.ts";
import { isSameProcess, type ProcessIdentity, readProcessIdentity } from "../process/identity.ts";
import { startKeeper, writeOwnerFile } from "../process/keeper.ts";
import {
  assertTrustedSocket,
  buildShortSocketPath,
  ensurePrivateDirectory,
} from "../process/private-path.ts";
import { openSocketTransport } from "../rpc/socket-transport.ts";
import type { ServerRecord } from "../store/rows.ts";
import { CodexClient } from "./codex-client.ts";
import { readStartFailure } from "./error-meanings.ts";
import { diagnostics } from "./schemas.ts";
import { initializeDeadlineMs, type ServerContext } from "./server-context.ts";

const connectDeadlineMs = 5_000;
const connectPauseMs = 20;
const exitPauseMs = 20;
/** An idle server ends within 30 ms of its TERM. */
const exitLimitMs = 10_000;

/** Throws setup errors, `server-exited`, `server-backfilling`, wire errors. */
export async function openPrivateServer(context: ServerContext, signal: AbortSignal): Promise<CodexClient> {
  const codex = await context.findCodex(signal);
  const known = context.records.findByPlace(context.place);
  if (known && (await isSameProcess(known))) {
    const client = await connect(context, known, signal);
    await writeOwner(context);
    if (known.version === codex.version) return client;
    context.log.info(`replacing our app-server ${known.version} by ${codex.version}`);
    if (!(await stopPrivateServer(context, client, Number.POSITIVE_INFINITY))) {
      // A turn runs on it: it serves until it is idle at a later start.
      return client.isOpen ? client : connect(context, known, signal);
    }
  }
  const server = await start(context, codex.path, codex.version, signal);
  return connect(context, server, signal);
}

/** Ends our server unless a turn runs on it. True when it is gone; otherwise its keeper ends it when nobody needs it. */
export async function stopPrivateServer(
  context: ServerContext,
  client: CodexClient,
  ownThreads: number,
): Promise<boolean> {
  const server = context.records.findByPlace(context.place);
  if (!server) return false;
  const { turns, threads } = await readGauges(client);
  // More threads than ours: somebody joined the server, perhaps a terminal by `codex --remote`.
  if (turns > 0 || threads > ownThreads) return false;
  await client.close();
  if (await isSameProcess(server)) process.kill(server.pid, "SIGTERM");
  const limit = context.clock.now() + exitLimitMs;
  while (await isSameProcess(server)) {
    if (context.clock.now() > limit) return false;
    await pause(context.clock, exitPauseMs);
  }
  context.records.remove(context.place);
  await rm(server.socketPath, { force: true });
  await rmdir(dirname(server.socketPath)).catch(() => {});
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
  if (dirname(socketPath) !== context.stateDirectory)
    await ensurePrivateDirectory(dirname(dirname(socketPath)));
  await ensurePrivateDirectory(dirname(socketPath));
  await rm(socketPath, { force: true });
  await writeOwner(context);
  const args = ["app-server", "--listen", `unix://${socketPath}`];
  const identity = await startDetached({
    command,
    args,
    env,
    cwd: context.codexHome,
    logFile: buildLogPath(context),
  });
  const { place } = context;
  const record = {
    place,
    instance: `private:${identity.startedAt}:${identity.pid}`,
    ...identity,
    socketPath,
    version,
  };
  context.records.record(record);
  const idleCheck = context.idleCheck.length > 0 ? [...context.idleCheck, socketPath] : [];
  await startKeeper({ server: identity, ownerFile: buildOwnerPath(context), socketPath, idleCheck });
  return { ...record, recordedAt: context.clock.now() };
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
  context.records.remove(context.place);
  const log = await readFile(buildLogPath(context), "utf8").catch(() => "");
  return readStartFailure(log.slice(-4_000), "it ended before it answered");
}

function buildSocketPath(context: ServerContext): string {
  const preferred = join(context.stateDirectory, "server", "socket");
  return buildShortSocketPath({ preferred, key: context.stateDirectory, tmpDir: tmpdir() });
}

function buildLogPath(context: ServerContext): string {
  return join(context.stateDirectory, "app-server.log");
}

function buildOwnerPath(context: ServerContext): string {
  return join(context.stateDirectory, "server-owner");
}

async function writeOwner(context: ServerContext): Promise<void> {
  const own: ProcessIdentity | undefined = await readProcessIdentity(process.pid);
  if (own) await writeOwnerFile(buildOwnerPath(context), own);
}
