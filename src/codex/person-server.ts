// The person's own shared app-server: joined where its socket listens and belongs to them. Never started, stopped or changed.
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { BridgeError, isBridgeError } from "../errors.ts";
import { assertTrustedSocket } from "../process/private-path.ts";
import { openSocketTransport } from "../rpc/socket-transport.ts";
import { CodexClient } from "./codex-client.ts";
import { type ConnectionContext, initializeDeadlineMs } from "./server-context.ts";

const connectDeadlineMs = 3_000;
const comingMs = 3_000;

/** Where a terminal's server listens (0.169): a link to a short path. */
export function buildPersonSocketPath(codexHome: string): string {
  return join(codexHome, "app-server-control", "app-server-control.sock");
}

/**
 * Whether the person's server was started in the last seconds: a terminal that opens writes this file some 200 ms before
 * its server listens, and takes hold of its thread some 300 ms after that (0.169.0).
 */
export async function isPersonComing({ codexHome, clock }: ConnectionContext): Promise<boolean> {
  const written = await stat(join(codexHome, "app-server-daemon", "daemon.pid")).catch(() => undefined);
  return written !== undefined && clock.now() - written.mtimeMs < comingMs;
}

/** False when nothing is there or nothing answers. Throws `socket-untrusted` for a socket that others could have made. */
export async function isPersonListening(context: ConnectionContext): Promise<boolean> {
  const path = await findSocket(context);
  if (path === undefined) return false;
  try {
    const { clock } = context;
    const transport = await openSocketTransport(path, { deadlineMs: connectDeadlineMs, clock });
    await transport.close();
    return true;
  } catch (error) {
    if (isBridgeError(error, "connection-lost")) return false;
    throw error;
  }
}

/** Throws `mode-unavailable` when the person's server does not listen, `socket-untrusted`, wire errors. */
export async function attachToPerson(context: ConnectionContext, signal: AbortSignal): Promise<CodexClient> {
  const path = await findSocket(context);
  if (path === undefined) throw notListening(context);
  const { clock, log, clientVersion } = context;
  const transport = await openSocketTransport(path, { deadlineMs: connectDeadlineMs, clock, signal }).catch(
    (error) => {
      if (isBridgeError(error, "connection-lost")) throw notListening(context, error);
      throw error;
    },
  );
  return CodexClient.open({
    transport,
    kind: "attached",
    clock,
    log,
    clientVersion,
    initializeDeadlineMs,
    signal,
  });
}

async function findSocket(context: ConnectionContext): Promise<string | undefined> {
  try {
    return await assertTrustedSocket(buildPersonSocketPath(context.codexHome));
  } catch (error) {
    if (isBridgeError(error, "socket-untrusted") && error.details.reason === "missing") return undefined;
    throw error;
  }
}

function notListening(context: ConnectionContext, cause?: unknown): BridgeError {
  const socket = buildPersonSocketPath(context.codexHome);
  return new BridgeError(
    "mode-unavailable",
    "no shared app-server listens",
    { mode: "attach", socket },
    cause,
  );
}
