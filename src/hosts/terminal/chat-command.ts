// `codex-threads chat`: a conversation in this terminal, or over a pipe.
import { homedir, userInfo } from "node:os";
import type { Readable, Writable } from "node:stream";
import { type App, startApp } from "../../app.ts";
import { buildConversationKey } from "../../chat/inbound.ts";
import { formatFarewell, formatKeyNotPassed, terminalText } from "../../chat/words/terminal-text.ts";
import type { Settings } from "../../config/settings.ts";
import { checkFolder } from "../../conversations/folder.ts";
import type { OnPoint } from "../../conversations/host-sender.ts";
import { holdProcess, systemClock } from "../../kit/clock.ts";
import { findCodex } from "../../process/find-codex.ts";
import { buildServerEnv, readLoginEnv } from "../../process/login-env.ts";
import { openRuns } from "../../runs/open-runs.ts";
import type { Runs } from "../../runs/runs.ts";
import { readVersion } from "../../version.ts";
import { type Backend, buildStateDirectory, openBackend } from "./backend.ts";
import type { ChatArgs } from "./chat-args.ts";
import { misuse } from "./check-options.ts";
import { buildLog } from "./file-log.ts";
import { runPiped } from "./piped-session.ts";
import { runPrompt } from "./prompt-session.ts";
import { Screen } from "./screen.ts";
import { readTerminalSettings } from "./terminal-settings.ts";

export interface TerminalIo {
  stdin: Readable & { isTTY?: boolean };
  stdout: Writable;
  stderr: Writable & { isTTY?: boolean; columns?: number };
  env: Readonly<NodeJS.ProcessEnv>;
}

/** What a session works on. */
export interface Session {
  app: App;
  screen: Screen;
  io: TerminalIo;
  route: { channel: string; account: string; chat: string };
  /** Key of the conversation of this terminal. */
  conversation: string;
  /** From now on nobody can be asked. */
  leavePerson(): void;
}

/** Resolves with the exit code. Throws when the setup fails; a failed turn is no failure of the host. */
export async function runChatCommand(args: ChatArgs, io: TerminalIo, onPoint?: OnPoint): Promise<number> {
  const release = holdProcess();
  try {
    const home = homedir();
    const folder = await checkFolder(args.cwd);
    const stateDirectory = buildStateDirectory({ ...args, env: io.env, home });
    const { server } = args;
    const settings = await readTerminalSettings(stateDirectory, { folder, ...(server ? { server } : {}) });
    const codexHome = args.codexHome ?? settings.codexHome;
    const backend = await openBackend({
      ...{ demo: args.demo, stateDirectory, home, env: io.env },
      readServerEnv: () => readServerEnv(settings, io.env),
      ...(codexHome === undefined ? {} : { codexHome }),
    });
    try {
      return await runSession({ args, io, settings, folder, home, backend, onPoint });
    } finally {
      await backend.close();
    }
  } finally {
    release();
  }
}

/** Without CODEX_HOME, which says nothing of a login. */
async function readServerEnv(settings: Settings, env: Readonly<NodeJS.ProcessEnv>) {
  const login = await readLoginEnv({ env, clock: systemClock });
  return buildServerEnv({ login: login.env, passEnv: settings.passEnv, codexHome: "", ownEnv: env });
}

interface SessionParts {
  args: ChatArgs;
  io: TerminalIo;
  settings: Settings;
  /** Where it was started, or `--cwd`. */
  folder: string;
  home: string;
  backend: Backend;
  onPoint: OnPoint | undefined;
}

async function runSession(parts: SessionParts): Promise<number> {
  const { args, io, settings, folder, home, backend, onPoint } = parts;
  const server = backend.isDemo ? readDemoServer(args) : settings.server;
  await checkCodex(settings, io, folder);
  const route = { channel: "terminal", account: userInfo().username, chat: args.conversation };
  const conversation = buildConversationKey(route);
  const screen = new Screen(io, conversation);
  if (backend.isDemo) screen.note(terminalText.demo);
  if (backend.keyNotPassed !== undefined) screen.note(formatKeyNotPassed(backend.keyNotPassed));
  let isPersonThere = true;
  const app = startApp({
    settings: { ...settings, server },
    stateDirectory: backend.stateDirectory,
    codexHome: backend.codexHome,
    env: io.env,
    home,
    baseFolder: folder,
    version: readVersion(),
    clock: systemClock,
    log: buildLog(backend.stateDirectory, systemClock),
    sender: screen,
    isPersonThere: () => isPersonThere,
    idleCheck: [process.execPath, process.argv[1] ?? "", "is-idle"],
    ...(onPoint ? { onPoint } : {}),
    // The model of the demo ends with this process; a run would not.
    ...(backend.isDemo ? {} : { openRuns: () => openHostRuns(parts, server) }),
  });
  const leavePerson = () => {
    isPersonThere = false;
    app.questions.declineAll(conversation);
  };
  const session: Session = { app, screen, io, route, conversation, leavePerson };
  try {
    const code = await (io.stdin.isTTY && io.stderr.isTTY ? runPrompt(session) : runPiped(session));
    sayFarewell(session);
    return code;
  } finally {
    await app.close();
  }
}

function openHostRuns({ settings, io, home, backend }: SessionParts, server: Settings["server"]): Runs {
  return openRuns({
    ...{ env: io.env, home, settings: { ...settings, server }, version: readVersion(), clock: systemClock },
    log: buildLog(backend.stateDirectory, systemClock),
    self: [process.execPath, process.argv[1] ?? ""],
  });
}

/** The scripted model ends with this process, and so do its turns. Throws `bad-arguments`. */
function readDemoServer({ server = "stdio" }: ChatArgs): "stdio" {
  if (server === "attach" || server === "socket") throw misuse(terminalText.demoServer);
  return "stdio";
}

/** At once, so that a missing codex is not found out by the first message. */
async function checkCodex(settings: Settings, io: TerminalIo, folder: string): Promise<void> {
  const setting = settings.codexBinary === undefined ? {} : { setting: settings.codexBinary };
  await findCodex({ ...setting, env: io.env, workspaces: [process.cwd(), folder] });
}

/** Says what becomes of what is left behind. */
function sayFarewell({ app, screen, conversation }: Session): void {
  const binding = app.binder.find(conversation);
  if (!binding) return;
  const active = app.runner.findActive(binding.id);
  const isRunning = active?.turn?.inbox.turnId !== undefined;
  const { exec, servers } = app.places.get(binding.place);
  const server = exec ? "stdio" : servers.status().connected?.kind;
  const unsent = app.runner.waiting(binding.id).length + (active && !isRunning ? 1 : 0);
  const farewell = formatFarewell(isRunning ? server : undefined, unsent);
  if (farewell.length > 0) screen.show(farewell);
}
