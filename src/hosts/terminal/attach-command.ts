// `codex-threads attach`: lines in are turns or answers, output out. The end of input, or Ctrl-C, leaves the run running.
import { hostname } from "node:os";
import { formatRunQuestion, type RunAnswer, readRunAnswer } from "../../chat/run-answer.ts";
import { formatError } from "../../chat/words/error-text.ts";
import { formatAttached, formatLogEntry, formatRunEnd, runText } from "../../chat/words/run-text.ts";
import { BridgeError, toBridgeError } from "../../errors.ts";
import { type Block, own } from "../../kit/blocks.ts";
import { LineSplitter } from "../../rpc/line-splitter.ts";
import type { LogEntry } from "../../runs/run-log.ts";
import type { RunSession } from "../../runs/run-session.ts";
import type { Run } from "../../runs/run-store.ts";
import { parseRunArgs } from "./run-args.ts";
import { type RunIo, type RunShell, runRunCommand } from "./run-command.ts";

/** How much of what was said before is shown. */
const shownEntries = 20;

export function runAttachCommand(argv: readonly string[], io: RunIo): Promise<number> {
  return runRunCommand("attach", argv, io, {
    parse: (words) => parseRunArgs(words, { selector: true, flags: ["stderr"] }),
    run: ({ selector, stderr }, shell) =>
      new Attachment({ shell, withErrors: stderr, run: shell.runs.find(selector) }).carry(),
  });
}

class Attachment {
  readonly #shell: RunShell;
  readonly #run: Run;
  readonly #withErrors: boolean;
  readonly #opened = Promise.withResolvers<RunSession>();
  /** Input has ended, the run has, or the person has left. */
  readonly #done = new AbortController();
  #session: RunSession | undefined;
  #opening: Promise<RunSession> | undefined;
  #sending: Promise<void> = Promise.resolve();
  #answering: Promise<void> | undefined;

  constructor({ shell, run, withErrors }: { shell: RunShell; run: Run; withErrors: boolean }) {
    this.#shell = shell;
    this.#run = run;
    this.#withErrors = withErrors;
  }

  async carry(): Promise<void> {
    const { left, note, io, runs } = this.#shell;
    note(formatAttached(this.#run));
    const leave = () => {
      this.#done.abort();
      io.stdin.destroy();
    };
    left.addEventListener("abort", leave, { once: true });
    if (this.#run.threadId !== undefined) await this.#open();
    else this.#openWhenBegun();
    const over = this.#opened.promise.then((session) => session.ended);
    const first = await Promise.race([this.#readLines().then(() => "input"), over.then(() => "run")]);
    const isLost = this.#session?.isOpen === false;
    leave();
    this.#session?.close();
    if (first === "input" || left.aborted) return;
    note(isLost ? own(runText.closed) : formatRunEnd(this.#run, (await runs.look(this.#run)).status));
  }

  /** Another client may give a repl run its first line. */
  #openWhenBegun(): void {
    const { signal } = this.#done;
    this.#shell.runs
      .awaitBegin(this.#run, signal)
      .then(() => this.#open())
      .catch((error: unknown) => {
        if (!signal.aborted) this.#opened.reject(error);
      });
  }

  #open(): Promise<RunSession> {
    const { runs, left } = this.#shell;
    this.#opening ??= runs
      .open(runs.find(this.#run.name), shownEntries, (session) => this.#listen(session), left)
      .then((session) => {
        this.#session = session;
        this.#opened.resolve(session);
        return session;
      });
    return this.#opening;
  }

  #listen(session: RunSession): void {
    const { show } = this.#shell;
    session.onEntry((entry) => this.#tell(entry));
    session.onQuestion((question) => show(formatRunQuestion(question, session.run.cwd, hostname())));
  }

  #tell(entry: LogEntry): void {
    const { print } = this.#shell;
    const blocks = formatLogEntry(entry);
    if (entry.stream === "out") print(blocks, "flat");
    else if (this.#withErrors) print(markError(blocks), "flat");
  }

  /** Resolves at the end of input, when all that was typed is sent; what it leads to is not waited for. */
  async #readLines(): Promise<void> {
    const { stdin } = this.#shell.io;
    const splitter = new LineSplitter();
    try {
      for await (const chunk of stdin) for (const line of splitter.push(Buffer.from(chunk))) this.#take(line);
      this.#take(splitter.end() ?? "");
    } catch (error) {
      if (!this.#done.signal.aborted) throw error;
    }
    await this.#answering;
    await this.#sending;
  }

  #take(line: string): void {
    if (line.trim() === "") return;
    const session = this.#session;
    const answer = session && readRunAnswer(line, session.openQuestions);
    if (answer) this.#answering = this.#try(() => this.#answer(session, answer));
    else this.#sending = this.#sending.then(() => this.#try(() => this.#send(line)));
  }

  async #send(line: string): Promise<void> {
    const { runs, left, note } = this.#shell;
    const { kind, name } = this.#run;
    if (kind === "exec") throw new BridgeError("run-not-interactive", "it takes no lines", { name });
    const send = async () => {
      const isBegun = this.#session === undefined && (await runs.begin(this.#run, line, left));
      const session = await this.#open();
      return !isBegun && (await session.send(line, left));
    };
    if (await runs.inTurn(this.#run, send, left)) note(own(runText.joined));
  }

  async #answer(session: RunSession, { question, choice, words }: RunAnswer): Promise<void> {
    const isAnswered = choice ? session.choose(question, choice) : session.fill(question, words);
    if (!isAnswered) this.#shell.note(own(runText.elsewhere));
    // After a no: what to do instead.
    else if (choice && words !== "") await session.steer(words, this.#shell.left);
  }

  /** A line that fails is said, and the next one is taken. */
  async #try(work: () => Promise<void>): Promise<void> {
    const { note, left } = this.#shell;
    await work().catch((error: unknown) => {
      if (!left.aborted) note(formatError(toBridgeError(error)));
    });
  }
}

function markError([first, ...others]: readonly Block[]): Block[] {
  const mark = "[stderr] ";
  if (first && "say" in first) return [{ say: [mark, ...first.say] }, ...others];
  return [{ say: [mark.trim()] }, ...(first ? [first] : []), ...others];
}
