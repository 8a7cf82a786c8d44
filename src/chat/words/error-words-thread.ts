// Words for failures of threads and turns.
import { line, own } from "../../kit/blocks.ts";
import type { ErrorWords } from "./error-entry.ts";
import { again, asCode, inWords, part, words } from "./error-entry.ts";

export const threadWords = {
  "thread-gone": words(
    (d) =>
      line`Codex has no thread ${asCode(d.threadId) ?? own("of this id")} (any more); nothing was put in its place.`,
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
  "thread-forked": words(
    "Another thread was forked from this one and needs its history, so Codex does not delete it.",
    "Archive it instead, or delete the other one first.",
  ),
  "thread-not-loaded": words("The Codex server has let go of this thread.", again),
  "thread-id-invalid": words(
    "This is not the id of a thread.",
    "`/cx sessions` lists what there is; `/cx resume <number>` binds one.",
  ),
  "thread-other-opened": words(
    (d) =>
      line`Codex opened another thread than was asked for${part(": ", asCode(d.opened))}${part(" instead of ", asCode(d.asked))}; it was not used.`,
    "Look at `/cx sessions` and bind the right one with `/cx resume <number>`.",
  ),
  "turn-failed": words((d) => line`The turn failed${inWords(d)}.`, again),
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
    (d) => line`The usage limit of the account is reached${inWords(d)}.`,
    "Write your message again when the limit is reset, or sign in to another account with `codex login`.",
  ),
  "provider-rate-limited": words(
    (d) => line`The model's provider takes no more requests for now${inWords(d)}.`,
    "Wait a minute, then write your message again.",
  ),
  "provider-overloaded": words(
    (d) => line`The model's provider is overloaded${inWords(d)}.`,
    "Wait a little, then write your message again.",
  ),
  "provider-auth-failed": words(
    (d) => line`The model's provider refused the login${inWords(d)}.`,
    "Run `codex login` on that machine, or correct the key of the provider in config.toml.",
  ),
  "provider-failed": words(
    (d) => line`The model's provider refused the request${inWords(d)}.`,
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
      line`The message is too large${part(": ", d.chars, " characters")}${part(": ", d.bytes, " bytes")}${part(", the limit is ", d.limit ?? d.maxBytes)}.`,
    "Shorten it, or put the text into a file in the thread's folder and name the file.",
  ),
} satisfies Record<string, ErrorWords>;
