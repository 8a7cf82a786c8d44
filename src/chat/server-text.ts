// Which server serves a place, and how a terminal gets at a thread there.
import type { Binding, ServerRecord } from "../store/rows.ts";
import type { ChatPlace } from "./chat-services.ts";

const kindWords = {
  attached: "your own shared server",
  private: "our private server; turns outlive a restart",
  stdio: "a child process; turns end with this program",
} as const;

/** `full`: with notes that may name folders. */
export function formatServer({ servers }: Pick<ChatPlace, "servers">, full: boolean): string {
  const { mode, connected, note } = servers.status();
  const serves = connected ? `${kindWords[connected.kind]}, Codex ${connected.version}` : "not connected yet";
  return `Server: ${serves} (mode ${mode})${full && note ? `; yours was not joined: ${note}` : ""}`;
}

/** Codex lets one process only write a thread: while ours holds it, a terminal has to join our server. */
export function formatTerminal(
  { threadId, place: id }: Pick<Binding, "threadId" | "place">,
  place: Pick<ChatPlace, "servers" | "threads">,
  server: ServerRecord | undefined,
): string[] {
  if (threadId === undefined) return [];
  const { connected } = place.servers.status();
  const isHeld = place.threads.findFeed(threadId) !== undefined;
  if (!isHeld || connected === undefined || connected.kind === "attached") {
    return [`In a terminal: \`codex resume ${threadId}\``];
  }
  if (connected.kind === "stdio" || server?.place !== id) {
    return [`In a terminal, when it is idle here: \`codex resume ${threadId}\``];
  }
  return [`In a terminal: \`codex --remote unix://${server.socketPath} resume ${threadId}\``];
}
