// What `codex-threads help` prints.
import { findRunsUsage, runsOverview } from "./usage-runs.ts";

const overview = `codex-threads: hold a Codex thread from a conversation.

  codex-threads chat            talk to a thread here; \`/cx help\` lists what to type
  codex-threads turn PROMPT     run one turn and print its reply
  codex-threads exec PROMPT     the same by \`codex exec\`, in the thread of the folder
${runsOverview}  codex-threads audit           who did what, when and where, in conversations
  codex-threads lock | unlock   stop and refuse everything, and the end of that
  codex-threads help [command]
  codex-threads --version
`;

const chat = `codex-threads chat [options]

Reads lines: \`/cx …\` are commands, everything else is a turn of the bound thread. Ctrl-C stops the running turn,
a second one leaves, Ctrl-D too. Piped: replies go to stdout, all else to stderr; at the end of input it waits for what runs.

  --conversation NAME   which conversation of this terminal (default: main)
  --cwd DIR             folder of \`/cx new\` (default: where it was started)
  --codex-home DIR      CODEX_HOME to work in (default: $CODEX_HOME, then ~/.codex)
  --state-dir DIR       where bindings and messages are kept (also $CODEX_THREADS_STATE_DIR)
  --server MODE         auto, attach, socket or stdio (default: auto)
  --demo                canned replies of an embedded scripted model; nothing of yours is touched

Without a Codex login and without a provider of your own the demo runs by itself.
`;

const turn = `codex-threads turn [--thread ID] [--cwd DIR] [--model M] [--timeout S] [--json] PROMPT

Runs one turn and prints its reply; PROMPT may be - for standard input. Questions of Codex are declined: nobody is there.

  --thread ID       resume this thread (default: a new one)
  --cwd DIR         folder of a new thread (default: where it was started)
  --model M         model of this turn
  --timeout S       interrupt the turn after so many seconds
  --codex-home DIR  CODEX_HOME to work in (default: $CODEX_HOME, then ~/.codex)
  --json            print every event as one JSON line

Ctrl-C interrupts the turn, a second one leaves. PROMPT is one argument; after \`--\` it may begin with a dash.

A secret home ($CODEX_THREADS_SECRET_HOME: a folder with auth.json, config.toml or both, as containers mount it) is
copied into the folder of --codex-home, which must not exist yet or be one that codex-threads made for this; never into
~/.codex, and not without --codex-home.

Exit codes: 0 completed, 1 failed, 2 wrong usage, 3 blocked, 130 cancelled.
`;

const exec = `codex-threads exec [--workspace DIR] [--model M] [--new] [--json] PROMPT

Runs one turn by \`codex exec\` and prints its reply; PROMPT may be - for standard input. The thread of the folder is
remembered, and the next turn there goes on with it. Nobody is asked: what the sandbox forbids fails.

  --workspace DIR   folder of the turn (default: where it was started); it must exist
  --model M         a name of the setting execModels, or any other one
  --new             start a new thread, and remember that one
  --codex-home DIR  CODEX_HOME to work in (default: $CODEX_HOME, then ~/.codex)
  --json            print every event as one JSON line

Settings (settings.json of the state directory): sandbox, network, model, codexBinary, execArgs, execModels, execBypass,
turnLimitMinutes. Ctrl-C interrupts the turn. Exit codes: 0 completed, 1 failed, 2 wrong usage, 3 blocked, 130 cancelled.
`;

const audit = `codex-threads audit [--since WHEN] [--json] [--state-dir DIR]

Who did what, when and where, oldest first: held, released, allowed, disallowed, approved, answered, declined, rules made, sends
refused, locked, unlocked. No prompts, no output; of what was agreed to the digest of what was shown. Kept 400 days.

  --since WHEN     how long ago (30m, 12h, 7d, 4w) or a date (2026-11-28, 2026-11-28T10:00)
  --json           as a JSON array
  --state-dir DIR  whose (default: of this terminal; also $CODEX_THREADS_STATE_DIR)
`;

const lock = `codex-threads lock [--state-dir DIR]
codex-threads unlock [--state-dir DIR]

lock: running turns are stopped, waiting messages taken back, open questions declined, and every message is refused, also
after a restart, until \`unlock\`. What is bound stays bound.

  --state-dir DIR  whose (default: of this terminal; also $CODEX_THREADS_STATE_DIR)
`;

export function formatUsage(command?: string): string {
  switch (command) {
    case "chat":
      return chat;
    case "turn":
      return turn;
    case "exec":
      return exec;
    case "audit":
      return audit;
    case "lock":
    case "unlock":
      return lock;
    default:
      return findRunsUsage(command) ?? overview;
  }
}
