// The supervisor: a small detached process of ours that holds an app-server over stdio where only that works, so that runs
// outlive who started them. Clients reach it over a private socket. It ends when nobody needs it, and the server with it.
import { rm } from "node:fs/promises";
import { createServer, type Socket } from "node:net";
import { type Clock, holdProcess, pause, systemClock } from "../kit/clock.ts";
import { startChild } from "../process/child.ts";
import { StdioTransport } from "../rpc/stdio-transport.ts";
import { ServerBroker } from "./server-broker.ts";
import { removeSupervised } from "./supervised-server.ts";

export interface SupervisorOptions {
  /** The codex program. */
  command: string;
  /** In a folder of mode 0700. */
  socketPath: string;
  /** What is kept of it while it lives; see supervised-server.ts. */
  directory: string;
  /** The whole environment of the server. */
  env: Readonly<Record<string, string>>;
  clock: Clock;
  lookMs?: number;
  /** So many looks without a client and a turn, then it ends. */
  looksWithoutUse?: number;
}

const stopGraceMs = 5_000;

/**
 * `codex-threads hold-server CODEX SOCKET DIRECTORY`: what supervised-server.ts starts. Resolves with the last words of the
 * server, for the log: whoever waits for its start reads there why there is none.
 */
export async function holdServer(
  [command = "", socketPath = "", directory = ""]: readonly string[],
  env: Readonly<NodeJS.ProcessEnv>,
): Promise<string> {
  const given = Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const release = holdProcess();
  try {
    return await superviseServer({
      command,
      socketPath,
      directory,
      env: Object.fromEntries(given),
      clock: systemClock,
    });
  } finally {
    release();
  }
}

/** Resolves with its last words when the server has ended, by itself or because nobody used it. */
export async function superviseServer(options: SupervisorOptions): Promise<string> {
  const { command, socketPath, directory, env, clock } = options;
  const child = await startChild({ command, args: ["app-server"], env, clock });
  const onExit = child.exited.then(({ signal, code }) => `exit ${signal ?? code}`);
  const broker = new ServerBroker(
    new StdioTransport({ input: child.stdout, output: child.stdin, onExit, clock }),
  );
  const listener = createServer((socket: Socket) => {
    socket.on("error", () => {});
    broker.add(new StdioTransport({ input: socket, output: socket, clock }));
  });
  await rm(socketPath, { force: true });
  const listening = Promise.withResolvers<void>();
  listener.once("error", listening.reject).listen(socketPath, listening.resolve);
  await listening.promise;
  const ended = new AbortController();
  void child.exited.then(() => ended.abort());
  await awaitDisuse(broker, options, ended.signal);
  listener.close();
  await child.stop(stopGraceMs);
  await rm(socketPath, { force: true });
  await removeSupervised(directory, socketPath, clock);
  return child.stderr.text();
}

async function awaitDisuse(
  broker: ServerBroker,
  { clock, lookMs = 5_000, looksWithoutUse = 12 }: SupervisorOptions,
  ended: AbortSignal,
): Promise<void> {
  let missed = 0;
  while (!ended.aborted && missed < looksWithoutUse) {
    await pause(clock, lookMs, ended);
    if (broker.clientCount > 0 || ended.aborted) missed = 0;
    else missed = (await isBusy(broker, ended)) ? 0 : missed + 1;
  }
}

async function isBusy(broker: ServerBroker, ended: AbortSignal): Promise<boolean> {
  const gone = Promise.withResolvers<undefined>();
  ended.addEventListener("abort", () => gone.resolve(undefined), { once: true });
  const answer = await Promise.race([broker.ask("server/diagnostics", {}), gone.promise]);
  const gauges = (answer?.result as { gauges?: { name: string; value: number }[] } | undefined)?.gauges;
  return (gauges ?? []).some(({ name, value }) => name === "core.turns.active" && value > 0);
}
