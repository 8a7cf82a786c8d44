// The typed rows of the store, as the rest of the program sees them. Times are milliseconds since the Unix epoch.
import type { Block } from "../kit/blocks.ts";
import type { MessageState } from "./message-states.ts";

export type SandboxMode = "read-only" | "workspace-write" | "danger-full-access";
export type ApprovalPolicy = "untrusted" | "on-request" | "never";

/** What a binding asks Codex for; an absent field leaves the thread's own value alone. */
export interface TurnSettings {
  model?: string;
  effort?: string;
  sandbox?: SandboxMode;
  approvalPolicy?: ApprovalPolicy;
}

/** What Codex reported to be in force, in its own words. */
export interface InForce {
  model?: string;
  effort?: string;
  cwd?: string;
  sandbox?: string;
  approvalPolicy?: string;
}

/** The outermost a binding may ever be set to: its owner confirmed it when binding. */
export interface Ceiling {
  sandbox: SandboxMode;
  approvalPolicy: ApprovalPolicy;
}

/** Somebody whom the owner lets write turns in a binding. */
export interface Driver {
  id: string;
  /** As last seen; the service's own name of the person, without its @. */
  userName?: string;
  /** As the chat shows it. Only shown. */
  name?: string;
  /** The latest time that was seen: a clock that is set back gives nothing back. */
  seenAt: number;
  /** Absent for whom an earlier version let in: the defaults count from the first look on. */
  until?: number;
  turnsPerDay?: number;
  /** When the day began whose turns are counted. */
  dayAt: number;
  turns: number;
  /** The owner wants no more of them on this day. */
  isDayOver?: boolean;
}

export interface Binding {
  id: string;
  /** The conversation's key: its full route. */
  conversation: string;
  place: string;
  /** Absent until the first message has started the thread. */
  threadId?: string;
  cwd: string;
  requested: TurnSettings;
  inForce: InForce;
  ceiling: Ceiling;
  owner: string;
  drivers: Driver[];
  /** Where others read along: the key of the owner's own chat, for what is not for them. */
  ownerChat?: string;
  /** Codex has shown us a user message of this thread: it exists on disk. */
  threadSeen: boolean;
  /** What the host's books say of it, in the host's own words; absent where the host keeps none. */
  hostRecord?: string;
  createdAt: number;
  updatedAt: number;
}

export interface Message {
  id: number;
  conversation: string;
  hostMessageId: string;
  bindingId: string;
  actor: string;
  /** Absent once it is no longer needed. */
  text?: string;
  /** Paths of local image files. */
  images: string[];
  /** Paths of local files that the text names. */
  files: string[];
  /** `clientUserMessageId`: how this message is found again in Codex's history. */
  clientId: string;
  state: MessageState;
  turnId?: string;
  attempts: number;
  acceptedAt: number;
  submittedAt?: number;
  settledAt?: number;
}

export type TurnState = "running" | "completed" | "failed" | "interrupted" | "lost";

export interface Turn {
  id: string;
  place: string;
  threadId: string;
  conversation?: string;
  origin: "ours" | "foreign";
  state: TurnState;
  startedAt: number;
  endedAt?: number;
}

export type QuestionKind =
  | "command"
  | "file-change"
  | "permissions"
  | "mcp-tool"
  | "user-input"
  | "elicitation"
  /** Asked by us, not by Codex: e.g. "send it again?", "bind with full access?". */
  | "confirm";

export type QuestionState = "open" | "answered" | "elsewhere" | "withdrawn";

/** An open question: one of Codex's server requests, or one of our own. */
export interface Question {
  /** Short, typed by people. */
  token: string;
  kind: QuestionKind;
  conversation: string;
  /** Actor whose message led to it. */
  asker: string;
  place: string;
  /** Which running server asked; a request id means nothing on another. Empty for `confirm`. */
  serverInstance: string;
  /** JSON text of the request id (string or number, from 0). */
  requestId: string;
  threadId?: string;
  turnId?: string;
  /** The request's params as received, plus what was gathered for showing it (diff, folder, host). */
  payload: Record<string, unknown>;
  state: QuestionState;
  answer?: unknown;
  answeredBy?: string;
  /** The newest part of the outbox when it was closed: what was said later has a higher number. */
  closedAfter?: number;
  /** How often it was told again. */
  reminders: number;
  /** Of exactly what was shown, as audit.ts makes it. */
  digest?: string;
  /** The answer holds for the like of it until the thread is unloaded. */
  rule?: "session";
  createdAt: number;
  closedAt?: number;
}

export type OutboxKind = "notice" | "question" | "final";
/** delivered: the host's queue took it. suppressed: the host decided not to show it. partial: only some of it got out. */
export type OutboxState =
  | "pending"
  | "sending"
  | "delivered"
  | "suppressed"
  | "partial"
  | "failed"
  | "expired";

/** What a click on it does is kept by us under the token. */
export interface Button {
  label: string;
  token: string;
}

/** One part for a conversation. `key` is turn (or message) + part: the same part is never written twice. */
export interface OutboxPart {
  id: number;
  key: string;
  conversation: string;
  kind: OutboxKind;
  /** What is said; empty once the host has it. */
  blocks: Block[];
  /** How it is answered by typing, for a host that shows no buttons. */
  typed?: Block[];
  /** No notification: there is more to come, or it is not worth one. */
  isSilent: boolean;
  /** The host refused it for itself: it goes out as plain words. */
  isPlain: boolean;
  /** An earlier try may have reached the person. */
  maybeSeen: boolean;
  /** The host's id of an own message that it takes the place of. */
  edits?: string;
  /** The token of the question that it puts. */
  question?: string;
  messageId?: number;
  state: OutboxState;
  attempts: number;
  nextAttemptAt: number;
  expiresAt?: number;
  hostId?: string;
  /** The host's id of the message that it answers. */
  replyTo?: string;
  /** Rows of buttons below the text. */
  buttons?: Button[][];
  createdAt: number;
}
