// Buttons for a list of short names.
import { cutText, oneLine } from "../kit/text.ts";
import type { ButtonSpec } from "../store/buttons.ts";

/** More names than these are typed. */
export const mostButtons = 8;
export const labelChars = 40;
const perRow = 2;

/** `command`: what is typed before the name. */
export function buildNameButtons(command: string, names: readonly string[]): ButtonSpec[][] {
  const buttons = names
    .slice(0, mostButtons)
    .map((name) => ({ label: formatLabel(name), line: `${command} ${name}` }));
  return Array.from({ length: Math.ceil(buttons.length / perRow) }, (_, row) =>
    buttons.slice(row * perRow, (row + 1) * perRow),
  );
}

export function formatLabel(text: string): string {
  return cutText(oneLine(text), labelChars);
}
