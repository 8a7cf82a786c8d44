// What this project promises, sentence by sentence. Tests cite the ids in their titles, as in "… [SRV-3a]" or
// "… [SRV-3a SRV-3b]"; architecture/requirements.test.ts fails for a promise that no test cites.

export interface Requirement {
  id: string;
  sentence: string;
}

export const requirements: readonly Requirement[] = readRequirements(`
PKG-1a The package is ESM in strict TypeScript and wants Node 24.16 or newer.
PKG-1b On an older Node the bin says in one sentence which Node it needs, and fails.
PKG-1c Every dependency is pinned exactly, and the lock file names every optional part, so that npm ci works anywhere.
PKG-1d The packed package holds dist, manifests, README, CHANGELOG, LICENSE and nothing else.
PKG-1e Installed in an empty folder, the bin runs and the plugin entry loads with no OpenClaw installed.
PKG-1f Files keep to the rooms: imports go downward, no state in modules, no file over 300 lines.
PKG-2a npm start builds and opens the terminal host.

SRV-3a Codex is found by setting, then PATH, then the npm package.
SRV-3b The vendor binary is run, not its shim.
SRV-3c A codex that is absent, older than 0.149 or answers nonsense: the error names what was found and what to install.
SRV-4a Modes auto, attach, socket and stdio choose the server as documented; auto prefers the person's own.
SRV-4b One JSON-RPC core works over socket, stdio and an in-memory pair.
SRV-4c Stdio lines are split at byte 0x0A only, under any chunking.
SRV-4d Only a socket in a 0700 directory of our own user is trusted.
SRV-4e A detached server gets the login shell's environment: clean start, 5 s limit, markers; a plain list where that fails.
SRV-4f passEnv adds names to that environment; CODEX_HOME is always ours to say.
SRV-4g Commands that Codex runs never see the gateway's secrets.
SRV-5a Every request has a deadline and can be aborted.
SRV-5b At most 32 requests are in flight.
SRV-5c -32001 is retried with jitter.
SRV-5d Strings are made well-formed before they are sent.
SRV-5e Request ids count from 0, and id 0 is answered as any other.
SRV-5f A reply of 64 MB is taken.
SRV-5g Unknown notifications, requests and fields are tolerated and counted.
SRV-5h A server that has not answered initialize is never killed; a long back-fill is said.
SRV-5i An invalid line closes the connection as backend-json-parse-error, and we connect again.
SRV-6a A crash or cut connection settles or follows each waiting turn.
SRV-6b Reconnecting is single-flight, with back-off.
SRV-6c Threads are resumed with excludeTurns when they are used.
SRV-7a One redactor (known values and shapes) cleans replies, progress, errors and logs.
SRV-7b The stderr of children is bounded.

TURN-8a A new thread exists from its first message; /cx new only stores folder and model.
TURN-8b With the safe defaults the person's config.toml and rules/ stay byte-identical.
TURN-8c A turn carries text and images.
TURN-8d Model, effort, folder and policies are fields of the turn.
TURN-8e A resumed thread keeps its own settings, read back and shown.
TURN-9a The reply is made after turn/completed, from completed items only.
TURN-9b A retried message is not doubled in the reply.
TURN-9c Plan items are kept.
TURN-9d Raw JSON errors are made readable.
TURN-9e willRetry is shown and is not fatal.
TURN-9f Usage is that of this turn.
TURN-9g One ordered, numbered stream of normalised events feeds reply, progress and watchdog.
TURN-10a Stop works at any moment of our turn, also before turn/started.
TURN-10b Stop ends the commands that our turn left running.
TURN-10c Steer adds words to the running turn.
TURN-10d Turns of others are followed, never interrupted, their commands never cleaned.
TURN-10e A message that lands in a turn of somebody else becomes steered, and the person is told.
TURN-11a A question of our turn is never answered by a clock and never by default.
TURN-11b A command is asked with folder, host and exactly the choices offered.
TURN-11c A file change is asked with its diff.
TURN-11d Permissions, MCP calls, user input and elicitation are asked and answered.
TURN-11e yes, no and answer work with a token; for the session; no with words.
TURN-11f A bare yes or no answers where just one question is open.
TURN-11g The first answer wins wherever it came from, and the others are told.
TURN-11h What cannot be asked is declined, saying so.
TURN-11i An unknown request is refused as method-not-found in our turn, and left alone in a foreign one.
TURN-12a codex-threads turn runs one turn and prints its reply, with --json its events.
TURN-12b Its exit code follows the terminal status, with failure kinds and exit information of parity section S2.
TURN-12c --thread, --cwd, --model and --timeout are honoured.
TURN-12d secretHome is copied with mode 0600 only into an explicit CODEX_HOME that we created.
TURN-12e secretHome never writes over files that are not ours, through links, or into the person's own home.
TURN-12f Unreadable secrets: blocked, secret-unavailable; of a path only its last part, its presence and a fingerprint.

CONV-13a Bindings, messages, turns, questions, outbox and servers survive a restart.
CONV-13b One process owns a state directory; a second one is told who holds it.
CONV-13c State files are 0600 in a 0700 directory.
CONV-13d Migrations are numbered; a newer schema is refused and left as it was.
CONV-13e Recovery: a running turn is followed.
CONV-13f Recovery: a completed turn is delivered late.
CONV-13g Recovery: only what is proven absent is sent again.
CONV-13h Recovery: what is unknown is asked, never run again by ourselves.
CONV-13i A redelivered message of the host is known and does not run twice.
CONV-14a A message is written down and claimed at once; its answer comes out of band.
CONV-14b One lane per thread: turns of a thread never overlap, other threads do not wait.
CONV-14c may() stands before every entrance.
CONV-14d A second conversation on the same thread only after a yes, with replies to the asker.
CONV-15a Commands work as /cx and as /codex.
CONV-15b The bare command shows the card: thread, folder, place, server, what is in force, turn, queue, how to join.
CONV-15c help lists the commands and explains one.
CONV-15d sessions lists numbered threads with words, folder and pages, and how many are hidden and why.
CONV-15e new takes a folder and a model.
CONV-15f resume takes a number of the last list, an id, a unique prefix or a name, and a host.
CONV-15g bind and --bind here are accepted.
CONV-15h detach and unbind let go.
CONV-15i stop, steer and queue (list, drop n, clear) work from the conversation.
CONV-15j model and effort are set and shown.
CONV-15k doctor says what is in order and what is not.
CONV-15l On resume, three lines of recap.
CONV-15m Smart quotes and long dashes are understood.
CONV-15n A mistyped command gets the nearest one.
CONV-15o Commands never wait behind a turn.
CONV-16a A first sign comes within two seconds of a message.
CONV-16b A quiet or long turn is explained in a line that says what it is doing.

TERM-17a On a terminal: a prompt and a live progress line.
TERM-17b Ctrl-C stops the turn, a second one leaves.
TERM-17c Piped: a command finishes before the next line is read, messages only enqueue.
TERM-17d Replies go to stdout, all else to stderr.
TERM-17e At the end of input it waits for what runs and exits 0, also when a turn failed.
TERM-17f It exits not 0 when setup failed.
TERM-17g --conversation, --codex-home, --cwd, --state-dir and --server are honoured.
TERM-18a With no login and no provider it uses the embedded scripted model, with homes of its own, and says so in one line.
TERM-18b --demo asks for it.
TERM-18c It never prompts when piped and never touches the person's files.

SHOW-1a Real binary, both transports: plain, streamed, commentary then final, tool call, patch, plan, usage, images.
SHOW-1b Real binary: questions answered yes, no, with words, and from another client.
SHOW-1c Real binary: 400, 401, 429, 500, a stall and a drop in mid-stream become readable outcomes.
SHOW-1d Real binary: a reply of 1 MB arrives whole.
SHOW-1e Real binary: stop in the first milliseconds, and steer.
SHOW-1f Two conversations, and 50 interleaved threads: not one event crosses.
SHOW-1g A second client sees our turns; when its own turn asks, we send nothing.
SHOW-1h An idle thread is free for another process, and a background command is kept alive.
SHOW-2a Kill -9 of the host at each point of a message's life: nothing lost, nothing twice.
SHOW-2b Kill -9 of the server at each point of a message's life: nothing lost, nothing twice, the unknown is asked.
SHOW-3a Property: the line splitter loses nothing under any chunking.
SHOW-3b Property: lanes keep order and never overlap.
SHOW-3c Property: events reach exactly the inbox of their turn.
SHOW-3d Property: the command line reads back what was quoted.
SHOW-3e Property: no known secret leaves the redactor.
SHOW-3f Property: a message only makes known moves, under any order of crashes.
SHOW-4a Bad ids and an unknown command are clear errors.
SHOW-4b A missing or forbidden folder is a clear error.
SHOW-4c A broken config.toml is a clear error.
SHOW-4d A torn state file is refused and kept; a full store says so with nothing lost.
SHOW-4e A socket of another user is refused.
SHOW-4f Oversized text is refused before it is sent.
SHOW-5a Generated documents and manifests are current.
SHOW-5b Every error code has a text and a next step.
`);

function readRequirements(text: string): Requirement[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const at = line.indexOf(" ");
      return { id: line.slice(0, at), sentence: line.slice(at + 1) };
    });
}
