// Drives the real terminal host over pipes as a person would: types lines, waits for what it says, kills it.
import { type ChildProcessWithoutNullStreams, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { findCodexBinary } from "./codex-binary.ts";
import type { CodexHome } from "./codex-home.ts";

export interface DriverOptions {
  home: CodexHome;
  /** Default: beside the home. */
  stateDirectory?: string;
  /** Kills the process when a message reaches this point. */
  dieAt?: string;
  args?: readonly string[];
  env?: Record<string, string>;
}

type Stream = "out" | "err";

export class TerminalDriver {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #text: Record<Stream, string> = { out: "", err: "" };
  readonly #read: Record<Stream, number> = { out: 0, err: 0 };
  readonly #waiters = new Set<() => void>();
  readonly exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;

  constructor(options: DriverOptions) {
    const { home, dieAt = "-", args = [] } = options;
    const script = join(import.meta.dirname, "dying-host.ts");
    const state = options.stateDirectory ?? buildStateDirectory(home);
    this.#child = spawn(
      process.execPath,
      [script, dieAt, "chat", "--state-dir", state, "--cwd", home.workFolder, ...args],
      { env: { ...home.env, PATH: buildPath(home), ...options.env }, stdio: ["pipe", "pipe", "pipe"] },
    );
    this.#child.stdin.on("error", () => {});
    this.#child.stdout.on("data", (chunk: Buffer) => this.#take("out", chunk));
    this.#child.stderr.on("data", (chunk: Buffer) => this.#take("err", chunk));
    this.exited = once(this.#child, "close").then(([code, signal]) => ({ code, signal }));
    void this.exited.then(() => this.#wake());
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get stdout(): string {
    return this.#text.out;
  }

  get stderr(): string {
    return this.#text.err;
  }

  type(line: string): void {
    this.#child.stdin.write(`${line}\n`);
  }

  /** The end of input, as Ctrl-D. */
  end(): void {
    this.#child.stdin.end();
  }

  /** As `| head -1` does: nobody reads stdout any more. */
  stopReading(): void {
    this.#child.stdout.destroy();
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  reply(pattern: RegExp): Promise<RegExpMatchArray> {
    return this.#waitFor("out", pattern);
  }

  says(pattern: RegExp): Promise<RegExpMatchArray> {
    return this.#waitFor("err", pattern);
  }

  /** Waits for text after what was waited for before on the same stream; rejects when the process ends first. */
  async #waitFor(stream: Stream, pattern: RegExp): Promise<RegExpMatchArray> {
    for (;;) {
      const match = this.#text[stream].slice(this.#read[stream]).match(pattern);
      if (match) {
        this.#read[stream] += (match.index ?? 0) + match[0].length;
        return match;
      }
      if (this.#child.exitCode !== null || this.#child.signalCode !== null) {
        throw new Error(`ended without ${pattern}\nstdout: ${this.stdout}\nstderr: ${this.stderr}`);
      }
      await new Promise<void>((resolve) => this.#waiters.add(resolve));
    }
  }

  #take(stream: Stream, chunk: Buffer): void {
    this.#text[stream] += chunk.toString("utf8");
    this.#wake();
  }

  #wake(): void {
    for (const wake of this.#waiters) wake();
    this.#waiters.clear();
  }
}

export function buildStateDirectory(home: CodexHome): string {
  return join(home.home, "state");
}

/** The codex that the development dependencies bring, found on PATH as a person's would be. */
function buildPath(home: CodexHome): string {
  return `${join(findCodexBinary(), "..")}:${home.env.PATH ?? ""}`;
}

/** Pid of our private app-server of this home. */
export function findServer(home: CodexHome): number {
  const [line] = readProcesses().filter((each) => each.includes(`app-server --listen unix://${home.home}`));
  return Number.parseInt(line?.trim() ?? "", 10);
}

function readProcesses(): string[] {
  return execFileSync("ps", ["-eo", "pid=,args="], { encoding: "utf8" }).split("\n");
}

/** Pids of detached processes that belong to this home: our private server and its keeper. */
export function findLeftovers(home: CodexHome): number[] {
  const lines = readProcesses().filter((line) => line.includes(home.home));
  return lines.map((line) => Number.parseInt(line.trim(), 10));
}

/** Ends what a killed host left running; the end of a test, not a thing that the product does. */
export function killLeftovers(home: CodexHome): void {
  for (const pid of findLeftovers(home)) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // Gone already.
    }
  }
}
