// One turn from an empty hand: home, server, thread, turn, and its end in one of four words. It tells everything to a
// report as it happens and never throws.
import { nanoid } from "nanoid";
import { formatError } from "../../chat/words/error-text.ts";
import { formatLimit, formatThread, turnText } from "../../chat/words/turn-text.ts";
import { findEnvSecrets, readKnownSecrets } from "../../codex/login-secrets.ts";
import { projectSecrets } from "../../codex/secret-home.ts";
import type { ThreadHold, Threads } from "../../codex/threads.ts";
import { checkInput, type TurnRequest } from "../../codex/turns.ts";
import type { Settings } from "../../config/settings.ts";
import { checkFolder, checkNewFolder } from "../../conversations/folder.ts";
import { BridgeError, type ErrorCode } from "../../errors.ts";
import { line, says } from "../../kit/blocks.ts";
import type { Clock } from "../../kit/clock.ts";
import { buildPathSummary } from "../../kit/path-summary.ts";
import { readThisMachine } from "../../process/this-machine.ts";
import { buildStateDirectory } from "./backend.ts";
import { readTerminalSettings } from "./terminal-settings.ts";
import type { TurnArgs } from "./turn-args.ts";
import { protocolLabels, TurnConnection } from "./turn-connection.ts";
import {
  buildEnding,
  buildExitFacts,
  buildFailureFacts,
  buildStopped,
  type TurnEnding,
} from "./turn-ending.ts";
import { buildErrorOutput, readKind, type TerminalStatus } from "./turn-events-json.ts";
import { followTurn } from "./turn-follow.ts";
import { TurnFrame } from "./turn-frame.ts";
import { checkTurnHome, findTurnHome, type TurnHome } from "./turn-home.ts";
import type { TurnReport } from "./turn-report.ts";
import type { TurnStops } from "./turn-stops.ts";

export interface TurnRunOptions {
  args: TurnArgs;
  prompt: string;
  env: Readonly<NodeJS.ProcessEnv>;
  /** The person's home. */
  home: string;
  /** Where it was started. */
  base: string;
  clock: Clock;
  report: TurnReport;
  stops: TurnStops;
}

const blockingCodes: readonly ErrorCode[] = ["secret-unavailable", "not-signed-in", "codex-home-missing"];

export class TurnRun {
  readonly #options: TurnRunOptions;
  readonly #frame: TurnFrame;
  #home: TurnHome | undefined;
  #connection: TurnConnection | undefined;
  #threadId: string | undefined;
  #turnId: string | undefined;

  constructor(options: TurnRunOptions) {
    this.#options = options;
    const { report, stops, args } = options;
    this.#frame = new TurnFrame({ report, stops, limitMs: args.timeoutMs, blockingCodes });
  }

