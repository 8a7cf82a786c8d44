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
PKG-1g The plugin entry is one file: it loads no package and no other file of ours, neither at first nor later.
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
TURN-10f Stop ends every wait that may last; what Codex may have already is then asked about, or taken back where it is proven absent.
TURN-11a A question of our turn is never answered by a clock and never by default.
TURN-11b A command is asked with folder, host and exactly the choices offered.
TURN-11c A file change is asked with its diff.
TURN-11d Permissions, MCP calls, user input and elicitation are asked and answered.
TURN-11e yes, no and answer work with a token; for the session; no with words.
TURN-11f A bare yes or no answers where just one question is open.
TURN-11g The first answer wins wherever it came from, and the others are told.
TURN-11h What cannot be asked is declined, saying so.
TURN-11j What a sub-agent asks is asked in the conversation whose turn started it, also when that turn has ended.
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
CONV-13j A full store loses no reply and runs nothing twice: what could not be written down is done when it can be.
CONV-13k A yes to sending it again sends it on the same thread, or drops it saying so; question and message move together.
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

GATE-6a A long reply goes out in pieces: none too long, order kept, fences closed and reopened, nothing lost but blanks at cuts.
GATE-6b Of several pieces the first answers the message and the last has the buttons; delivered means all of them.
GATE-6c What the host did not show, or only partly, is kept as such, and the card says so; what it showed partly is told, and nothing of it is sent again.
GATE-6d Topic, thread and the message that is answered are kept in all that goes out by itself.
GATE-6e What a channel fails to take for a while goes out later, in order, and once.
GATE-6f A part that a channel refuses while it takes others holds nothing up for long: it is given up, and that is said.
GATE-7a Stop, the choices of a question, rows of sessions, models and efforts are buttons; each has a typed way.
GATE-7b One click works once; the click of another is refused and leaves the button for whom it is.
GATE-7c A button's value takes 48 bytes at most; what it means is kept by us.
GATE-7d A click on what is over does nothing and says so.
GATE-8a Role by action by kind of chat: who may what, cell by cell.
GATE-8b Whoever is neither owner nor driver is neither run nor answered, in groups too.
GATE-8c Where no owner is configured, a command of an authorised person is answered with the exact command to type.
GATE-8d The owner allows and disallows drivers of one binding by id, and sees who was turned away there.
GATE-8e Drivers see no paths, and approve nothing that only the owner was shown.
GATE-8f In a group only commands, mentions and replies count, unless set otherwise.
GATE-8g In a group lists, paths and recaps go to the owner's own chat, or are not shown.
GATE-8h In a group questions and notices show no command, diff or path; the owner gets the whole question in their own chat.

RUN-5a create starts a run, prints its name alone and leaves it running; wrong usage is exit code 2 and one sentence.
RUN-5b A name is two short words, taken ones tried again; a given one is checked and never taken from another run.
RUN-5c list shows number, name, pid, type, status, sizes, time and begin of the prompt, and the same as JSON.
RUN-5d logs shows what a run said, its errors with --stderr, and follows it with --follow.
RUN-5e attach: a line is a turn, after the one that runs; the end of input leaves the run running.
RUN-5f stop interrupts what runs; delete ends it and removes the run and its thread.
RUN-5g A run is named by number, name or unique begin; else the error shows the candidates; delete takes no number.
RUN-5h Every line of a repl run is a turn of its own, in the order in which it came, also of clients that send at once.
RUN-5i delete says when the thread is only archived, because another was forked from it.
RUN-6a A run is an ordinary thread: it is in the list of sessions, can be bound, and its questions are answered like any other.
RUN-6b Several clients at once see all of a run.
RUN-6c The status is true after the death of a client, of create, of the server, and when another server comes up.
RUN-6d A start that fails leaves nothing behind; files are private to the user.
RUN-6e The run store is shared by all processes of the user.
RUN-6f logs and live events tell the same, errors apart.
RUN-6g A run asks nobody, which is said; with --ask its questions wait for whoever attaches.
RUN-6h Where only stdio works a supervisor holds the server, shared by all clients.
RUN-6i A private server that several processes share stays as long as one of them lives.
RUN-6j All processes of a user share one private server for a CODEX_HOME; it stays while one of them uses it, and leaves nothing.
RUN-6k A conversation that binds a run while its turn runs is asked what that asks, and gets its reply, also after a restart.
RUN-6l A supervisor leaves no file when it ends, nor does a start of one that fails.
RUN-7a /cx run starts a run in the background.
RUN-7b /cx runs, logs, stop and delete work on runs; delete asks first.
RUN-7c The chat that started a run is told of its end, once, also after a restart.
RUN-7d /cx resume binds the thread of a run by its name.
RUN-7e A run on a node is a thread there: started, listed with its host, read, bound and stopped; delete forgets it and says that the thread stays.
RUN-7f The end of a run on a node is told once, also after a lost connection or a restart.

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

