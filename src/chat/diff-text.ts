// The changes of a patch for a chat: which files, and as much of the diff as people read there.
import { fileChangeItem } from "../codex/schemas.ts";
import { cutText } from "../kit/text.ts";

const shownLines = 60;
const shownLineChars = 200;
const shownFiles = 20;

/** `item`: the `fileChange` item (0.169.0); undefined when its changes are not known. */
export function formatChanges(item: unknown): string | undefined {
  const read = fileChangeItem.safeParse(item);
  if (!read.success || read.data.changes.length === 0) return undefined;
  const { changes } = read.data;
  const files = changes.map(({ path, kind }) => {
    const moved = kind.move_path ? ` -> ${kind.move_path}` : "";
    return `${kind.type} ${path}${moved}`;
  });
  const lines = changes.flatMap(({ path, diff, kind }) => {
    const body = diff.replace(/\n$/, "");
    return body === "" ? [] : [`--- ${path}`, ...body.split("\n").map((line) => markLine(line, kind.type))];
  });
  return [...bound(files, shownFiles, "file"), ...bound(lines, shownLines, "line").map(cutLine)].join("\n");
}

function bound(lines: readonly string[], limit: number, what: string): string[] {
  const left = lines.length - limit;
  if (left <= 0) return [...lines];
  return [...lines.slice(0, limit), `(${left} more ${what}${left === 1 ? "" : "s"} not shown)`];
}

/** For a file that is added or deleted Codex sends its content as it is, not a diff (0.169.0). */
function markLine(line: string, kind: string): string {
  if (kind === "add") return `+${line}`;
  return kind === "delete" ? `-${line}` : line;
}

function cutLine(line: string): string {
  return cutText(line, shownLineChars);
}
