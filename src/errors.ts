// Every failure of this project has a code here. What a person reads for each code is made in chat/words/error-text.ts.

/** Who must act on a failure. */
export type ErrorFamily =
  | "setup"
  | "process"
  | "wire"
  | "thread"
  | "turn"
  | "caller"
  | "files"
  | "store"
  | "node"
  | "runs";

/**
 * Failure kinds that `codex-threads turn` prints, unchanged for people who already log them (parity S2-75),
 * and the kinds this project adds.
 */
export type FailureKind =
  | "secret-unavailable"
  | "backend-spawn-failed"
  | "backend-timeout"
  | "backend-failed"
  | "backend-protocol-error"
  | "backend-json-parse-error"
  | "backend-response-invalid"
  | "provider-rate-limited"
  | "provider-auth-failed"
  | "provider-usage-limit"
  | "provider-overloaded"
  | "context-window-exceeded"
  | "thread-locked"
  | "network-waiting";

interface ErrorEntry {
  family: ErrorFamily;
  kind: FailureKind;
}

const entry = (family: ErrorFamily, kind: FailureKind = "backend-failed"): ErrorEntry => ({ family, kind });

export const errorTable = {
  // setup: the person or operator has to install, sign in or correct a setting
  "node-too-old": entry("setup"),
  "settings-invalid": entry("setup"),
  "codex-not-found": entry("setup", "backend-spawn-failed"),
  "codex-too-old": entry("setup", "backend-spawn-failed"),
  "codex-unusable": entry("setup", "backend-spawn-failed"),
  "codex-home-missing": entry("setup"),
  "codex-config-broken": entry("setup"),
  "not-signed-in": entry("setup", "provider-auth-failed"),
  "mode-unavailable": entry("setup"),
  "socket-untrusted": entry("setup"),
  // process: something we started did not start or did not stay
  "backend-spawn-failed": entry("process", "backend-spawn-failed"),
  "server-exited": entry("process"),
  "server-backfilling": entry("process", "backend-timeout"),
  /** `codex exec` ended without saying on stdout how. */
  "exec-failed": entry("process"),
  // wire: the connection to the app-server
  "backend-timeout": entry("wire", "backend-timeout"),
  "backend-failed": entry("wire"),
  "backend-protocol-error": entry("wire", "backend-protocol-error"),
  "backend-json-parse-error": entry("wire", "backend-json-parse-error"),
  "backend-response-invalid": entry("wire", "backend-response-invalid"),
  "connection-lost": entry("wire"),
  "server-overloaded": entry("wire"),
  /** The server is about to stop and takes nothing new. */
  "server-draining": entry("wire"),
  "method-unsupported": entry("wire", "backend-protocol-error"),
  cancelled: entry("wire"),
  // thread
  "thread-gone": entry("thread"),
  "thread-held": entry("thread", "thread-locked"),
  "thread-archived": entry("thread"),
  /** Another thread was forked from it and needs its history. */
  "thread-forked": entry("thread"),
  "thread-not-loaded": entry("thread"),
  /** It has no message yet, so there is no history to read. */
  "thread-empty": entry("thread"),
  "thread-id-invalid": entry("thread"),
  /** Its own settings are not those of exec, which would write them over. */
  "exec-settings-differ": entry("thread"),
  /** The thread that was remembered for a folder is gone. */
  "exec-thread-forgotten": entry("thread"),
  "thread-other-opened": entry("thread", "backend-response-invalid"),
  // turn
  "turn-failed": entry("turn"),
  "turn-outcome-unknown": entry("turn", "backend-response-invalid"),
  "no-turn-running": entry("turn"),
  "exec-no-steer": entry("turn"),
  "turn-not-ours": entry("turn"),
  "turn-id-mismatch": entry("turn"),
  "usage-limit": entry("turn", "provider-usage-limit"),
  "provider-rate-limited": entry("turn", "provider-rate-limited"),
  "provider-overloaded": entry("turn", "provider-overloaded"),
  "provider-auth-failed": entry("turn", "provider-auth-failed"),
  "provider-failed": entry("turn"),
  "context-full": entry("turn", "context-window-exceeded"),
  "network-waiting": entry("turn", "network-waiting"),
  "input-too-large": entry("turn"),
  // caller: what was asked for cannot be done as asked
  "not-allowed": entry("caller"),
  "not-bound": entry("caller"),
  "already-bound": entry("caller"),
  /** The host has no way to bind this conversation, or to ask for it. */
  "not-bindable": entry("caller"),
  /** The OpenClaw that we live in lacks a part that we need. */
  "host-unusable": entry("setup"),
  /** The host has not started its service yet. */
  "gateway-starting": entry("process"),
  "unknown-command": entry("caller"),
  "bad-arguments": entry("caller"),
  "empty-message": entry("caller"),
  "turns-used-up": entry("caller"),
  "queue-full": entry("caller"),
  "selector-none": entry("caller"),
  "selector-ambiguous": entry("caller"),
  "question-none": entry("caller"),
  "question-several": entry("caller"),
  "question-closed": entry("caller"),
  /** The host does not tell whether the command was typed or forwarded. */
  "question-token": entry("caller"),
  /** Its prompt has not reached the person yet, or came after the answer. */
  "question-unseen": entry("caller"),
  "choice-not-offered": entry("caller"),
  /** Its turn has ended, or it is older than what we remember. */
  "button-gone": entry("caller"),
  "button-used": entry("caller"),
  // files
  "folder-missing": entry("files"),
  "folder-not-a-directory": entry("files"),
  "folder-forbidden": entry("files"),
  /** A link, or another folder by one, is where the folder of the thread was. */
  "folder-replaced": entry("files"),
  "image-unreadable": entry("files"),
  "file-unreadable": entry("files"),
  "secret-unavailable": entry("files", "secret-unavailable"),
  // store
  "state-held": entry("store"),
  "state-newer": entry("store"),
  "state-damaged": entry("store"),
  "state-full": entry("store"),
  "state-unusable": entry("store"),
  // node
  "node-unknown": entry("node"),
  "node-ambiguous": entry("node"),
  /** Known, but not connected to the gateway now. */
  "node-offline": entry("node"),
  /** It does not offer the command, or the gateway does not allow it. */
  "node-not-allowed": entry("node"),
  /** The two ends of the channel do not speak the same protocol. */
  "node-version": entry("node"),
  /** What a node says to a gateway that asks for more than the node gives. */
  "node-refused": entry("node"),
  "node-folder-outside": entry("node"),
  "node-ceiling": entry("node"),
  "node-thread-busy": entry("node"),
  // runs: background sessions
  "run-name-invalid": entry("runs"),
  "run-name-taken": entry("runs"),
  "run-none": entry("runs"),
  "run-ambiguous": entry("runs"),
  "run-not-interactive": entry("runs"),
  "run-idle": entry("runs"),
  "run-not-here": entry("runs"),
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof errorTable;

/** Facts of a failure for its text and for logs: never whole paths of others, never secrets. */
export type ErrorDetails = Record<string, string | number | boolean | undefined>;

/** The one error class. `message` is for logs; people read what chat/words/error-text.ts makes of `code` and `details`. */
export class BridgeError extends Error {
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "BridgeError";
    this.code = code;
    this.details = details;
  }
}

/** Any thrown value as a BridgeError; one that already is keeps its identity. */
export function toBridgeError(thrown: unknown, fallback: ErrorCode = "backend-failed"): BridgeError {
  if (thrown instanceof BridgeError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new BridgeError(fallback, message, {}, thrown);
}

export function isBridgeError(thrown: unknown, ...codes: ErrorCode[]): thrown is BridgeError {
  return thrown instanceof BridgeError && (codes.length === 0 || codes.includes(thrown.code));
}
