// Runs the real `codex-threads turn`, or another command, as a process of its own and keeps all that it prints.
import { type ChildProcessWithoutNullStreams, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { findCodexBinary } from "./codex-binary.ts";
import type { CodexHome } from "./codex-home.ts";

export interface PrintedEvent {
  type: string;
  payload: Record<string, unknown>;
}

export interface TurnDriverOptions {
  home: Pick<CodexHome, "env" | "workFolder">;
  args: readonly string[];
  /** Default: `turn`. */
  command?: string;
  stdin?: string;
  /** Undefined takes a variable away. */
  env?: Record<string, string | undefined>;
  /** Folder whose `codex` is found first; default: that of the real one. */
  codexFolder?: string;
}

export class TurnDriver {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #looks = new Set<() => void>();
  readonly exited: Promise<number | null>;
  stdout = "";
  stderr = "";

  constructor({ home, args, command = "turn", stdin, env, codexFolder }: TurnDriverOptions) {
    const program = join(import.meta.dirname, "../../src/terminal.ts");
    const folder = codexFolder ?? join(findCodexBinary(), "..");
    this.#child = spawn(process.execPath, [program, command, ...args], {
      cwd: home.workFolder,
      env: { ...home.env, PATH: `${folder}:${home.env.PATH ?? ""}`, ...env },
    });
    this.#child.stdin.on("error", () => {});
    this.#child.stdin.end(stdin ?? "");
    this.#child.stdout.setEncoding("utf8").on("data", (text: string) => {
      this.stdout += text;
      this.#look();
    });
    this.#child.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.stderr += text;
      this.#look();
    });
    this.exited = once(this.#child, "close").then(([code]) => code as number | null);
    void this.exited.then(() => this.#look());
  }

  get events(): PrintedEvent[] {
    const lines = this.stdout.split("\n").slice(0, -1);
    return lines.map((line) => JSON.parse(line) as PrintedEvent);
  }

  /** Each event by its type, or by its phase where it has one. */
  get names(): string[] {
    return this.events.map(({ type, payload }) => (type === "backend_status" ? String(payload.phase) : type));
  }

  /** The payloads of one type. */
  all(type: string): Record<string, unknown>[] {
    return this.events.filter((event) => event.type === type).map(({ payload }) => payload);
  }

  find(name: string): Record<string, unknown> | undefined {
    return this.events[this.names.indexOf(name)]?.payload;
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  /** The codex that the run has started. */
  findServerPid(): number {
    const lines = execFileSync("ps", ["-eo", "ppid=,pid=,args="], { encoding: "utf8" }).split("\n");
    const line = lines.find((each) =>
      new RegExp(`^ *${this.#child.pid} .*(app-server|exec --json)`).test(each),
    );
    return Number(line?.trim().split(/\s+/)[1]);
  }

  /** Rejects when it ends before. */
  async says(text: string): Promise<void> {
    while (!`${this.stdout}\n${this.stderr}`.includes(text)) {
      if (this.#child.exitCode !== null)
        throw new Error(`ended without ${text}\n${this.stdout}\n${this.stderr}`);
      await new Promise<void>((resolve) => this.#looks.add(resolve));
    }
  }

  #look(): void {
    for (const look of this.#looks) look();
    this.#looks.clear();
  }
}

/**
 * A `codex` that speaks just enough of the protocol to begin a turn, then sends `lines`: faults that the real one does
 * not show. Returns its folder.
 */
export function makeFakeCodex(base: string, lines: readonly string[]): string {
  const folder = join(base, "fake-codex");
  mkdirSync(folder, { recursive: true });
  const file = join(folder, "codex");
  writeFileSync(file, `#!${process.execPath}\nconst lines = ${JSON.stringify(lines)};\n${fakeProgram}`);
  chmodSync(file, 0o755);
  return folder;
}

const fakeProgram = `
if (process.argv[2] === "--version") console.log("codex-cli 0.169.0");
else {
  const thread = { id: "fake-thread", cwd: "/", status: { type: "idle" } };
  const answers = {
    initialize: { userAgent: "fake/0.169.0", codexHome: process.env.CODEX_HOME },
    "account/read": { account: null, requiresOpenaiAuth: false },
    "server/diagnostics": { process: { id: process.pid }, gauges: [] },
    "thread/start": { thread, cwd: "/" },
    "turn/start": { turn: { id: "fake-turn", status: "inProgress", items: [] } },
  };
  let rest = "";
  process.stdin.setEncoding("utf8").on("data", (text) => {
    const read = (rest + text).split("\\n");
    rest = read.pop();
    for (const line of read.filter(Boolean)) {
      const { id, method } = JSON.parse(line);
      if (id === undefined) continue;
      process.stdout.write(JSON.stringify({ id, result: answers[method] ?? {} }) + "\\n");
      if (method === "turn/start") for (const line of lines) process.stdout.write(line + "\\n");
    }
  });
}
`;
