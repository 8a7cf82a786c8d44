// Runs the commands for background sessions as people do, on a home of its own, and ends what they leave running.
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { findCodexBinary } from "./codex-binary.ts";
import type { CodexHome } from "./codex-home.ts";

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** One command that runs: what it says, what is typed into it. */
export class RunProcess {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #looks = new Set<() => void>();
  readonly ended: Promise<Ended>;
  stdout = "";
  stderr = "";

  constructor(child: ChildProcessWithoutNullStreams) {
    this.#child = child;
    child.stdin.on("error", () => {});
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      this.stdout += text;
      this.#look();
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.stderr += text;
      this.#look();
    });
    this.ended = once(child, "close").then(([code]) => {
      this.#look();
      return { code, stdout: this.stdout, stderr: this.stderr };
    });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  type(line: string): void {
    this.#child.stdin.write(`${line}\n`);
  }

  end(): void {
    this.#child.stdin.end();
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  /** Rejects when it ends before. */
  async says(text: string | RegExp): Promise<void> {
    const isSaid = () => {
      const said = `${this.stdout}\n${this.stderr}`;
      return typeof text === "string" ? said.includes(text) : text.test(said);
    };
    while (!isSaid()) {
      if (this.#child.exitCode !== null || this.#child.signalCode !== null)
        throw new Error(`ended without ${text}\n${this.stdout}\n${this.stderr}`);
      await new Promise<void>((resolve) => this.#looks.add(resolve));
    }
  }

  #look(): void {
    for (const look of this.#looks) look();
    this.#looks.clear();
  }
}

export interface RunDriverOptions {
  home: CodexHome;
  /** The program; the sources, if none is given. */
  program?: string;
  env?: Record<string, string>;
}

export class RunDriver {
  readonly #options: RunDriverOptions;

  constructor(options: RunDriverOptions) {
    this.#options = options;
  }

  start(...args: string[]): RunProcess {
    const { home, env, program = join(import.meta.dirname, "../../src/terminal.ts") } = this.#options;
    const path = `${join(findCodexBinary(), "..")}:${home.env.PATH ?? ""}`;
    const child = spawn(process.execPath, [program, ...args], {
      cwd: home.workFolder,
      env: { ...home.env, PATH: path, ...env },
    });
    return new RunProcess(child);
  }

  /** A command with nothing to read. */
  run(...args: string[]): Promise<Ended> {
    const process = this.start(...args);
    process.end();
    return process.ended;
  }

  /** The name of a new run. Rejects with what went wrong. */
  async create(...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await this.run("create", ...args);
    if (code !== 0) throw new Error(stderr);
    return stdout.trim();
  }

  async list(): Promise<Record<string, unknown>[]> {
    const { stdout, stderr } = await this.run("list", "--json");
    if (stdout === "") throw new Error(stderr);
    return JSON.parse(stdout) as Record<string, unknown>[];
  }

  async status(name: string): Promise<unknown> {
    return (await this.list()).find((row) => row.name === name)?.status;
  }
}
