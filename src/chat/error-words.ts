// The one table of what a person reads for each error code, and what they can do next.
import type { ErrorCode, ErrorDetails } from "../errors.ts";

export interface ErrorWords {
  /** What happened. Every detail may be absent. */
  says(details: ErrorDetails): string;
  /** What to do next: a command, a setting, a program to install. */
  next: string;
}

type Detail = ErrorDetails[string];

/** A detail with what stands around it; nothing at all when it is absent. */
function part(before: string, detail: Detail, after = ""): string {
  return detail === undefined || detail === "" ? "" : `${before}${detail}${after}`;
}

const words = (says: ErrorWords["says"] | string, next: string): ErrorWords => ({
  says: typeof says === "string" ? () => says : says,
  next,
});

/** Why a folder or a file is not ours alone; anything else is the system's own word. */
const accessWords: Readonly<Record<string, string>> = {
  missing: "nothing is there",
  "not-a-directory": "it is not a folder",
  "not-a-socket": "it is not a socket",
  "other-owner": "it belongs to another user",
  "open-to-others": "other users can reach it",
};

function access(reason: Detail): Detail {
  return accessWords[String(reason)] ?? reason;
}

const inWords = (details: ErrorDetails) => part(": ", details.message);
const again = "Write your message again.";
const doctor = "`/cx doctor` looks for the cause.";
const report = "Write your message again; if it happens again, `/cx doctor` looks for the cause.";

