// Words for failures of turns that run by `codex exec`.
import { code, line, own } from "../../kit/blocks.ts";
import type { ErrorWords } from "./error-entry.ts";
import { asCode, asName, asPath, inWords, part, report, words } from "./error-entry.ts";

export const execWords = {
  "exec-failed": words(
    (d) =>
      line`The ${code("codex exec")} of this turn ended without an outcome${part(" (", d.exit, ")")}${inWords(d)}.`,
    report,
  ),
  "exec-settings-differ": words(
    (d) =>
      line`The thread's own ${asName(d.setting) ?? own("settings")} ${part("(", d.setting === "folder" ? asPath(d.stored) : d.stored, ") ")}would be overwritten by ${code("codex exec")}${part(", which runs with ", d.setting === "folder" ? asPath(d.wanted) : d.wanted)}; the turn did not run.`,
    "Set `server` to `auto` for this thread, or start a new one: `/cx new`, or `codex-threads exec --new`.",
  ),
  "exec-thread-forgotten": words(
    (d) =>
      line`Codex no longer has the thread${part(" ", asCode(d.threadId))} that was remembered for this folder; it was forgotten, and the turn did not run.`,
    "Run it again: that starts a new thread.",
  ),
  "exec-no-steer": words(
    "Words cannot be added to a turn by `codex exec`.",
    "Write them as a message: it runs when this turn has ended.",
  ),
} satisfies Record<string, ErrorWords>;
