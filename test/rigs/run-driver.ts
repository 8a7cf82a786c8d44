// Runs the commands for background sessions as people do, on a home of its own, and ends what they leave running.
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { expect } from "vitest";
import { formatScript } from "../../src/demo/script.ts";
import { BareClient, type Params } from "./bare-client.ts";
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

const linesEach = 4;

/** Two clients of a repl run are given lines at once: each is a turn of its own, in the order of its client. */
export async function expectOwnTurns(driver: RunDriver, home: CodexHome, name: string): Promise<void> {
  const clients = [driver.start("attach", name), driver.start("attach", name)];
  for (const client of clients) await client.says("Attached");
  const lines = clients.map((_, who) => Array.from({ length: linesEach }, (_, at) => `line-${who}-${at}`));
  for (let at = 0; at < linesEach; at++)
    for (const [who, client] of clients.entries())
      client.type(formatScript({ text: lines[who]?.[at] ?? "" }));
  for (const client of clients)
    for (const each of lines) await client.says(new RegExp(`^${each.at(-1)}$`, "m"));
  for (const client of clients) {
    client.end();
    expect(await client.ended).toMatchObject({
      code: 0,
      stderr: expect.not.stringContaining("Another turn"),
    });
  }
  const { threadId } = (await driver.list()).find((row) => row.name === name) ?? {};
  const said = await readInputs(home, String(threadId));
  expect(said.map((inputs) => inputs.length)).toEqual(Array(2 * linesEach).fill(1));
  const order = said.flat().map((text) => /line-\d-\d/.exec(text)?.[0] ?? "");
  for (const [who, each] of lines.entries())
    expect(order.filter((line) => line.startsWith(`line-${who}`))).toEqual(each);
}

/** What people said in each turn of a thread, by a process of somebody else. */
async function readInputs(home: CodexHome, threadId: string): Promise<string[][]> {
  const codex = await BareClient.overStdio(home.env, home.workFolder);
  const params = { threadId, limit: 100, sortDirection: "asc", itemsView: "full" };
  const { data } = await codex.request("thread/turns/list", params);
  await codex.close();
  return (data as Params[]).map(({ items }) =>
    (items as Params[]).filter(({ type }) => type === "userMessage").map((item) => JSON.stringify(item)),
  );
}
