// Which server serves a place, and how a terminal gets at a thread there.
import { code, joinLines, type Line, line, own } from "../../kit/blocks.ts";
import type { Binding } from "../../store/rows.ts";
import type { ChatPlace } from "../chat-services.ts";

const kindWords = {
  attached: "your own shared server",
  private: "our private server; turns outlive a restart",
  stdio: "a child process; turns end with this program",
} as const;

const nodeKindWords = {
  attached: "the shared server of its own terminals",
  private: "a server of the plugin there; turns outlive a restart of it and of us",
  stdio: "a child process there; turns end with its node host",
} as const;

type ServedPlace = Pick<ChatPlace, "name" | "servers" | "exec" | "isNode">;

/** `full`: with notes that may name folders. */
export function formatServer({ name, servers, exec, isNode }: ServedPlace, full: boolean): Line {
  if (exec) return own("Server: none, each turn is a `codex exec` of its own (mode exec)");
  const { mode, connected, note, ownNote } = servers.status();
  if (isNode) {
    const there = connected
      ? line`${own(nodeKindWords[connected.kind])}, Codex ${connected.version}`
      : own("not connected now");
    return line`Server: on the node ${name}: ${there}`;
  }
  const serves = connected
    ? line`${own(kindWords[connected.kind])}, Codex ${connected.version}`
    : own("not connected yet");
  const notes = [
    ...(note ? [line`yours was not joined: ${note}`] : []),
    ...(ownNote ? [line`a private one was not started: ${ownNote}`] : []),
  ];
  return joinLines([line`Server: ${serves} (mode ${mode})`, ...(full ? notes : [])], "; ");
}

/** Codex lets one process only write a thread: while ours holds it, a terminal has to join our server. */
export function formatTerminal(
  { threadId }: Pick<Binding, "threadId">,
  place: Pick<ChatPlace, "name" | "servers" | "threads" | "isNode" | "findSocket">,
): Line[] {
  if (threadId === undefined) return [];
  const { connected } = place.servers.status();
  const where = place.isNode ? line`In a terminal on ${place.name}` : own("In a terminal");
  const isHeld = place.threads.findFeed(threadId) !== undefined;
  if (!isHeld || connected === undefined || connected.kind === "attached") {
    return [line`${where}: ${code(`codex resume ${threadId}`)}`];
  }
  const socketPath = connected.kind === "private" ? place.findSocket?.() : undefined;
  if (socketPath === undefined) {
    return [line`${where}, when it is idle here: ${code(`codex resume ${threadId}`)}`];
  }
  return [line`In a terminal: ${code(`codex --remote unix://${socketPath} resume ${threadId}`)}`];
}