export const errorWords: Record<ErrorCode, ErrorWords> = {
  "node-too-old": words(
    (d) => `This Node is too old${part(": ", d.found)}.`,
    "Install Node 24.16 or newer and run it again.",
  ),
  "settings-invalid": words(
    (d) => `The settings have a mistake${part(": ", d.problems)}.`,
    "Correct them; docs/configuration.md lists every setting.",
  ),
  "codex-not-found": words(
    (d) => `The codex program was not found${part("; looked at ", d.searched)}.`,
    "Install it with `npm install -g @openai/codex`, or name it in the setting `codexBinary`.",
  ),
  "codex-too-old": words(
    (d) =>
      `Codex${part(" ", d.found)}${part(" at ", d.path)} is too old${part("; ", d.minimum, " or newer is needed")}.`,
    "Install a newer one with `npm install -g @openai/codex@latest`, or name another in the setting `codexBinary`.",
  ),
  "codex-unusable": words(
    (d) => `The program${part(" ", d.path)} does not answer like codex${part("; it said: ", d.answer)}.`,
    "Install Codex with `npm install -g @openai/codex`, or name it in the setting `codexBinary`.",
  ),
  "codex-home-missing": words(
    (d) => `The CODEX_HOME${part(" ", d.folder)} does not exist or cannot be used${part(": ", d.reason)}.`,
    "Create the folder, or name another by the setting `codexHome`, CODEX_HOME or `--codex-home`.",
  ),
  "codex-config-broken": words(
    (d) => `Codex cannot read its config.toml${part(": ", d.stderr ?? d.message)}.`,
    "Correct config.toml in CODEX_HOME, then write your message again.",
  ),
  "not-signed-in": words("Codex is not signed in.", "Run `codex login` on that machine, as the same user."),
  "mode-unavailable": words(
    (d) =>
      `The server mode${part(" ", d.mode)} cannot be used here${part(": nothing listens at ", d.socket)}${part(": ", d.reason)}.`,
    "Open `codex` in a terminal, or set `server` to `auto`.",
  ),
  "socket-untrusted": words(
    (d) => `The socket of the Codex server is not private to your user${part(": ", access(d.reason))}.`,
    "Make its folder yours alone with `chmod 700`, or set `server` to `stdio`.",
  ),
  "backend-spawn-failed": words(
    (d) =>
      `The program${part(" ", d.command)} could not be started${part(" (", d.systemCode ?? d.code, ")")}.`,
    doctor,
  ),
  "server-exited": words(
    (d) =>
      `The Codex server ended${part(" (", d.exit, ")")}${part(", ", d.attempts, " times in a row")}${part("; its last words: ", d.stderr)}.`,
    report,
  ),
  "server-backfilling": words(
    "Codex is still reading its session files for the first time; that may take minutes.",
    "Wait a little, then write your message again.",
  ),
  "backend-timeout": words(
    (d) => `Codex did not answer in time${part(" (", d.method, ")")}${inWords(d)}.`,
    report,
  ),
  "backend-failed": words((d) => `Something went wrong${inWords(d)}.`, report),
  "backend-protocol-error": words(
    (d) => `Codex said something unexpected${part(" to ", d.method)}${inWords(d)}.`,
    report,
  ),
  "backend-json-parse-error": words("Codex sent something that is not JSON.", report),
  "backend-response-invalid": words(
    (d) => `An answer of Codex could not be understood${part(" (", d.method, ")")}.`,
    "Check with `/cx doctor` whether this Codex is newer than this plugin knows.",
  ),
  "connection-lost": words(
    (d) => `The connection to the Codex server is lost${part(": ", d.reason)}.`,
    "It is opened again with your next message; a question that is still open is shown by `/cx status`.",
  ),
  "server-overloaded": words("The Codex server has too much to do.", again),
  "server-draining": words("The Codex server is about to stop and takes nothing new.", again),
  "method-unsupported": words(
    (d) => `This version of Codex cannot do that${part(" (", d.method, ")")}.`,
    "Install a newer one with `npm install -g @openai/codex@latest`.",
  ),
  cancelled: words("It was cancelled.", again),
  "thread-gone": words(
    (d) => `Codex has no thread ${d.threadId ?? "of this id"} (any more); nothing was put in its place.`,
    "`/cx sessions` lists those it has, `/cx new` starts a fresh one.",
  ),
  "thread-empty": words("This thread has no message yet.", "Write one: it is the first turn."),
  "thread-held": words(
    "Another program has this thread open, most likely a terminal, and Codex lets only one write.",
    "Close it there and try again.",
  ),
  "thread-archived": words(
    "This thread is archived.",
    "Bring it back with `codex unarchive <id>` in a terminal, then `/cx resume <id>`.",
  ),
  "thread-not-loaded": words("The Codex server has let go of this thread.", again),
  "thread-id-invalid": words(
    "This is not the id of a thread.",
    "`/cx sessions` lists what there is; `/cx resume <number>` binds one.",
  ),
  "thread-other-opened": words(
    (d) =>
      `Codex opened another thread than was asked for${part(": ", d.opened)}${part(" instead of ", d.asked)}; it was not used.`,
    "Look at `/cx sessions` and bind the right one with `/cx resume <number>`.",
  ),
  "turn-failed": words((d) => `The turn failed${inWords(d)}.`, again),
  "turn-outcome-unknown": words(
    "How the turn ended cannot be told.",
    "Look at what was done, then write your message again if it is needed.",
  ),
  "no-turn-running": words(
    "No turn is running here.",
    "Just write your message: it starts one. `/cx status` shows what there is.",
  ),
  "turn-not-ours": words(
    "The running turn was started by somebody else, for example in the terminal; it is not touched from here.",
    "Stop it where it was started.",
  ),
  "turn-id-mismatch": words("Another turn is running by now.", "`/cx status` shows which; try again."),
  "usage-limit": words(
    (d) => `The usage limit of the account is reached${inWords(d)}.`,
    "Write your message again when the limit is reset, or sign in to another account with `codex login`.",
  ),
  "provider-rate-limited": words(
    (d) => `The model's provider takes no more requests for now${inWords(d)}.`,
    "Wait a minute, then write your message again.",
  ),
  "provider-overloaded": words(
    (d) => `The model's provider is overloaded${inWords(d)}.`,
    "Wait a little, then write your message again.",
  ),
  "provider-auth-failed": words(
    (d) => `The model's provider refused the login${inWords(d)}.`,
    "Run `codex login` on that machine, or correct the key of the provider in config.toml.",
  ),
  "provider-failed": words(
    (d) => `The model's provider refused the request${inWords(d)}.`,
    "Change what it names; `/cx model` shows the models there are.",
  ),
  "context-full": words(
    "The thread no longer fits into the model's context.",
    "`/cx new` starts a fresh thread; this one can still be read and resumed.",
  ),
  "network-waiting": words(
    "The model's provider cannot be reached over the network.",
    "Check the connection of that machine, then write your message again.",
  ),
  "input-too-large": words(
    (d) =>
      `The message is too large${part(": ", d.chars, " characters")}${part(": ", d.bytes, " bytes")}${part(", the limit is ", d.limit ?? d.maxBytes)}.`,
    "Shorten it, or put the text into a file in the thread's folder and name the file.",
  ),
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
  "node-unknown": words(
    (d) => `There is no host ${d.host ?? "of that name"} here.`,
    "Leave `--host` out for this machine; `/cx doctor` names it.",
  ),
};
