// The composition root: builds every object and wires them. It alone sees all rooms.
import { hostname } from "node:os";
import { buildDoctor } from "./chat/doctor.ts";
import { Chat } from "./chat/inbound.ts";
import { buildVoice } from "./chat/voice.ts";
import { readKnownSecrets } from "./codex/login-secrets.ts";
import { PlaceServers } from "./codex/place-servers.ts";
import type { ServerContext } from "./codex/server-context.ts";
import { buildServerOpeners } from "./codex/server-openers.ts";
import { Threads } from "./codex/threads.ts";
import type { Settings } from "./config/settings.ts";
import { Binder } from "./conversations/binder.ts";
import type { HostSender, OnPoint } from "./conversations/host-sender.ts";
import { Outbox } from "./conversations/outbox.ts";
import { type Place, Places } from "./conversations/place.ts";
import { Questions } from "./conversations/questions.ts";
import { recoverMessages } from "./conversations/recovery.ts";
import { Runner } from "./conversations/runner.ts";
import { ThreadOpener } from "./conversations/thread-opener.ts";
import type { Clock } from "./kit/clock.ts";
import { cleanLog, type Log } from "./kit/log.ts";
import { Redactor } from "./kit/redactor.ts";
import { Lanes } from "./lanes/lanes.ts";
import { findCodex } from "./process/find-codex.ts";
import { buildServerEnv, readLoginEnv } from "./process/login-env.ts";
import { openStore } from "./store/open-store.ts";
import { lockStateDirectory } from "./store/state-lock.ts";

export interface AppOptions {
  settings: Settings;
  /** Owned by this process while the app runs. */
  stateDirectory: string;
  codexHome: string;
  /** The environment of the process we live in; servers that we start do not get it. */
  env: Readonly<NodeJS.ProcessEnv>;
  home: string;
  /** What relative folders are relative to. */
  baseFolder: string;
  version: string;
  clock: Clock;
  log: Log;
  sender: HostSender;
  isPersonThere(conversation: string): boolean;
  /** Command of the keeper's question whether a turn runs; see codex/server-context.ts. */
  idleCheck: readonly string[];
  onPoint?: OnPoint;
}

export interface App {
  chat: Chat;
  runner: Runner;
  questions: Questions;
  binder: Binder;
  places: Places;
  /** For what a host shows by itself; all that goes through chat and outbox is redacted there. */
  redact(text: string): string;
  /** Resolves when no message is being carried and nothing is waiting to be sent. */
  idle(): Promise<void>;
  /** Leaves running turns to themselves where their server outlives us. */
  close(): Promise<void>;
}

/** Throws `state-held`, `state-newer`, `state-damaged`, `state-full`, `state-unusable`. Nothing is started in Codex yet. */
export function startApp(given: AppOptions): App {
  const redactor = new Redactor({ values: readKnownSecrets(given.env, given.codexHome) });
  const options = { ...given, log: cleanLog(given.log, (line) => redactor.redact(line)) };
  const { settings, stateDirectory, clock, log, onPoint = () => {} } = options;
  const lock = lockStateDirectory(stateDirectory, clock);
  try {
    const store = openStore({ directory: stateDirectory, clock });
    const context = buildContext(options, store.servers);
    const place = buildPlace(options, context);
    const places = new Places([place]);
    const voice = buildVoice();
    const lanes = new Lanes();
    const outbox = new Outbox({ store, clock, sender: options.sender, redactor, log, onPoint });
    const { isPersonThere } = options;
    const questions = new Questions({ store, outbox, voice, clock, isPersonThere });
    const opener = new ThreadOpener({ store, places, lanes, clock, onPoint });
    const limit = settings.turnLimitMinutes;
    const runner = new Runner({
      store,
      outbox,
      opener,
      voice,
      lanes,
      clock,
      log,
      onPoint,
      questions,
      network: settings.network,
      quietMs: settings.quietNoticeSeconds * 1000,
      ...(limit === undefined ? {} : { limitMs: limit * 60_000 }),
    });
    const binder = new Binder({
      store,
      places,
      questions,
      defaults: buildDefaults(settings),
      folder: settings.folder,
      buildFolderRules: () => ({
        home: options.home,
        codexHome: options.codexHome,
        stateDirectory,
        base: options.baseFolder,
      }),
    });
    const doctor = buildDoctor({
      place,
      store,
      stateDirectory,
      version: options.version,
      findCodex: context.findCodex,
      readLogin: (signal) => readLoginEnv({ env: options.env, clock, signal }),
    });
    const chat = new Chat({
      store,
      places,
      binder,
      runner,
      questions,
      redactor,
      settings,
      clock,
      log,
      onPoint,
      doctor,
    });
    recoverMessages(store, runner, (conversation) => options.sender.serves(conversation));
    outbox.start();
    const idle = async () => {
      await lanes.onIdle();
      await outbox.idle();
    };
    const close = async () => {
      try {
        await lanes.stop();
        await outbox.close();
        await places.close();
      } finally {
        store.close();
        lock.release();
      }
    };
    const redact = (text: string) => redactor.redact(text);
    return { chat, runner, questions, binder, places, redact, idle, close };
  } catch (error) {
    lock.release();
    throw error;
  }
}

function buildContext(options: AppOptions, records: ServerContext["records"]): ServerContext {
  const { settings, codexHome, stateDirectory, clock, log, env, version, idleCheck } = options;
  const setting = settings.codexBinary === undefined ? {} : { setting: settings.codexBinary };
  return {
    place: `local:${codexHome}`,
    codexHome,
    stateDirectory,
    records,
    clock,
    log,
    clientVersion: version,
    idleCheck,
    findCodex: (signal) => findCodex({ ...setting, env, signal }),
    buildEnv: async (signal) => {
      const login = await readLoginEnv({ env, clock, signal });
      if (login.note) log.warn(login.note);
      return buildServerEnv({ login: login.env, passEnv: settings.passEnv, codexHome, ownEnv: env });
    },
  };
}

function buildPlace({ settings, clock, log }: AppOptions, context: ServerContext): Place {
  const { place: id, codexHome } = context;
  const servers = new PlaceServers(id, settings.server, buildServerOpeners(context));
  return { id, name: hostname(), codexHome, servers, threads: new Threads({ servers, clock, log }) };
}

function buildDefaults(settings: Settings) {
  const { sandbox, approvalPolicy, model, effort } = settings;
  return { sandbox, approvalPolicy, ...(model ? { model } : {}), ...(effort ? { effort } : {}) };
}
