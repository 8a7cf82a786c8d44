// What a node offers: the names of its commands and of the capabilities they are declared under.

export const nodeCommands = {
  /** Duplex: app-server messages between a gateway and this node's Codex; see serve-channel.ts. */
  appServer: "codex-threads.appserver.v1",
  /** Unary, names and shapes as foreign callers know them (parity S0-01, S0-02). */
  listSessions: "codex.cli.sessions.list",
  resumeSession: "codex.cli.session.resume",
} as const;

export const nodeCapabilities = { appServer: "codex-threads", sessions: "codex-cli-sessions" } as const;
