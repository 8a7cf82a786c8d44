// Where a service manager (systemd) runs us, its stop ends everything in our control group, detached or not. A transient
// scope of the user's own manager is another control group.
import { access, constants } from "node:fs/promises";
import { delimiter, join } from "node:path";
import type { Clock } from "../kit/clock.ts";
import { runProgram } from "./run-program.ts";

/** none: no service. private: what is started through `prefix` outlives us. shared: it ends with us. */
export type ServiceScope = { prefix: readonly string[]; env: Readonly<Record<string, string>> } & (
  | { type: "none" }
  | { type: "private" }
  | { type: "shared"; why: string }
);

const program = "systemd-run";
/** systemd-run(1): `--scope` puts itself into the scope and then becomes the command, so the pid stays. */
const scopeArgs = ["--user", "--scope", "--collect", "--quiet", "--"];
const probeLimitMs = 5_000;
const nothing = { prefix: [], env: {} } as const;

/** Never throws. systemd.exec(5): INVOCATION_ID is set for the processes of a unit. */
export async function findServiceScope(options: {
  env: Readonly<NodeJS.ProcessEnv>;
  clock: Clock;
  signal: AbortSignal;
}): Promise<ServiceScope> {
  const { env, clock, signal } = options;
  if (!env.INVOCATION_ID) return { type: "none", ...nothing };
  const command = await findOnPath(program, env.PATH ?? "");
  if (command === undefined) return { type: "shared", why: `there is no ${program} on PATH`, ...nothing };
  const scope = { prefix: [command, ...scopeArgs], env: keepScopeEnv(env) };
  try {
    const { exit, stderr, cut } = await runProgram({
      ...{ command, args: [...scopeArgs, "true"], clock, limitMs: probeLimitMs, signal },
      env: { ...scope.env, PATH: env.PATH ?? "" },
    });
    if (exit.code === 0) return { type: "private", ...scope };
    return { type: "shared", why: cut ? `${program} did not answer` : stderr.trim(), ...nothing };
  } catch (error) {
    return { type: "shared", why: error instanceof Error ? error.message : String(error), ...nothing };
  }
}

/** By these systemd-run finds the user's manager; a login shell's environment may lack them. */
function keepScopeEnv(env: Readonly<NodeJS.ProcessEnv>): Record<string, string> {
  const kept = ["XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS"].map((name) => [name, env[name]] as const);
  return Object.fromEntries(kept.filter((entry): entry is [string, string] => entry[1] !== undefined));
}

async function findOnPath(name: string, path: string): Promise<string | undefined> {
  for (const folder of path.split(delimiter).filter(Boolean)) {
    const file = join(folder, name);
    const runs = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (runs) return file;
  }
  return undefined;
}
