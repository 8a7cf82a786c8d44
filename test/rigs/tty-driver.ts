// Drives the real terminal host on a pseudo-terminal (util-linux `script`), and sees what a person sees there.
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { delimiter, join } from "node:path";
import { findCodexBinary } from "./codex-binary.ts";
import type { CodexHome } from "./codex-home.ts";
import { readScreen } from "./screen-text.ts";
import { buildStateDirectory } from "./terminal-driver.ts";

export const keys = { enter: "\r", interrupt: "\u0003", end: "\u0004" } as const;

const columns = 100;

export class TtyDriver {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #decoder = new TextDecoder();
  readonly #waiters = new Set<() => void>();
  #written = "";
  /** Exit code of the host. */
  readonly exited: Promise<number | null>;

  constructor(home: CodexHome, args: readonly string[] = []) {
    const host = join(import.meta.dirname, "dying-host.ts");
    const command = [process.execPath, host, "-", "chat", "--state-dir", buildStateDirectory(home)];
    const line = [...command, "--cwd", home.workFolder, ...args].map((word) => `'${word}'`).join(" ");
    const sized = `stty cols ${columns} rows 40; exec ${line}`;
    const path = [join(findCodexBinary(), ".."), home.env.PATH].join(delimiter);
    this.#child = spawn("script", ["-qfec", sized, "/dev/null"], {
      env: { ...home.env, PATH: path, TERM: "xterm" },
      stdio: ["pipe", "pipe", "pipe"],
    });
    this.#child.stdin.on("error", () => {});
    this.#child.stdout.on("data", (chunk: Buffer) => {
      this.#written += this.#decoder.decode(chunk, { stream: true });
      this.#wake();
    });
    this.exited = once(this.#child, "close").then(([code]) => code);
    void this.exited.then(() => this.#wake());
  }

  press(text: string): void {
    this.#child.stdin.write(text);
  }

  type(line: string): void {
    this.press(`${line}${keys.enter}`);
  }

  /** What is on the screen, one line under the other. */
  get screen(): string {
    return readScreen(this.#written, columns).join("\n");
  }

  /** Resolves when the screen shows it; rejects when the host ends first. */
  async shows(pattern: RegExp): Promise<string> {
    while (!pattern.test(this.screen)) {
      if (this.#child.exitCode !== null) throw new Error(`ended without ${pattern}:\n${this.screen}`);
      await new Promise<void>((resolve) => this.#waiters.add(resolve));
    }
    return this.screen;
  }

  #wake(): void {
    for (const wake of this.#waiters) wake();
    this.#waiters.clear();
  }
}
