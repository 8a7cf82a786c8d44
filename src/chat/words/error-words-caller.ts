// Words for what cannot be done as asked, and for folders, files and the store.
import type { ErrorDetails } from "../../errors.ts";
import { code, joinLines, type Line, line, own } from "../../kit/blocks.ts";
import type { ErrorWords } from "./error-entry.ts";
import { access, asCode, asCommand, asPath, part, rows, words } from "./error-entry.ts";

/** They come with commas between them. */
function listTokens(tokens: ErrorDetails[string]): Line | undefined {
  if (tokens === undefined) return undefined;
  const each = String(tokens).split(", ");
  return joinLines(
    each.map((token) => [code(token)]),
    ", ",
  );
}

const forbiddenWords: ReadonlyMap<string, string> = new Map([
  ["own", "belongs to the state of Codex or of this program"],
  ["holds", "holds the state of Codex or of this program, which a turn could write there"],
]);

export const callerWords = {
  "not-allowed": words(
    (d) =>
      d.reason === "policy-raised"
        ? line`The thread has more rights now than its owner agreed to${part(": sandbox ", d.sandbox)}${part(", approvals ", d.approvalPolicy)}; the message did not run.`
        : own("Sorry, you are not allowed to do that here; nothing was done."),
    "Ask the owner of this conversation; a thread whose rights were raised is agreed to anew with `/cx resume <id>`.",
  ),
  "not-bound": words(
    "No thread is bound here.",
    "`/cx new` starts one, `/cx sessions` lists those you have.",
  ),
  "already-bound": words(
    (d) =>
      line`A thread is bound here and has work to do${part(" (messages on their way: ", d.messages, ")")}; nothing was changed.`,
    "Wait for the end, or use `/cx stop` and `/cx queue clear`, then try again.",
  ),
  "not-bindable": words(
    (d) => line`This chat cannot be bound to a thread${part(": ", d.reason)}.`,
    "Use a chat whose app shows buttons, for example a direct chat in Telegram, Discord or Slack.",
  ),
  "unknown-command": words(
    (d) =>
      line`There is no ${d.command ? part("command ", asCode(d.command)) : own("such command")}${d.nearest ? part("; did you mean ", asCommand(d.nearest), "?") : own(".")}`,
    "`/cx help` lists them all.",
  ),
  "bad-arguments": words(
    (d) =>
      line`That does not fit${part(": ", d.problem)}${part(": expected ", d.expected)}.${part(" Usage: ", asCommand(d.usage), ".")}`,
    "Try again; `/cx help` says more.",
  ),
  "empty-message": words("The message is empty.", "Write some words, or attach an image."),
  "turns-used-up": words(
    "You have written your turns of today, and the owner wants no more of them; this message was not taken.",
    "Write again tomorrow, or ask the owner of this conversation for more with `/cx allow`.",
  ),
  "queue-full": words(
    (d) => line`Too many messages wait already${part(" (", d.limit, ")")}; this one was not taken.`,
    "Send it again later, or look at `/cx queue`.",
  ),
  "selector-none": words(
    (d) =>
      line`No session fits${part(' "', d.selector, '"')}${d.partly === true ? own(" among the newest ones that were searched") : undefined}.`,
    "`/cx sessions [words]` looks for it; `/cx resume <number>` then binds it.",
  ),
  "selector-ambiguous": words(
    (d) => line`Several sessions fit${part(' "', d.selector, '"')}${rows(d.candidates)}`,
    "Write more of the id: `/cx resume <id>`.",
  ),
  "question-none": words(
    (d) => line`There is no open question${part(" ", asCode(d.token))} here.`,
    "`/cx status` shows what is open.",
  ),
  "question-several": words(
    (d) => line`Several questions are open${part(": ", listTokens(d.tokens))}.`,
    "Name the one you mean: `/cx yes <token>` or `/cx no <token>`.",
  ),
  "question-closed": words(
    (d) => line`The question${part(" ", asCode(d.token))} is closed already; the first answer counted.`,
    "`/cx status` shows what is still open.",
  ),
  "question-token": words(
    "Whether you typed that or forwarded it cannot be told here, so it answers nothing by itself.",
    "Add the token of the question: `/cx yes <token>` or `/cx no <token>`.",
  ),
  "question-unseen": words(
    (d) => line`The question${part(" ", asCode(d.token))} was not here yet when you wrote that.`,
    "Read it, then answer it.",
  ),
  "choice-not-offered": words(
    (d) =>
      line`The question${part(" ", asCode(d.token))} cannot be answered ${d.choice ? part('with "', d.choice, '"') : own("like that")}${part("; offered: ", d.offered)}.`,
    "`/cx answer [token] <words or choice>` answers it, `/cx stop` ends the turn.",
  ),
  "button-gone": words("This button means something that is over.", "`/cx status` shows what there is now."),
  "button-used": words("This button was used already.", "`/cx status` shows what there is now."),
  "folder-missing": words(
    (d) => line`The folder${part(" ", asPath(d.folder))} does not exist.`,
    "Create it, or name another: `/cx new --cwd <folder>`.",
  ),
  "folder-not-a-directory": words(
    (d) => line`${asPath(d.folder) ?? own("That")} is not a folder.`,
    "Name one: `/cx new --cwd <folder>`.",
  ),
  "folder-forbidden": words(
    (d) =>
      line`Codex may not work in ${d.folder ? asPath(d.folder) : own("that folder")}: it ${own(forbiddenWords.get(String(d.reason)) ?? "is a whole home or disk")}.`,
    "Name a project folder: `/cx new --cwd <folder>`.",
  ),
  "folder-replaced": words(
    (d) =>
      line`A link is now where the folder of the thread was${part(": ", asPath(d.folder))}; nothing ran.`,
    "Look at who put it there. Put the folder back, or name another: `/cx new --cwd <folder>`.",
  ),
  "image-unreadable": words(
    (d) => line`An image cannot be read${part(": ", asPath(d.path))}; the message did not run.`,
    "Send it again.",
  ),
  "file-unreadable": words(
    (d) =>
      line`A file that came with the message cannot be read${part(": ", asPath(d.path))}; the message did not run.`,
    "Send it again.",
  ),
  "secret-unavailable": words(
    (d) => line`The credentials cannot be read${part(": ", d.reason)}.`,
    "Correct `CODEX_THREADS_SECRET_HOME`: it must hold a readable auth.json or config.toml.",
  ),
  "state-held": words(
    (d) =>
      line`The state directory${part(" ", asPath(d.directory))} is in use by another process${part(": ", d.pid)}${part(" on ", d.host)}.`,
    "End that process, or choose another directory with `--state-dir`.",
  ),
  "state-newer": words(
    (d) =>
      line`The state file${part(" ", asPath(d.file))} was written by a newer version${part(" (", d.found, part("; this one knows ", d.supported, ")"))}; it was left as it is.`,
    "Update openclaw-codex-threads, or choose another directory with `--state-dir`.",
  ),
  "state-damaged": words(
    (d) =>
      line`The state file${part(" ", asPath(d.file))} is damaged${part(": ", d.reason ?? d.column)}; it was left as it is.`,
    "Move it away and start again: threads stay in Codex, `/cx resume` binds them anew.",
  ),
  "state-full": words(
    (d) =>
      line`The disk of the state directory is full${part(" (", asPath(d.file), ")")}; nothing was taken.`,
    "Free some space, then send it again.",
  ),
  "state-unusable": words(
    (d) =>
      line`The state${part(" in ", asPath(d.directory ?? d.file))} cannot be used${part(": ", access(d.reason))}.`,
    "Make it readable and writable for this user alone, or choose another directory with `--state-dir`.",
  ),
} satisfies Record<string, ErrorWords>;
