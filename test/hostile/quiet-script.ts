// A script for the scripted model of which nothing on the way to Codex reads anything: its words are letters and escapes.
import { formatScript, type Step } from "../../src/demo/script.ts";

export function formatQuietScript(steps: readonly Step[]): string {
  return formatScript(...steps).replace(/"(?:[^"\\]|\\.)*"/g, (text) =>
    text.slice(1, -1) === "" ? text : `"${text.slice(1, -1).replace(/\\.|[^\w ]/gs, escapeUnit)}"`,
  );
}

function escapeUnit(found: string): string {
  if (found.startsWith("\\") && found.length === 2) return found;
  return `\\u${found.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
