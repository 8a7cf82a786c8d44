// A private app-server as our child, over its standard streams: for Windows, for the demo, or when asked for.
// Its turns end with us.
import { BridgeError } from "../errors.ts";
import { startChild } from "../process/child.ts";
import { StdioTransport } from "../rpc/stdio-transport.ts";
import { CodexClient } from "./codex-client.ts";
import { readStartFailure } from "./error-meanings.ts";
import { type ConnectionContext, initializeDeadlineMs } from "./server-context.ts";

const stopGraceMs = 5_000;

/** Throws setup errors, `backend-spawn-failed`, `server-exited`, `server-backfilling`. */
export async function openStdioServer(context: ConnectionContext, signal: AbortSignal): Promise<CodexClient> {
  const codex = await context.findCodex(signal);
  const env = await context.buildEnv(signal);
  const { clock, log, clientVersion, codexHome } = context;
  const child = await startChild({ command: codex.path, args: ["app-server"], env, cwd: codexHome, clock });
  context.onChild?.(child);
  const onExit = child.exited.then((exit) => `exit ${exit.signal ?? exit.code}`);
  const transport = new StdioTransport({ input: child.stdout, output: child.stdin, onExit, clock });
  const stopChild = () => {
    child.stop(stopGraceMs).catch((error) => log.warn(`stopping codex app-server failed: ${String(error)}`));
  };
  let answered = false;
  transport.onClose(() => {
    // One that has not answered yet may be back-filling: the end of its stdin is all it gets.
    if (answered) stopChild();
  });
  try {
    const client = await CodexClient.open({
      transport,
      kind: "stdio",
      clock,
      log,
      clientVersion,
      initializeDeadlineMs,
      signal,
    });
    answered = true;
    return client;
  } catch (error) {
    if (error instanceof BridgeError && error.code === "connection-lost") {
      throw readStartFailure(child.stderr.text(), await onExit);
    }
    throw error;
  }
}
