// What a command shows at once.
import type { Block, Line } from "../kit/blocks.ts";
import type { ButtonSpec } from "../store/buttons.ts";
import type { Button } from "../store/rows.ts";

export interface Reply {
  blocks: readonly Block[];
  /**
   * The blocks show lists, paths or diffs: a group reads this, the asker gets the blocks in their own chat. When it is
   * empty there are no buttons in the group.
   */
  inGroup?: readonly Block[];
  buttons?: readonly (readonly ButtonSpec[])[];
  /** Nobody else may click them. */
  isForAsker?: true;
  /** What the host itself made and wants to be shown as it is; the text is for hosts that cannot. */
  prompt?: unknown;
  /** How it is answered by typing: shown where there are no buttons. */
  typed?: readonly Block[];
  /** The token of the question that it puts: nothing of it is redacted. */
  question?: string;
}

/** What a command returns: one sentence, or more. */
export type Answer = Line | Reply;

export function buildReply(answer: Answer): Reply {
  return "length" in answer ? { blocks: [{ say: answer }] } : answer;
}

/** As it goes to the host: redacted, its buttons with the tokens of their clicks. */
export interface ShownReply {
  blocks: readonly Block[];
  typed?: readonly Block[];
  buttons?: Button[][];
  prompt?: unknown;
  question?: string;
}
