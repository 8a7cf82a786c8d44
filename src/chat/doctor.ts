// What `/cx doctor` looks at: everything that has to be right before a message can become a turn, and what to do if not.
import { access, constants } from "node:fs/promises";
import type { Place } from "../conversations/place.ts";
import { toBridgeError } from "../errors.ts";
import { type Line, line, own, path } from "../kit/blocks.ts";
import type { CodexBinary } from "../process/find-codex.ts";
import type { LoginEnv } from "../process/login-env.ts";
import type { ServiceScope } from "../process/service-scope.ts";
import type { Store } from "../store/open-store.ts";
import { formatError } from "./words/error-text.ts";

export interface Check {
  name: string;
  state: "ok" | "warn" | "fail";
  says: Line;
}

export interface DoctorOptions {
  place: Place;
  store: Store;
  stateDirectory: string;
  version: string;
  findCodex(signal: AbortSignal): Promise<CodexBinary>;
  readLogin(signal: AbortSignal): Promise<LoginEnv>;
  findScope(signal: AbortSignal): Promise<ServiceScope>;
  /** Of the host. */
  checks(): Check[];
}

export type Doctor = (signal: AbortSignal) => Promise<Check[]>;

export function buildDoctor(options: DoctorOptions): Doctor {
  const { place, store, stateDirectory, version } = options;
  return async (signal) => [
    { name: "codex-threads", state: "ok", says: line`${version} on Node ${process.versions.node}` },
    ...(await checkCodex(options, signal)),
    await check("CODEX_HOME", async () => {
      await access(place.codexHome, constants.R_OK | constants.W_OK);
      return [path(place.codexHome)];
    }),
    await checkEnvironment(options, signal),
    ...(await checkServer(place, signal)),
    ...checkService(await options.findScope(signal)),
    { name: "state", state: "ok", says: line`${path(stateDirectory)}, ${formatCounts(store)}` },
    ...options.checks(),
  ];
}

const sources: Record<CodexBinary["source"], string> = {
  setting: "by the setting codexBinary",
  path: "on PATH",
  package: "from the npm package",
};

const kinds = {
  attached: "joined your own shared server",
  private: "our private server; turns outlive a restart",
  stdio: "a child process of ours; turns end with it",
} as const;

async function check(name: string, look: () => Promise<Line>): Promise<Check> {
  try {
    return { name, state: "ok", says: await look() };
  } catch (error) {
    return { name, state: "fail", says: formatError(toBridgeError(error)) };
  }
}

/** Also what is called codex and was not taken, because a turn or another user can have put it there. */
async function checkCodex({ findCodex }: DoctorOptions, signal: AbortSignal): Promise<Check[]> {
  let found: CodexBinary | undefined;
  const codex = await check("codex", async () => {
    found = await findCodex(signal);
    return line`${found.version} at ${path(found.path)} (${own(sources[found.source])})`;
  });
  const warn = (says: Line): Check => ({ name: "codex", state: "warn", says });
  return [
    codex,
    ...(found?.skipped ?? []).map((each) => warn(line`not taken: ${each}`)),
    ...(found?.doubt === undefined ? [] : [warn(line`the setting names it, and ${found.doubt}`)]),
  ];
}

/** Without a server nothing can be said about the login. */
async function checkServer(place: Place, signal: AbortSignal): Promise<Check[]> {
  const server = await check("server", async () => {
    const client = await place.servers.pick(signal);
    return line`${own(kinds[client.kind])}, version ${client.version} (mode ${place.servers.mode})`;
  });
  const login = server.state === "ok" ? [await checkLogin(place, signal)] : [];
  return [server, ...checkNote(place), ...login];
}

/** Only where a service manager runs us is there something to say. */
function checkService(scope: ServiceScope): Check[] {
  const name = "service";
  switch (scope.type) {
    case "none":
      return [];
    case "private":
      return [
        { name, state: "ok", says: own("our private server runs outside it; turns outlive its restart") },
      ];
    case "shared":
      return [
        {
          name,
          state: "warn",
          says: line`its restart ends our private server too, and cuts off turns that run; you are told, and asked whether to send them again. A scope outside it cannot be made: ${scope.why}`,
        },
      ];
  }
}

async function checkEnvironment(options: DoctorOptions, signal: AbortSignal): Promise<Check> {
  const login = await options.readLogin(signal);
  const name = "environment";
  if (login.source === "login-shell") return { name, state: "ok", says: own("that of your login shell") };
  return {
    name,
    state: "warn",
    says: line`a plain list of variables: ${login.note ?? own("no login shell on this system")}`,
  };
}

function checkNote(place: Place): Check[] {
  const { note, ownNote } = place.servers.status();
  const warn = (name: string, says: Line): Check => ({ name, state: "warn", says });
  return [
    ...(note ? [warn("your own server", line`not joined: ${note}`)] : []),
    ...(ownNote ? [warn("private server", line`not started, and turns end with us: ${ownNote}`)] : []),
  ];
}

async function checkLogin(place: Place, signal: AbortSignal): Promise<Check> {
  const name = "login";
  try {
    if (await place.threads.isSignedIn(signal))
      return { name, state: "ok", says: own("not needed, or there is one") };
    return { name, state: "fail", says: own("Codex is not signed in: run `codex login` as this user.") };
  } catch (error) {
    return { name, state: "fail", says: formatError(toBridgeError(error)) };
  }
}

function formatCounts(store: Store): Line {
  const bindings = store.bindings.all().length;
  const open = store.messages.open().length;
  return line`${bindings} bound conversation${formatPlural(bindings)}, ${open} open message${formatPlural(open)}`;
}

function formatPlural(count: number): Line {
  return own(count === 1 ? "" : "s");
}
