// The composition root: builds every object and wires them. It alone sees all rooms.
import { buildDoctor, type Check } from "./chat/doctor.ts";
import { Chat } from "./chat/inbound.ts";
import { RefusedPeople } from "./chat/refused-people.ts";
import { RunDesk } from "./chat/run-desk.ts";
import { buildVoice } from "./chat/words/voice.ts";
import { buildServerContext, type ServerContextOptions } from "./codex/build-server-context.ts";
import { findEnvSecrets, readKnownSecrets } from "./codex/login-secrets.ts";
import { PlaceServers } from "./codex/place-servers.ts";
import type { ServerContext } from "./codex/server-context.ts";
import { buildServerOpeners } from "./codex/server-openers.ts";
import { findServerRecord } from "./codex/server-record.ts";
import { Threads } from "./codex/threads.ts";
import { readServerMode } from "./config/server-mode.ts";
import type { Settings } from "./config/settings.ts";
import { Binder } from "./conversations/binder.ts";
import type { HostSender, OnPoint } from "./conversations/host-sender.ts";
import { Lockdown } from "./conversations/lockdown.ts";
import { Outbox } from "./conversations/outbox.ts";
import { PendingBindings } from "./conversations/pending-bindings.ts";
import { type Place, Places } from "./conversations/place.ts";
import { Prompts } from "./conversations/prompts.ts";
import { Questions } from "./conversations/questions.ts";
import { recoverMessages } from "./conversations/recovery.ts";
import { type NamedOwners, Roles } from "./conversations/roles.ts";
import { RunTurns } from "./conversations/run-turns.ts";
import { Runner } from "./conversations/runner.ts";
import { ThreadOpener } from "./conversations/thread-opener.ts";
import { buildExecPolicy } from "./exec/exec-policy.ts";
import { ExecRunner } from "./exec/exec-runner.ts";
import type { Clock } from "./kit/clock.ts";
import { cleanLog, type Log } from "./kit/log.ts";
import { Redactor } from "./kit/redactor.ts";
import { Lanes } from "./lanes/lanes.ts";
import { GatewayNodes } from "./nodes/gateway-nodes.ts";
import type { NodeNetwork } from "./nodes/node-network.ts";
import { readLoginEnv } from "./process/login-env.ts";
import { findServiceScope } from "./process/service-scope.ts";
import { readThisMachine } from "./process/this-machine.ts";
import type { OpenRunsOptions } from "./runs/open-runs.ts";
import type { Runs } from "./runs/runs.ts";
import { SessionFiles } from "./sessions/session-files.ts";
import { openStore, type Store } from "./store/open-store.ts";
import { pruneDaily } from "./store/prune-daily.ts";
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
  /** Absent: whoever owns a binding is the owner for good. */
  owners?: NamedOwners;
  /** What `doctor` looks at besides: the host's own affairs. */
  checks?: () => Check[];
  /** Command of the keeper's question whether a turn runs; see codex/server-context.ts. */
  idleCheck: readonly string[];
  onPoint?: OnPoint;
  /** Closed with the app; `findNode`: see open-runs.ts. Absent: conversations have no commands for runs. */
  openRuns?(findNode: NonNullable<OpenRunsOptions["findNode"]>): Runs;
  /** Absent: this host has no other machines. */
  network?: NodeNetwork | undefined;
}

