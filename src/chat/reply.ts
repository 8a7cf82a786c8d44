// What a command shows at once.
import type { ButtonSpec } from "../store/buttons.ts";
import type { Button } from "../store/rows.ts";

export interface Reply {
  text: string;
  /**
   * The text shows lists, paths or diffs: a group reads this, the asker gets the text in their own chat. When it is
   * empty there are no buttons in the group.
   */
  inGroup?: string;
  buttons?: readonly (readonly ButtonSpec[])[];
  /** Nobody else may click them. */
  isForAsker?: true;
  /** What the host itself made and wants to be shown as it is; the text is for hosts that cannot. */
  prompt?: unknown;
}

/** As it goes to the host: redacted, its buttons with the tokens of their clicks. */
export interface ShownReply {
  text: string;
  buttons?: Button[][];
  prompt?: unknown;
}
