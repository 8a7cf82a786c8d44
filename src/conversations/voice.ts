// What there is to say to people, as data. The words are made in chat/; this room only decides that something is said.
import type { Asked } from "../codex/questions.ts";
import type { Usage } from "../codex/turn-events.ts";
import type { BridgeError } from "../errors.ts";
import type { Block } from "../kit/blocks.ts";
import type { ButtonSpec } from "../store/buttons.ts";
import type { Question } from "../store/rows.ts";
import type { Person } from "./drivers.ts";
import type { Ending } from "./prompts.ts";
import type { Loss } from "./role-loss.ts";

/**
 * backfill: the server does not answer yet. loading: it answers, but the thread is not open yet. node-away: the machine
 * of the place is not connected, so nothing is known of its server.
 */
export type WaitReason = "foreign-turn" | "thread-held" | "backfill" | "loading" | "connection" | "node-away";

export type Notice =
  /** `question`: what the running turn waits for. */
  | { type: "queued"; ahead: number; question?: Question }
  /** Nothing has started within the first seconds: the server or the thread is being opened. */
  | { type: "opening" }
  | { type: "started" }
  /** The turn of a message that was sent before a restart or a lost connection still runs. */
  | { type: "following"; isOurs: boolean; questions: readonly Question[] }
  /**
   * `elapsedMs`: it has lasted so long. `isSent`: Codex may have the message, it cannot be taken back any more. `node`:
   * what the node is called that the thread is on.
   */
  | { type: "waiting"; reason: WaitReason; elapsedMs?: number; isSent?: boolean; node?: string }
  | { type: "steered" }
  /** Before the first turn of a binding that runs by `codex exec`. */
  | { type: "by-exec"; bypass: boolean }
  | { type: "retrying"; message: string }
  /** No event for a while, or a long turn; `running`: titles of what runs; `isOurs`: it can be stopped from here. */
  | { type: "still-working"; quietMs: number; elapsedMs: number; running: string[]; isOurs: boolean }
  | { type: "limit-reached"; limitMs: number }
  | { type: "folder-changed"; cwd: string }
  | { type: "reply"; text: string; late: boolean; usage?: Usage }
  | { type: "empty-reply"; late: boolean; usage?: Usage }
  | { type: "failed"; error: BridgeError; text?: string; late: boolean }
  | { type: "stopped"; text?: string; late: boolean }
  /** What is asked about holds what looks like a secret. */
  | { type: "holds-secret" }
  /** The host showed only some of a reply or question. */
  | { type: "shown-partly" }
  | { type: "dropped" }
  /** Over a driver's limit of turns a day: it waits for the owner. */
  | { type: "held"; limit: number }
  /** The owner is asked whether it may run. */
  | { type: "over-limit"; token: string; driver: Person; limit: number; message: string }
  | { type: "role-ended"; who: Person; why: "expired" | "no-owner"; loss: Loss }
  /** Its turn was cut off by a crash, or nobody can tell whether it ran: the person decides. */
  | { type: "cut-off"; token: string; message: string }
  | { type: "unknown-fate"; token: string; message: string }
  | { type: "question"; question: Question; asked: Asked }
  | { type: "question-elsewhere"; question: Question }
  /** Below what was asked. `by`: who decided. */
  | { type: "question-closed"; ending: Ending; by?: string }
  /** It is open for long. */
  | { type: "question-waits"; question: Question }
  /** Only the owner may answer, and has no chat with us. */
  | { type: "owner-unreachable" }
  /** The host's approval came; `says` was written when the binding was prepared. */
  | { type: "binding-open"; says: readonly Block[] }
  /** Nothing was bound. */
  | { type: "binding-ended"; why: "denied" | "expired" | "restarted" | "busy" }
  /** Nobody could be asked, or the machine's operator has locked all. */
  | { type: "declined"; asked: Asked; params: Record<string, unknown>; isLocked?: true };

/** What is said, and the buttons below it where the host has buttons. */
export interface Said {
  blocks: readonly Block[];
  /** Where others read along it says this; the blocks are for the owner's own chat. Absent: they are for everybody. */
  inGroup?: readonly Block[];
  /** How it is answered by typing: shown where there are no buttons. */
  typed?: readonly Block[];
  /** Only the owner decides: where others read along they are shown neither choices nor what is asked. */
  isForOwner?: true;
  buttons?: readonly (readonly ButtonSpec[])[];
}

export interface Voice {
  say(notice: Notice): Said;
}