NODE-1a The two unary commands answer in the shapes that foreign callers know.
NODE-1b Malformed parameters of a node command are an error, not an empty request.
NODE-1c A resume takes a full id, refuses a busy thread, and goes through the node's server.
NODE-1d Abort and timeout interrupt the turn of a resume; a lost connection does not.
NODE-1e Codex exec resumes a session only where the node's setting says so and no server can be had, with the settings the session has.
NODE-1f Where another plugin owns the names of the unary commands, ours stand back without diagnostics.
NODE-2a One duplex channel: versions and capabilities first, flow control, signs of life, frames within the host's limits.
NODE-2b Every method that a gateway is not given is refused on the node with a code, and so is every unknown member of params.
NODE-2c Folders are judged on the node, by real path, against its roots.
NODE-2d Sandbox, network and approvals stay below the node's ceiling, in every field that could raise them.
NODE-2e Only turns that a gateway started are steered, stopped and answered; permanent choices stay on the node.
NODE-2f A gateway hears of the threads that it holds, and of nothing else.
NODE-2g Whatever a node sends, its gateway loses no more than the connection to that node.
NODE-3a Nodes are found by id, display name or address; errors say what to type.
NODE-3b The command nodes names the commands that pair and allow a node, and they do; a chat goes on meanwhile.
NODE-3c Every machine lists side by side, with a deadline of its own; slow and failing ones are named.
NODE-4a A turn on a node is a turn: stream, questions, stop, steer, images, usage.
NODE-4b A turn goes on when the channel is cut, and is followed after reconnection.
NODE-4d A file that comes with a message for a node lies there in a private folder, named by us, and Codex is told where.
NODE-4e Where a node is lost, people read its name, that a turn goes on there and that its reply will come.
NODE-4c Whether a message arrived is judged without comparing the clocks of two machines.

LIST-6a The index of a server that runs picks the newest; last words come from the tails of just those.
LIST-6b A list tells no count that would need whole files.
LIST-6c Without a usable server the files answer, newest first, and the list says so.
LIST-6d Listing never starts a server.
LIST-6e Of a file no more than 64 KB at each end are read, packed or not, however large it is.
LIST-6f Both history modes and packed files are read; last words are the person's own.
LIST-6g Archived and sub-agent threads are marked and counted.
LIST-6h Nothing below a CODEX_HOME makes a listing fail; links are not followed.

EXEC-1a The events of codex exec become the normalised events of any turn.
EXEC-1b Usage of an exec is the turn's own; where that cannot be known it is called the thread's.
EXEC-1c A failure of an exec is one error event, a retry none.
EXEC-1d Unknown events are never fatal, malformed lines are skipped with a warning.
EXEC-1e The stderr of an exec is drained, bounded, and never shown raw.
EXEC-2a Binary, extra arguments and a map of models are settings; by default no model flag.
EXEC-2b Sandbox, network and approvals of an exec are always said, and safe by default.
EXEC-2c The bypass is there only when it is set; extra arguments cannot bring it back.
EXEC-2d A remembered thread that Codex no longer has is dropped, saying so.
EXEC-3a An exec resumes a full known id only, which thread.started must repeat.
EXEC-3b The prompt goes in by stdin, which always ends.
EXEC-3c What was said before a failure or an unknown end is never taken for a reply.
EXEC-3d A stop interrupts the turn of an exec, and its thread can be used afterwards.
EXEC-3e The end of an exec is the end of its whole process tree.
EXEC-3f An exec never runs on a thread that our own server, or another program, holds.
EXEC-3g The traps of codex exec that are closed here are those of the real program.
EXEC-4a A place runs turns by exec only where its setting says so, and the chat is told before the first.
EXEC-4b What the settings say is in force in an exec, whatever config.toml says.
EXEC-4c A thread with other stored settings is refused before anything runs.
EXEC-4d The thread of a folder is remembered in the store, by real path and CODEX_HOME.
EXEC-4e codex-threads exec runs one turn, prints its reply or its events, and exits by how it ended.
EXEC-4f A conversation goes on by exec over several turns and restarts.
EXEC-4g An exec of which nobody can tell how it ended is never run again by itself.

