// One session in a list.
import type { ThreadInfo } from "../../codex/schemas.ts";
import { joinLines, type Line, line, path } from "../../kit/blocks.ts";
import { cutText, oneLine } from "../../kit/text.ts";
import { formatAge } from "./age.ts";

const titleChars = 80;

/** Its name, or the first words that were written in it, on one line and cut: words of anybody, to be shown as a name. */
export function formatSessionTitle({ name, preview }: ThreadInfo): string {
  const title = oneLine(name || preview || "");
  return title === "" ? "(no words)" : cutText(title, titleChars);
}

/** What was last written in it, unless its title says so already. */
export function formatLastWords(thread: ThreadInfo, words: string | undefined): Line[] {
  const last = cutText(oneLine(words ?? ""), titleChars);
  return last === "" || last === formatSessionTitle(thread) ? [] : [line`   You, last: ${last}`];
}

/** Folder, age, and where it was started, as far as they are known; else empty. */
export function formatSessionFacts(thread: ThreadInfo, now: number): Line {
  const { updatedAt, createdAt } = thread;
  const used = updatedAt || createdAt;
  const age = used ? [[formatAge(now - used * 1000)]] : [];
  const folder = thread.cwd === "" ? [] : [[path(shortenFolder(thread.cwd))]];
  const source = thread.source || thread.originator ? [[readSourceWord(thread)]] : [];
  return joinLines([...folder, ...age, ...source], ", ");
}

/** The last two parts of a folder. */
export function shortenFolder(cwd: string): string {
  const parts = cwd.split(/[\\/]/).filter((part) => part !== "");
  return parts.length <= 2 ? cwd : `…/${parts.slice(-2).join("/")}`;
}

/**
 * Every client over stdio and the terminal's own server report the source "vscode"; the originator, the first client
 * that ever connected to that server, tells them apart (0.169.0).
 */
function readSourceWord({ originator, source }: ThreadInfo): string {
  const client = originator ?? "";
  if (client === "openclaw-codex-threads") return "chat";
  if (/^codex[-_](tui|cli)/.test(client)) return "terminal";
  if (client === "codex_exec" || source === "exec") return "exec";
  if (source === "cli") return "terminal";
  return source === "vscode" && /vscode|cursor|editor/i.test(client) ? "editor" : "another program";
}
