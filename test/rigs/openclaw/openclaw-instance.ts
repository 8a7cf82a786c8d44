// One installation of OpenClaw as a person has it: its own HOME, state and config in the folder of a throw-away
// CODEX_HOME. Runs its commands and its long-lived processes, and ends them whatever becomes of the test.
import { type ChildProcess, execFile, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { openclawFolder } from "../../../scripts/install-openclaw.ts";
import { findCodexBinary } from "../codex-binary.ts";
import type { CodexHome } from "../codex-home.ts";

export const openclawProgram = join(openclawFolder, "node_modules/openclaw/openclaw.mjs");

export interface CommandResult {
  code: number;
  stdout: string;
  stderr: string;
}

export interface InstanceOptions {
  home: CodexHome;
  env?: Record<string, string>;
}

export class OpenClawInstance {
  readonly home: CodexHome;
  readonly stateFolder: string;
  readonly configFile: string;
  readonly logFile: string;
  readonly env: Record<string, string>;
  readonly #running = new Set<OpenClawProcess>();

  constructor({ home, env = {} }: InstanceOptions) {
    this.home = home;
    this.stateFolder = join(dirname(home.codexHome), "openclaw");
    this.configFile = join(this.stateFolder, "openclaw.json");
    this.logFile = join(this.stateFolder, "openclaw.log");
    mkdirSync(this.stateFolder, { recursive: true, mode: 0o700 });
    keepCompiledCode(home.env.TMPDIR ?? home.home);
    const path = [dirname(findCodexBinary()), dirname(process.execPath), home.env.PATH].join(":");
    this.env = {
      ...{ ...home.env, PATH: path, OPENCLAW_STATE_DIR: this.stateFolder },
      ...{ OPENCLAW_CONFIG_PATH: this.configFile, OPENCLAW_NO_RESPAWN: "1", OPENCLAW_NO_AUTO_UPDATE: "1" },
      ...{ DO_NOT_TRACK: "1", NO_COLOR: "1" },
      ...readNpmEnv(),
      ...env,
    };
  }

  writeConfig(config: object): void {
    writeFileSync(this.configFile, JSON.stringify(config, null, 2), { mode: 0o600 });
  }

  readConfig(): Record<string, unknown> {
    return JSON.parse(readFileSync(this.configFile, "utf8"));
  }

  /** Log lines so far, as OpenClaw writes them (one JSON object per line). */
  readLog(): string {
    return readFileSync(this.logFile, "utf8");
  }

  /** Runs `openclaw …` to its end; a failure is a result, not an exception. */
  async run(...args: string[]): Promise<CommandResult> {
    const options = { env: this.env, cwd: this.home.workFolder, maxBuffer: 64 * 1024 * 1024 };
    const running = promisify(execFile)(process.execPath, [openclawProgram, ...args], options);
    // Nobody is there to answer a prompt.
    running.child.stdin?.end();
    try {
      return { code: 0, ...(await running) };
    } catch (thrown) {
      const {
        code,
        stdout = "",
        stderr = "",
      } = thrown as { code?: unknown; stdout?: string; stderr?: string };
      return { code: typeof code === "number" ? code : 1, stdout, stderr };
    }
  }

  /** As `run`, but a failure throws what was printed. */
  async mustRun(...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await this.run(...args);
    if (code !== 0) throw new Error(`openclaw ${args.join(" ")}: ${code}\n${stdout}\n${stderr}`);
    return stdout;
  }

  /** Starts `openclaw …` to stay; it ends with this instance at the latest. */
  start(...args: string[]): OpenClawProcess {
    const started = new OpenClawProcess(this, args);
    this.#running.add(started);
    return started;
  }

  /** Pids of processes that name this installation in their arguments: what the plugin has started and left. */
  findLeftovers(): number[] {
    const lines = execFileSync("ps", ["-eo", "pid=,args="], { encoding: "utf8" }).split("\n");
    const own = lines.filter((line) => line.includes(`${dirname(this.home.codexHome)}/`));
    return own.map((line) => Number.parseInt(line.trim(), 10));
  }

  /** Ends everything that runs here; the folder stays until its home is removed. */
  async close(): Promise<void> {
    for (const each of this.#running) await each.end();
    for (const pid of this.findLeftovers()) {
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // Gone already.
      }
    }
  }
}

/** OpenClaw keeps its compiled code in the temporary directory, which on a person's machine stays from start to start. */
function keepCompiledCode(temporary: string): void {
  const kept = join(openclawFolder, "compiled");
  mkdirSync(kept, { recursive: true });
  const link = join(temporary, "node-compile-cache");
  if (!existsSync(link)) symlinkSync(kept, link);
}

/** With a HOME of its own, npm would find neither its cache nor where this machine gets packages from. */
function readNpmEnv(): Record<string, string> {
  const kept =
    /^(npm_config_(userconfig|globalconfig|cache|registry)|(https?|no)_proxy|node_extra_ca_certs)$/i;
  const given = Object.entries(process.env).filter(([name, value]) => kept.test(name) && value !== undefined);
  return {
    npm_config_userconfig: join(homedir(), ".npmrc"),
    npm_config_cache: join(homedir(), ".npm"),
    ...Object.fromEntries(given),
  };
}

/** Waits for the end of its input, which is the end of the test's process, then leaves nothing running. */
const guardScript = `cat >/dev/null
kill -KILL "-$GROUP" 2>/dev/null
ps -eo pid=,args= | grep -F -- "$FOLDER/" | while read -r pid rest; do kill -KILL "$pid" 2>/dev/null; done
rm -rf -- "$FOLDER"`;

/** A long-lived process of OpenClaw, in a process group of its own. */
export class OpenClawProcess {
  readonly #child: ChildProcess;
  readonly #guard: ChildProcess;
  readonly #waiters = new Set<() => void>();
  #output = "";
  readonly exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;

  constructor(instance: OpenClawInstance, args: readonly string[]) {
    const { env, home } = instance;
    this.#child = spawn(process.execPath, [openclawProgram, ...args], {
      ...{ env, cwd: home.workFolder, detached: true, stdio: ["ignore", "pipe", "pipe"] },
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.on("data", (chunk: Buffer) => {
        this.#output += chunk.toString("utf8");
        this.#wake();
      });
    }
    this.exited = once(this.#child, "exit").then(([code, signal]) => ({ code, signal }));
    void this.exited.then(() => this.#wake());
    this.#guard = spawn("/bin/sh", ["-c", guardScript], {
      env: { PATH: process.env.PATH ?? "", GROUP: String(this.pid), FOLDER: dirname(home.codexHome) },
      ...{ detached: true, stdio: ["pipe", "ignore", "ignore"] },
    });
    this.#guard.unref();
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** What it has printed so far, on stdout and stderr. */
  get output(): string {
    return this.#output;
  }

  get hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** Resolves when it prints, or has printed, the pattern; rejects when it ends without. */
  async says(pattern: RegExp): Promise<RegExpMatchArray> {
    for (;;) {
      const match = this.#output.match(pattern);
      if (match) return match;
      if (this.hasEnded) throw new Error(`ended without ${pattern}:\n${this.#output}`);
      await new Promise<void>((resolve) => this.#waiters.add(resolve));
    }
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** To all of its process group, as a service manager does. */
  signalGroup(signal: NodeJS.Signals): void {
    try {
      process.kill(-this.pid, signal);
    } catch {
      // Nobody of the group is left.
    }
  }

  /** Ends it and its group at once, if they still run. */
  async end(): Promise<void> {
    this.#guard.kill("SIGKILL");
    this.signalGroup("SIGKILL");
    await this.exited;
  }

  #wake(): void {
    for (const wake of this.#waiters) wake();
    this.#waiters.clear();
  }
}

/** Nobody else has it now; it is taken soon enough that nobody else will. */
export async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const closed = once(server, "close");
  server.close();
  await closed;
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}