GATE-1a The packed package is loaded by the real gateway with no diagnostics, by npm-pack and by plugins.load.paths.
GATE-1b The plugin checks that npm offers pass.
GATE-1c Registering only tells the host what there is, however often; one start opens one connection.
GATE-1d A reload and an update in the running gateway leave one connection, one server and one keeper.
GATE-2a With the store, the SDK, the settings or Codex broken, what is written in a bound chat is claimed and answered with the error.
GATE-2b Errors show paths to the owner alone, where nobody else reads.
GATE-3a /codex works like /cx where that name is free, in chats that are bound and in others, and not where it is switched off.
GATE-3b With OpenClaw's own codex plugin beside it, /codex and its node commands are that one's and ours is /cx.
GATE-3c doctor says whose /codex is, what is shared, its price, who the owner is, and what a shared session does to commands.
GATE-4b The approval names thread, folder, place and what will be in force, and that messages go to the host's agent until then.
GATE-4c Denied, expired or overtaken by a restart: each is said, and nothing prepared remains.
GATE-4d Of several requests in one chat the newest counts; an older button does no harm.
GATE-4e A bound chat is bound to another thread without a new approval.
GATE-4f Our record is written into the host's books again where they lost it or where the plugin's folder moved.
GATE-4g A detached chat stays detached, and a binding that we did not prepare is undone, saying so.
GATE-4h The host's "always allow" never stands in for our own check.
GATE-4i A command or an answer that a channel delivers again is not run again.
GATE-4j Where a chat cannot be bound the person reads why and what works.
GATE-4k The host does not let a bound chat go because nobody wrote for a while.
GATE-4l A group and each of its topics are conversations of their own, for commands and messages alike.
GATE-5a A turn of seven minutes in a direct chat blocks no chat of its person, in the host's default scope too.
GATE-5b A turn longer than the host's patience is not declared stuck, and its reply arrives.
GATE-8i The owner is whom the host's list names; of the web chat, whoever administers the gateway.
GATE-9a /stop and every word by which the host stops its agent interrupt our turn of the bound chat, in a group too.
GATE-9b The stop of somebody who may not changes nothing and is not answered.
GATE-9c Commands that our turn left running end with its stop.
GATE-10a Images reach the model as images; other files lie in a private folder of the conversation, named by us, and Codex is told.
GATE-10b A file that is too large or cannot be read is named to the person; the rest of the message counts.
GATE-10c Files are copied only for messages that become turns: not for those of strangers, and not for talk among others.
GATE-11a SIGTERM in mid-turn: the turn goes on, and its reply is delivered after the restart.
GATE-11b A service manager that kills everything in mid-turn: it is said, and sent again only after a yes.
GATE-11c kill -9 in a claim: the channel brings the message again, and it is one turn and one reply.
GATE-11d A reload in mid-turn cuts nothing off.
GATE-11e An update in place: a bound chat stays bound, works, and can be detached.
GATE-11f An uninstall, in mid-turn too, leaves no process, socket or file of ours outside the state directory.
GATE-11g In a systemd service our server is started in a scope of its own where that works.
GATE-11h Where no such scope can be made, doctor says that turns end with the service.
GATE-11i Disabled in mid-turn, our processes end with the turn; enabled again, the chat is bound and the reply comes.
GATE-12a No codex, one too old, not signed in: each is said in the chat with the machine, the user and the command to type.
GATE-4a One scenario holds in the terminal host and in the real gateway, there with the host's approval of the binding.
GATE-13a What we use of the plugin SDK is checked by the compiler against the declarations of the pinned OpenClaw.
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
