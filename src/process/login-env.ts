// The environment that the person's terminal would have given to codex. Never that of the process we live in.
import { randomUUID } from "node:crypto";
import { userInfo } from "node:os";
import { BridgeError } from "../errors.ts";
import type { Clock } from "../kit/clock.ts";
import { buildPlainEnv } from "./plain-env.ts";
import { type ProgramRun, runProgram } from "./run-program.ts";

export interface LoginEnv {
  env: Record<string, string>;
  source: "login-shell" | "plain-list";
  /** Why the plain list was taken, for `doctor` and logs. */
  note?: string;
}

const shellLimitMs = 5_000;
const firstPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
/** What a shell sets about itself. */
const shellsOwn: ReadonlySet<string> = new Set(["_", "SHLVL", "PWD", "OLDPWD"]);

/**
 * Runs the person's shell as a non-interactive login shell, from a clean start, for at most 5 s, and reads what its
 * profile exported. Where that fails, and on Windows: a plain list of names from `env`.
 * Throws only `cancelled`.
 */
export async function readLoginEnv(options: {
  env: Readonly<NodeJS.ProcessEnv>;
  clock: Clock;
  platform?: NodeJS.Platform;
  /** Default: the shell of the user database, else /bin/sh. */
  shell?: string;
  signal?: AbortSignal;
}): Promise<LoginEnv> {
  const { env, clock, platform = process.platform, signal } = options;
  if (platform === "win32") return { env: buildPlainEnv(env), source: "plain-list" };
  const person = readPerson(env);
  const shell = options.shell ?? person.shell;
  const mark = randomUUID();
  // Between marks, because profiles print; NUL-separated, because values hold line breaks.
  const script = `printf %s ${mark}; /usr/bin/env -0; printf %s ${mark}`;
  const run = await runProgram({
    command: shell,
    args: ["-l", "-c", script],
    env: buildCleanStart(person, shell, env.LANG),
    clock,
    limitMs: shellLimitMs,
    ...(signal === undefined ? {} : { signal }),
  }).catch(() => undefined);
  if (signal?.aborted) throw new BridgeError("cancelled", "reading the login environment was cancelled");
  const [, between, after] = run?.stdout.split(mark) ?? [];
  if (between !== undefined && after !== undefined) return { env: parseEnv(between), source: "login-shell" };
  return {
    env: buildPlainEnv(env),
    source: "plain-list",
    note: `the login shell ${shell} ${formatFailure(run)}`,
  };
}

/**
 * What a server that we start gets: the login environment, the names of `passEnv` out of our own, and CODEX_HOME. The
 * host's variables (OPENCLAW_*) and ours (CODEX_THREADS_*) are left out, unless `passEnv` names them.
 */
export function buildServerEnv(options: {
  login: Readonly<Record<string, string>>;
  passEnv: readonly string[];
  codexHome: string;
  ownEnv: Readonly<NodeJS.ProcessEnv>;
}): Record<string, string> {
  const { login, passEnv, codexHome, ownEnv } = options;
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(login)) {
    if (!/^(OPENCLAW|CODEX_THREADS)_/i.test(name)) env[name] = value;
  }
  for (const name of passEnv) {
    const value = ownEnv[name];
    if (value !== undefined) env[name] = value;
  }
  env.CODEX_HOME = codexHome;
  return env;
}

function formatFailure(run: ProgramRun | undefined): string {
  if (run === undefined) return "cannot be started";
  if (run.cut) return `did not finish within ${shellLimitMs / 1000} s`;
  return `ended with ${run.exit.signal ?? run.exit.code} before it told its environment`;
}

interface Person {
  name: string;
  home: string;
  shell: string;
}

function readPerson(env: Readonly<NodeJS.ProcessEnv>): Person {
  try {
    const { username, homedir, shell } = userInfo();
    return { name: username, home: env.HOME || homedir, shell: shell || "/bin/sh" };
  } catch {
    // A container may run as a user that its user database does not know.
    return { name: env.USER ?? "", home: env.HOME ?? "/", shell: "/bin/sh" };
  }
}

function buildCleanStart(person: Person, shell: string, lang: string | undefined): Record<string, string> {
  const { name, home } = person;
  const start = { HOME: home, USER: name, LOGNAME: name, SHELL: shell, PATH: firstPath, TERM: "dumb" };
  return lang === undefined ? start : { ...start, LANG: lang };
}

function parseEnv(printed: string): Record<string, string> {
  const env: Record<string, string> = {};
  for (const line of printed.split("\0")) {
    const equals = line.indexOf("=");
    const name = line.slice(0, Math.max(0, equals));
    if (name !== "" && !shellsOwn.has(name)) env[name] = line.slice(equals + 1);
  }
  return env;
}