export interface App {
  chat: Chat;
  runner: Runner;
  questions: Questions;
  binder: Binder;
  places: Places;
  pendingBindings: PendingBindings;
  bindings: Pick<Store["bindings"], "all" | "findByConversation" | "update">;
  released: Store["released"];
  /** For what a host says by itself. */
  outbox: Pick<Outbox, "post">;
  addresses: Store["addresses"];
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
    const stopPruning = pruneDaily(store, settings.keepDays, clock, log);
    const learnEnv = (env: NodeJS.ProcessEnv) => {
      for (const value of findEnvSecrets(env)) redactor.learn(value);
    };
    const context = buildContext(options, () => listFolders(options, store), learnEnv);
    // Also where a server runs already, which got this environment from another process.
    const learning = new AbortController();
    const learned = readLoginEnv({ env: options.env, clock, signal: learning.signal }).then(
      (login) => learnEnv(login.env),
      () => {},
    );
    const place = buildPlace(options, context);
    const nodes = buildNodes(options);
    const places = new Places([place], (id) => nodes?.findPlace(id));
    const voice = buildVoice();
    const lanes = new Lanes();
    const outbox = new Outbox({ store, clock, sender: options.sender, redactor, log, onPoint, voice });
    const { isPersonThere } = options;
    const prompts = new Prompts({ store, outbox, voice, clock, log, sender: options.sender });
    const questions = new Questions({ store, outbox, prompts, voice, clock, isPersonThere });
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
    const { owners } = options;
    const roles = new Roles({
      ...{ store, questions, runner, places, outbox, voice, clock, settings, log, owners },
    });
    const runs = options.openRuns?.((placeId) => nodes?.findPlace(placeId));
    const findRun = (threadId: string) => runs?.findByThread(threadId);
    const runTurns = new RunTurns({ store, places, questions, outbox, voice, clock, log, findRun });
    const binder = new Binder({
      store,
      places,
      questions,
      onBound: (binding) => runTurns.follow(binding),
      defaults: buildDefaults(settings),
      folder: settings.folder,
      buildFolderRules: () => ({
        home: options.home,
        codexHome: options.codexHome,
        stateDirectory,
        base: options.baseFolder,
      }),
    });
    const pendingBindings = new PendingBindings({ store, binder, outbox, voice, clock });
    const runDesk = runs && buildRunDesk(options, runs, outbox);
    const doctor = buildDoctor({
      place,
      store,
      stateDirectory,
      version: options.version,
      checks: options.checks ?? (() => []),
      findCodex: context.findCodex,
      readLogin: (signal) => readLoginEnv({ env: options.env, clock, signal }),
      findScope: (signal) => findServiceScope({ env: options.env, clock, signal }),
    });
    const chat = new Chat({
      store,
      places,
      binder,
      pendingBindings,
      outbox,
      refused: new RefusedPeople(),
      roles,
      runner,
      questions,
      prompts,
      redactor,
      settings,
      clock,
      log,
      onPoint,
      doctor,
      ...(runDesk ? { runDesk } : {}),
      ...(nodes ? { nodes } : {}),
    });
    const lockdown = new Lockdown({
      ...{ store, runner, questions, roles, pendingBindings, clock, log, directory: stateDirectory },
      stopRuns: async () => runDesk?.stopAll(),
    });
    // First: what is being sent at this moment is what an earlier process left.
    outbox.start();
    recoverMessages(store, runner, (conversation) => options.sender.serves(conversation));
    pendingBindings.start();
    roles.start();
    runDesk?.start();
    prompts.start();
    runTurns.start((conversation) => options.sender.serves(conversation));
    lockdown.start();
    const idle = async () => {
      await lanes.onIdle();
      await outbox.idle();
    };
    const close = async () => {
      try {
        stopPruning();
        lockdown.close();
        chat.close();
        learning.abort();
        await learned;
        pendingBindings.close();
        prompts.stop();
        roles.close();
        runDesk?.close();
        runTurns.close();
        await runs?.close();
        await lanes.stop();
        await outbox.close();
        await places.close();
        await nodes?.close();
      } finally {
        store.close();
        lock.release();
      }
    };
    const redact = (text: string) => redactor.redact(text);
    return {
      chat,
      runner,
      questions,
      binder,
      places,
      pendingBindings,
      bindings: store.bindings,
      released: store.released,
      outbox,
      addresses: store.addresses,
      redact,
      idle,
      close,
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}

function buildRunDesk(options: AppOptions, runs: Runs, outbox: Outbox): RunDesk {
  const { settings, codexHome, stateDirectory, home, baseFolder, clock, log, sender } = options;
  return new RunDesk({
    ...{ runs, settings, codexHome, outbox, clock, log },
    buildFolderRules: () => ({ home, codexHome, stateDirectory, base: baseFolder }),
    serves: (conversation) => sender.serves(conversation),
  });
}

/** Where turns of ours write on this machine. */
function listFolders({ baseFolder, codexHome }: AppOptions, { bindings }: Store): string[] {
  const here = bindings.all().filter(({ place }) => place === `local:${codexHome}`);
  return [baseFolder, ...here.map(({ cwd }) => cwd)];
}

function buildContext(
  options: AppOptions,
  listWorkspaces: () => string[],
  onEnv: ServerContextOptions["onEnv"],
): ServerContext {
  const { settings, env, home, codexHome, clock, log, version: clientVersion, idleCheck } = options;
  return buildServerContext({
    ...{ settings, env, home, codexHome, clock, log, clientVersion, idleCheck, listWorkspaces, onEnv },
  });
}

/** The host's own names of its nodes are wanted before anybody asks. */
function buildNodes({ network, clock, log, version }: AppOptions): GatewayNodes | undefined {
  if (!network) return undefined;
  const nodes = new GatewayNodes({ network, clock, log, version });
  nodes.list().catch((error: unknown) => log.info(`the host does not list its nodes yet: ${String(error)}`));
  return nodes;
}

function buildPlace(
  { settings, home, stateDirectory, clock, log }: AppOptions,
  context: ServerContext,
): Place {
  const { place: id, codexHome } = context;
  const servers = new PlaceServers(id, readServerMode(settings), buildServerOpeners(context));
  const threads = new Threads({ servers, clock, log });
  const sessions = new SessionFiles(codexHome);
  const { machine: name, user } = readThisMachine();
  const findSocket = () => findServerRecord(context.directory)?.socketPath;
  const bounds = { home, codexHome, stateDirectory };
  const place = { id, name, user, codexHome, servers, threads, sessions, findSocket, bounds };
  return settings.server === "exec" ? { ...place, exec: buildExec(settings, context) } : place;
}

function buildExec(settings: Settings, { codexHome, clock, log, findCodex, buildEnv }: ServerContext) {
  return new ExecRunner({ codexHome, policy: buildExecPolicy(settings), clock, log, findCodex, buildEnv });
}

function buildDefaults(settings: Settings) {
  const { sandbox, approvalPolicy, model, effort } = settings;
  return { sandbox, approvalPolicy, ...(model ? { model } : {}), ...(effort ? { effort } : {}) };
}
