// Words for what cannot be done as asked, and for folders, files and the store.
import type { ErrorWords } from "./error-entry.ts";
import { access, part, words } from "./error-entry.ts";

export const callerWords = {
  "not-allowed": words(
    (d) =>
      d.reason === "policy-raised"
        ? `The thread has more rights now than its owner agreed to${part(": sandbox ", d.sandbox)}${part(", approvals ", d.approvalPolicy)}; the message did not run.`
        : "Sorry, you are not allowed to do that here; nothing was done.",
    "Ask the owner of this conversation; a thread whose rights were raised is agreed to anew with `/cx resume <id>`.",
  ),
  "not-bound": words(
    "No thread is bound here.",
    "`/cx new` starts one, `/cx sessions` lists those you have.",
  ),
  "already-bound": words(
    (d) =>
      `A thread is bound here and has work to do${part(" (messages on their way: ", d.messages, ")")}; nothing was changed.`,
    "Wait for the end, or use `/cx stop` and `/cx queue clear`, then try again.",
  ),
  "not-bindable": words(
    (d) => `This chat cannot be bound to a thread${part(": ", d.reason)}.`,
    "Use a chat whose app shows buttons, for example a direct chat in Telegram, Discord or Slack.",
  ),
  "unknown-command": words(
    (d) =>
      `There is no ${d.command === undefined ? "such command" : `command \`${d.command}\``}${part("; did you mean `/cx ", d.nearest, "`?")}${d.nearest === undefined ? "." : ""}`,
    "`/cx help` lists them all.",
  ),
  "bad-arguments": words(
    (d) =>
      `That does not fit${part(": ", d.problem)}${part(": expected ", d.expected)}.${part(" Usage: `/cx ", d.usage, "`.")}`,
    "Try again; `/cx help` says more.",
  ),
  "empty-message": words("The message is empty.", "Write some words, or attach an image."),
  "queue-full": words(
    (d) => `Too many messages wait already${part(" (", d.limit, ")")}; this one was not taken.`,
    "Send it again later, or look at `/cx queue`.",
  ),
  "selector-none": words(
    (d) =>
      `No session fits${part(' "', d.selector, '"')}${d.partly === true ? " among the newest ones that were searched" : ""}.`,
    "`/cx sessions [words]` looks for it; `/cx resume <number>` then binds it.",
  ),
  "selector-ambiguous": words(
    (d) =>
      `Several sessions fit${part(' "', d.selector, '"')}${d.candidates === undefined ? "." : `:\n${d.candidates}\n`}`,
    "Write more of the id: `/cx resume <id>`.",
  ),
  "question-none": words(
    (d) => `There is no open question${part(" `", d.token, "`")} here.`,
    "`/cx status` shows what is open.",
  ),
  "question-several": words(
    (d) => `Several questions are open${part(": ", d.tokens)}.`,
    "Name the one you mean: `/cx yes <token>` or `/cx no <token>`.",
  ),
  "question-closed": words(
    (d) => `The question${part(" `", d.token, "`")} is closed already; the first answer counted.`,
    "`/cx status` shows what is still open.",
  ),
  "choice-not-offered": words(
    (d) =>
      `The question${part(" `", d.token, "`")} cannot be answered ${d.choice === undefined ? "like that" : `with "${d.choice}"`}${part("; offered: ", d.offered)}.`,
    "`/cx answer [token] <words or choice>` answers it, `/cx stop` ends the turn.",
  ),
  "button-gone": words("This button means something that is over.", "`/cx status` shows what there is now."),
  "button-used": words("This button was used already.", "`/cx status` shows what there is now."),
  "folder-missing": words(
    (d) => `The folder${part(" ", d.folder)} does not exist.`,
    "Create it, or name another: `/cx new --cwd <folder>`.",
  ),
  "folder-not-a-directory": words(
    (d) => `${d.folder === undefined || d.folder === "" ? "That" : d.folder} is not a folder.`,
    "Name one: `/cx new --cwd <folder>`.",
  ),
  "folder-forbidden": words(
    (d) =>
      `Codex may not work in ${d.folder ?? "that folder"}: it ${d.reason === "own" ? "belongs to the state of Codex or of this program" : "is a whole home or disk"}.`,
    "Name a project folder: `/cx new --cwd <folder>`.",
  ),
  "image-unreadable": words(
    (d) => `An image cannot be read${part(": ", d.path)}; the message did not run.`,
    "Send it again.",
  ),
  "file-unreadable": words(
    (d) => `A file that came with the message cannot be read${part(": ", d.path)}; the message did not run.`,
    "Send it again.",
  ),
  "secret-unavailable": words(
    (d) => `The credentials cannot be read${part(": ", d.reason)}.`,
    "Correct `CODEX_THREADS_SECRET_HOME`: it must hold a readable auth.json or config.toml.",
  ),
  "state-held": words(
    (d) =>
      `The state directory${part(" ", d.directory)} is in use by another process${part(": ", d.pid)}${part(" on ", d.host)}.`,
    "End that process, or choose another directory with `--state-dir`.",
  ),
  "state-newer": words(
    (d) =>
      `The state file${part(" ", d.file)} was written by a newer version${part(" (", d.found, part("; this one knows ", d.supported, ")"))}; it was left as it is.`,
    "Update openclaw-codex-threads, or choose another directory with `--state-dir`.",
  ),
  "state-damaged": words(
    (d) =>
      `The state file${part(" ", d.file)} is damaged${part(": ", d.reason ?? d.column)}; it was left as it is.`,
    "Move it away and start again: threads stay in Codex, `/cx resume` binds them anew.",
  ),
  "state-full": words(
    (d) => `The disk of the state directory is full${part(" (", d.file, ")")}; nothing was taken.`,
    "Free some space, then send it again.",
  ),
  "state-unusable": words(
    (d) => `The state${part(" in ", d.directory ?? d.file)} cannot be used${part(": ", access(d.reason))}.`,
    "Make it readable and writable for this user alone, or choose another directory with `--state-dir`.",
  ),
} satisfies Record<string, ErrorWords>;
