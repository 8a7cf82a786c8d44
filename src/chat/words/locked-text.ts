// What a chat says while the machine's operator has locked everything.
import { type Line, own } from "../../kit/blocks.ts";

export const lockedText = {
  refused: own(
    "The operator of this machine has locked Codex here: nothing was done, and nothing is taken until it is unlocked there.",
  ),
  card: own("Locked by the operator of this machine: nothing is taken until it is unlocked there."),
};

/** Why nobody was asked what Codex asks. */
export function formatUnasked(isLocked: boolean): Line {
  return isLocked
    ? own("Codex asked for something while the operator of this machine has locked it")
    : own("Codex asked for something and nobody was there to be asked");
}
