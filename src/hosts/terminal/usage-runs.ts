// What `codex-threads help` prints of the commands for runs, background sessions.

export const runsOverview = `  codex-threads create exec PROMPT | repl [PROMPT]
                                start a background session, a run
  codex-threads list | logs NAME | attach NAME | stop NAME | delete NAME
                                your runs: what there are, what one said, talk to it, end it
`;

const selector = `NAME is the name of a run, the begin of it if no other begins so, or its number in the list.`;

const runsUsage: Readonly<Record<string, string>> = {
  create: `codex-threads create [--id NAME] [--cwd DIR] [--model M] [--image FILE]… [--ask] exec PROMPT
codex-threads create [--id NAME] [--cwd DIR] [--model M] [--image FILE]… [--ask] repl [PROMPT]

Starts a background session, prints its name and leaves. It is an ordinary thread on your Codex server, which goes on
without this terminal. exec: one turn. repl: each line of \`attach\` is a turn. PROMPT may be - for standard input.

  --id NAME     its name (default: two short words)
  --cwd DIR     its folder (default: where it was started)
  --model M     its model
  --image FILE  an image for its first turn; may be given again
  --ask         it may ask: a question waits until somebody attaches, or binds its thread in a chat

Without --ask it asks nobody: it may write in its folder, and what it may not do fails.
`,
  list: `codex-threads list [--json]

All runs of this user, oldest first: number, name, pid of the server it runs on, type, status, sizes of what it said and of
its errors, when it was created (UTC), and how its prompt begins.

Status: starting, running, asking (it waits for an answer), idle (a repl that waits for a line), completed, failed, stopped
(somebody interrupted it), lost (its server ended while it ran, or its thread is gone), unknown (no server tells).
`,
  logs: `codex-threads logs NAME [--stderr] [--follow]

What the run has said, read from its thread: \`>\` before what was asked, \`$\` before commands.
${selector}

  --stderr   its errors instead: turns that failed or were cut off
  --follow   then what it says from now on, until an exec run ends
`,
  attach: `codex-threads attach NAME [--stderr]

What the run says goes to stdout, each line typed becomes a turn of a repl run, after the one that runs. Questions are shown
with what answers them. The end of input (Ctrl-D) and Ctrl-C leave it running. Several may be attached at once.
${selector}

  --stderr   errors too, with [stderr] before each
`,
  stop: `codex-threads stop NAME

Interrupts what the run does now, with the commands that it started. ${selector}
`,
  delete: `codex-threads delete NAME

Ends what runs, and removes the run and its thread with all that was said. NAME is its name or the begin of it; a number is not
taken, because numbers move.
`,
};

export function findRunsUsage(command = ""): string | undefined {
  return Object.hasOwn(runsUsage, command) ? runsUsage[command] : undefined;
}