  run(): Promise<TerminalStatus> {
    return this.#frame.run({
      carry: () => this.#carry(),
      tellStop: () => this.#tellStop(),
      close: () => this.#close(),
      buildTerminal: (ending) => this.#buildTerminal(ending),
      buildFacts: (error) => this.#buildFacts(error),
    });
  }

  async #close(): Promise<void> {
    const connection = this.#connection;
    if (!connection) return;
    const { report, stops } = this.#options;
    const wasConnected = connection.servers.status().connected !== undefined;
    const exit = await connection.close(stops.leaving);
    if (exit || wasConnected)
      report.status("codex-app-server-closed", { appServerExit: buildExitFacts(exit) });
  }

  async #carry(): Promise<TurnEnding> {
    const { args, prompt, env, home, base, clock, report, stops } = this.#options;
    await checkInput({ text: prompt, images: [] });
    const { codexHome } = await this.#prepareHome();
    const stateDirectory = buildStateDirectory({ env, home });
    const settings = await readTerminalSettings(stateDirectory, {});
    const rules = { home, codexHome, stateDirectory, base };
    const cwd = args.thread === undefined ? await checkNewFolder(args.cwd ?? base, rules) : undefined;
    if (cwd !== undefined) report.hideFolders({ path: cwd, name: "<folder>" });
    const log = { debug: () => {}, info: () => {}, warn: (text: string) => report.say(says(line`${text}`)) };
    const onEnv = (given: NodeJS.ProcessEnv) => report.learnSecrets(findEnvSecrets(given));
    const connection = new TurnConnection({
      ...{ codexHome, settings, env, clock, log, onEnv },
      workspaces: [base, ...(cwd === undefined ? [] : [cwd])],
    });
    this.#connection = connection;
    this.#options.report.status("codex-app-server-starting", await connection.describe(cwd, stops.asked));
    const client = await connection.servers.pick(stops.asked);
    const { kind, version } = client;
    this.#options.report.status("initialize:completed", {
      protocol: protocolLabels[kind],
      server: kind,
      version,
    });
    return cwd === undefined ? this.#resume(connection) : this.#startNew(connection, settings, cwd);
  }

  /** Nothing of a resumed thread is overridden but the model, and that only when it was given. */
  async #resume({ threads }: TurnConnection): Promise<TurnEnding> {
    const { args, report, stops } = this.#options;
    const hold = await threads.hold(args.thread ?? "", stops.asked);
    const { cwd = "" } = hold.feed.inForce;
    report.hideFolders({ path: cwd, name: "<folder>" });
    await this.#enter(threads, hold, "thread/resume:completed");
    await checkFolder(cwd);
    const settings = args.model === undefined ? {} : { model: args.model };
    return this.#follow(hold, { settings, network: false });
  }

  async #startNew({ threads }: TurnConnection, settings: Settings, cwd: string): Promise<TurnEnding> {
    const { args, stops } = this.#options;
    const { sandbox, approvalPolicy, effort, network } = settings;
    const model = args.model ?? settings.model;
    const chosen = { approvalPolicy, ...(model === undefined ? {} : { model }) };
    const hold = await threads.start({ cwd, ...chosen }, stops.asked);
    await this.#enter(threads, hold, "thread/start:completed");
    const all = { sandbox, ...chosen, ...(effort === undefined ? {} : { effort }) };
    return this.#follow(hold, { settings: all, network, cwd });
  }

  async #prepareHome(): Promise<TurnHome> {
    const { args, env, home, base, report } = this.#options;
    const found = findTurnHome({ codexHome: args.codexHome, env, home, base });
    this.#home = found;
    const { codexHome, secretHome } = found;
    report.hideFolders({ path: codexHome, name: "<codex-home>" }, { path: home, name: "~" });
    report.hideFolders({ path: secretHome ?? "", name: "<secret-home>" });
    if (secretHome !== undefined) await projectSecrets({ ...found, secretHome });
    await checkTurnHome(found);
    report.learnSecrets(readKnownSecrets(env, codexHome));
    return found;
  }

  async #follow(hold: ThreadHold, request: Omit<TurnRequest, "clientId" | "input">): Promise<TurnEnding> {
    const { args, prompt, clock, report, stops } = this.#options;
    const onStarted = (turnId: string) => {
      this.#turnId = turnId;
      this.#options.report.status("turn/start:completed", { turnId });
    };
    const input = { text: prompt, images: [] };
    try {
      const options = { hold, clock, report, stops, clientId: nanoid(), onStarted };
      const outcome = await followTurn(options, { ...request, input });
      if (!outcome) return buildStopped(stops, args.timeoutMs);
      if (outcome.status === "failed") report.say(says(formatError(outcome.error)));
      if (outcome.status !== "lost") return buildEnding(outcome, stops, args.timeoutMs);
      return hold.client.isOpen ? this.#frame.fail(outcome.error) : await this.#tellLost(outcome.error);
    } finally {
      hold.release();
    }
  }

  /** S2-79: the connection went before the turn ended. What went wrong on the wire, if anything, is the reason. */
  async #tellLost(cause: BridgeError): Promise<TurnEnding> {
    const { report, stops } = this.#options;
    const exit = await this.#connection?.close(stops.leaving);
    const words = exit?.stderrTail.trim().slice(-1_000) ?? "";
    const how = exit ? ` (code ${exit.code}, signal ${exit.signal})` : "";
    const message = `codex app-server closed before the turn completed${how}${words === "" ? "" : `: ${words}`}`;
    const isCut = cause.code === "connection-lost";
    const error = isCut ? new BridgeError("turn-outcome-unknown", message, {}, cause) : cause;
    const ending: TurnEnding = { status: "failed", kind: readKind(error), message: error.message };
    const facts = { ...buildFailureFacts(error), appServerExit: buildExitFacts(exit, ending) };
    report.print(buildErrorOutput(readKind(error), error.message, facts));
    report.say(says(formatError(error)));
    return ending;
  }

  /** S2-26 for secrets. */
  #buildFacts(error: BridgeError): Record<string, unknown> {
    if (readKind(error) !== "secret-unavailable") return buildFailureFacts(error);
    return {
      source: buildPathSummary(this.#home?.secretHome),
      destination: buildPathSummary(this.#home?.codexHome),
      details: error.details,
      valuesPrinted: false,
    };
  }

  /**
   * The login is looked at once the thread is open: a config.toml that cannot be read hides the login, and is what opening
   * the thread fails of.
   */
  async #enter(threads: Threads, hold: ThreadHold, phase: string): Promise<void> {
    const { report, stops } = this.#options;
    await threads.requireLogin(readThisMachine(), stops.asked);
    const { model } = hold.feed.inForce;
    this.#threadId = hold.threadId;
    report.status(phase, { threadId: hold.threadId, ...(model === undefined ? {} : { model }) });
    report.say(says(formatThread(hold.threadId, model)));
  }

  /** S2-78: said when the limit is reached, before the end that follows from it. */
  #tellStop(): void {
    const { report, stops, args } = this.#options;
    if (stops.reason === "person") {
      report.say(says(turnText.stopping));
      return;
    }
    const { message } = buildStopped(stops, args.timeoutMs);
    const facts = { phase: "turn:timeout", details: { timeoutMs: args.timeoutMs } };
    report.print(buildErrorOutput("backend-timeout", message ?? "", facts));
    report.say(says(formatLimit(args.timeoutMs ?? 0)));
  }

  /** S2-64, S2-65; S2-28 for secrets: status and kind, nothing else. */
  #buildTerminal({ status, kind, message, usage }: TurnEnding): Record<string, unknown> {
    const terminal = { terminalStatus: status, failureKind: kind };
    if (kind === "secret-unavailable") return terminal;
    return {
      ...terminal,
      message,
      ...(this.#threadId === undefined ? {} : { threadId: this.#threadId }),
      ...(this.#turnId === undefined ? {} : { turnId: this.#turnId }),
      ...(usage === undefined ? {} : { usage }),
    };
  }
}
