// What there is to say to people, as data. The words are made in chat/; this room only decides that something is said.
import type { Asked } from "../codex/questions.ts";
import type { Usage } from "../codex/turn-events.ts";
import type { BridgeError } from "../errors.ts";
import type { Question } from "../store/rows.ts";

export type WaitReason = "foreign-turn" | "thread-held" | "backfill" | "connection";

export type Notice =
  | { type: "queued"; ahead: number }
  /** Nothing has started within the first seconds: the server or the thread is being opened. */
  | { type: "opening" }
  | { type: "started" }
  | { type: "waiting"; reason: WaitReason }
  | { type: "steered" }
  | { type: "retrying"; message: string }
  /** No event for a while, or a long turn; `running`: titles of what runs. */
  | { type: "still-working"; quietMs: number; elapsedMs: number; running: string[] }
  | { type: "limit-reached"; limitMs: number }
  | { type: "folder-changed"; cwd: string }
  | { type: "reply"; text: string; late: boolean; usage?: Usage }
  | { type: "empty-reply"; late: boolean; usage?: Usage }
  | { type: "failed"; error: BridgeError; text?: string; late: boolean }
  | { type: "stopped"; text?: string; late: boolean }
  | { type: "dropped" }
  /** Its turn was cut off by a crash, or nobody can tell whether it ran: the person decides. */
  | { type: "cut-off"; token: string; message: string }
  | { type: "unknown-fate"; token: string; message: string }
  | { type: "question"; question: Question; asked: Asked }
  | { type: "question-elsewhere"; question: Question }
  /** Nobody could be asked. */
  | { type: "declined"; asked: Asked; params: Record<string, unknown> };

export interface Voice {
  say(notice: Notice): string;
}
