// The changes of a patch: which files, and their diffs, line for line.
import { fileChangeItem } from "../../codex/schemas.ts";
import { type Block, line, path } from "../../kit/blocks.ts";
import { showHidden } from "../../kit/visible.ts";

/** `item`: the `fileChange` item (0.169.0); undefined when its changes are not known. */
export function formatChanges(item: unknown): Block[] | undefined {
  const read = fileChangeItem.safeParse(item);
  if (!read.success || read.data.changes.length === 0) return undefined;
  const { changes } = read.data;
  const files = changes.map(({ path: file, kind }) => {
    const moved = kind.move_path ? line` -> ${path(kind.move_path)}` : [];
    return line`${kind.type} ${path(file)}${moved}`;
  });
  const lines = changes.flatMap(({ path: file, diff, kind }) => {
    const body = diff.replace(/\n$/, "");
    return body === ""
      ? []
      : [
          `--- ${showHidden(file, { mode: "strict" })}`,
          ...body.split("\n").map((each) => markLine(each, kind.type)),
        ];
  });
  return [
    ...files.map((say) => ({ say })),
    ...(lines.length === 0 ? [] : [{ literal: lines.join("\n"), as: "diff" as const }]),
  ];
}

/** For a file that is added or deleted Codex sends its content as it is, not a diff (0.169.0). */
function markLine(text: string, kind: string): string {
  if (kind === "add") return `+${text}`;
  return kind === "delete" ? `-${text}` : text;
}
