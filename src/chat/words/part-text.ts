// What stands above a part that goes on with what the part before it began.
import { type Line, own } from "../../kit/blocks.ts";

/** `midLine`: the part before ended within a line. */
export function continuedWords(midLine: boolean): Line {
  return own(midLine ? "(the same line goes on)" : "(continued)");
}
