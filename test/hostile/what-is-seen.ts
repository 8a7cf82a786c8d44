// What of an attack has to be read where it is shown: the text itself with visible escapes; each way in which it is not is
// one that got through.
import { cutText, oneLine } from "../../src/kit/text.ts";
import { showHidden } from "../../src/kit/visible.ts";
import type { TelegramText } from "../rigs/openclaw/bot-html.ts";
import type { Attack } from "./attacks.ts";
import { findUnseen, holdsLetters } from "./telegram-reader.ts";

/** Why it is not what is seen; empty where it is. */
export type Shows = (attack: Attack, seen: TelegramText) => string[];

const strict = (text: string, keep = "\n") => showHidden(text, { mode: "strict", keep });
const words = (text: string, keep = "\n\t") => showHidden(text, { mode: "words", keep });

function isThere(text: string, seen: TelegramText): string[] {
  return [
    ...(seen.text.includes(text) ? [] : [`not seen: ${JSON.stringify(text).slice(0, 300)}`]),
    ...findUnseen(seen.text),
  ];
}

/** As a command, a path, an id. */
export const asStrict: Shows = ({ text }, seen) => isThere(strict(text), seen);
/** As a text, in lines of its own. */
export const asLiteral: Shows = ({ text }, seen) => isThere(words(text), seen);
/** As a name, within a sentence. */
export const asName: Shows = ({ text }, seen) => isThere(words(text, ""), seen);
/** As a name on one line, which is cut. */
export const asTitle: Shows = ({ text }, seen) => isThere(words(cutText(oneLine(text), 80), ""), seen);
/** As an argument in JSON. */
export const asJson: Shows = ({ text }, seen) => isThere(strict(JSON.stringify(text).slice(1, -1)), seen);
/** As lines that are added. */
export const asDiff: Shows = ({ text }, seen) => isThere(words(text.replaceAll("\n", "\n+")), seen);

/** As a whole reply of a model. */
export function asModelSees({ text, asModel }: Attack, seen: TelegramText): string[] {
  const visible = showHidden(text.replaceAll("\r\n", "\n").trim(), { mode: "prose", keep: "\n\t" });
  const unseen = findUnseen(seen.text);
  if (asModel === "letters")
    return [
      ...(holdsLetters(seen.text, visible) && seen.text.trim() !== ""
        ? []
        : [`words are lost: ${JSON.stringify(seen.text).slice(0, 300)}`]),
      ...unseen,
    ];
  const wanted = asModel?.text ?? visible;
  return oneLine(seen.text) === oneLine(wanted)
    ? unseen
    : [`seen as ${JSON.stringify(seen.text).slice(0, 300)}`, ...unseen];
}
