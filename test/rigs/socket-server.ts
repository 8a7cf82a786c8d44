// A codex app-server that listens on a unix socket: the shared server of "the person" in tests and benchmarks.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createConnection } from "node:net";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { findCodexBinary } from "./codex-binary.ts";
import type { CodexHome } from "./codex-home.ts";

export interface SocketServer {
  socketPath: string;
  pid: number;
  /** Ends the server and waits for its exit. SIGTERM lets running turns end first. */
  stop(signal?: "SIGTERM" | "SIGKILL"): Promise<void>;
}

/** Resolves when the server takes connections; rejects with its stderr when it ends before. */
export async function startSocketServer(home: CodexHome): Promise<SocketServer> {
  const socketPath = join(home.home, "server.sock");
  const args = ["app-server", "--listen", `unix://${socketPath}`];
  const child = spawn(findCodexBinary(), args, {
    env: home.env,
    cwd: home.workFolder,
    stdio: ["ignore", "ignore", "pipe"],
  });
  const exited = once(child, "close").catch((error: unknown) => [error]);
  let stderr = "";
  child.stderr.on("data", (chunk: Buffer) => {
    stderr = (stderr + chunk.toString()).slice(-20_000);
  });
  // Codex 0.169 says nothing when it is ready: the only sign is that a connection succeeds.
  while (!(await canConnect(socketPath))) {
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) {
      throw new Error(`the server ended: ${stderr}`);
    }
    await pause(10);
  }
  return {
    socketPath,
    pid: child.pid ?? 0,
    async stop(signal = "SIGTERM") {
      child.kill(signal);
      await exited;
    },
  };
}

async function canConnect(path: string): Promise<boolean> {
  const socket = createConnection(path);
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
