// What we ask ourselves, answered yes or no, and what the yes is to.

/** What the owner of a binding has to say yes to first. */
export interface Agreed {
  /** Another conversation holds the thread too. */
  shared?: boolean;
  /** The thread runs with full access, or never asks. */
  unguarded?: boolean;
}

/** Our own question, answered yes or no. */
export type ConfirmAction =
  | { type: "send-again"; messageId: number }
  | { type: "bind"; threadId: string; place: string; agreed: Agreed }
  /** May what waits of a driver run, although it is over the day's limit? */
  | { type: "let-run"; driver: string; bindingId: string };
