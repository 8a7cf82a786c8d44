// One turn of `codex-threads exec` from an empty hand: folder, remembered thread, exec, and its end in one of four words.
// It tells everything to a report as it happens and never throws.
import { realpath } from "node:fs/promises";
import { formatError } from "../../chat/words/error-text.ts";
import { execText, formatExecThread } from "../../chat/words/exec-text.ts";
import { formatLimit, turnText } from "../../chat/words/turn-text.ts";
import { findEnvSecrets, readKnownSecrets } from "../../codex/login-secrets.ts";
import type { Usage } from "../../codex/turn-events.ts";
import type { Settings } from "../../config/settings.ts";
import { checkNewFolder } from "../../conversations/folder.ts";
import { BridgeError, toBridgeError } from "../../errors.ts";
import { buildExecPolicy } from "../../exec/exec-policy.ts";
import { type ExecResult, ExecRunner } from "../../exec/exec-runner.ts";
import { line, own, says } from "../../kit/blocks.ts";
import type { Clock } from "../../kit/clock.ts";
import type { Log } from "../../kit/log.ts";
import { buildPathSummary } from "../../kit/path-summary.ts";
import { findCodex } from "../../process/find-codex.ts";
import { buildServerEnv, readLoginEnv } from "../../process/login-env.ts";
import type { ExecWorkspace } from "../../store/exec-threads.ts";
import type { ExecCommandArgs } from "./exec-command-args.ts";
import { ExecMemory } from "./exec-memory.ts";
import { buildEnding, type TurnEnding } from "./turn-ending.ts";
import { readKind, type TerminalStatus } from "./turn-events-json.ts";
import { TurnFrame } from "./turn-frame.ts";
import { checkTurnHome, findTurnHome } from "./turn-home.ts";
import type { TurnReport } from "./turn-report.ts";
import type { TurnStops } from "./turn-stops.ts";

export interface ExecSessionOptions {
  args: ExecCommandArgs;
  prompt: string;
  settings: Settings;
  stateDirectory: string;
  limitMs: number | undefined;
  env: Readonly<NodeJS.ProcessEnv>;
  /** The person's home. */
  home: string;
  /** Where it was started. */
  base: string;
  clock: Clock;
  report: TurnReport;
  stops: TurnStops;
}

const protocol = "codex-exec-jsonl";

export class ExecSession {
  readonly #options: ExecSessionOptions;
  readonly #memory: ExecMemory;
  #threadId: string | undefined;
  #threadUsage: Usage | undefined;
  /** What was learnt of the thread on the way, written down in order. */
  #remembering: Promise<void> = Promise.resolve();

  constructor(options: ExecSessionOptions) {
    this.#options = options;
    this.#memory = new ExecMemory(options.stateDirectory, options.clock);
  }

  run(): Promise<TerminalStatus> {
    const { report, stops, limitMs } = this.#options;
    const frame = new TurnFrame({ report, stops, limitMs, blockingCodes: ["codex-home-missing"] });
    return frame.run({
      carry: () => this.#carry(),
      tellStop: () =>
        report.say(says(stops.reason === "person" ? turnText.stopping : formatLimit(limitMs ?? 0))),
      buildTerminal: (ending) => this.#buildTerminal(ending),
    });
  }

  async #carry(): Promise<TurnEnding> {
    const { args, prompt, settings, report, stops } = this.#options;
    const { codexHome, cwd } = await this.#prepare();
    const workspace = { workspace: cwd, codexHome: await realpath(codexHome) };
    const remembered = args.fresh ? undefined : await this.#memory.find(workspace);
    const runner = this.#buildRunner(codexHome, [this.#options.base, cwd]);
    if (settings.execBypass) report.say(says(own(execText.bypass)));
    report.status("codex-exec-starting", {
      protocol,
      ...{ workspace: buildPathSummary(cwd), codexHome: buildPathSummary(codexHome) },
      ...{ resumes: remembered ?? null, sandbox: settings.execBypass ? null : settings.sandbox },
    });
    const model = args.model ?? settings.model;
    const request = {
      ...{ input: { text: prompt, images: [] }, cwd },
      ...(remembered === undefined ? {} : { threadId: remembered }),
      ...(model === undefined ? {} : { model }),
      ...(settings.effort === undefined ? {} : { effort: settings.effort }),
    };
    const listener = {
      onThread: (threadId: string) => this.#takeThread(workspace, threadId, remembered),
      onEvent: (event: Parameters<TurnReport["hear"]>[0]) => report.hear(event),
    };
    const result = await runner.run(request, listener, stops.asked);
    await this.#remembering;
    return this.#buildEnding(result, workspace, remembered);
  }

  async #prepare(): Promise<{ codexHome: string; cwd: string }> {
    const { args, env, home, base, report, stateDirectory, settings } = this.#options;
    const found = findTurnHome({ codexHome: args.codexHome ?? settings.codexHome, env, home, base });
    const { codexHome } = found;
    report.hideFolders({ path: codexHome, name: "<codex-home>" }, { path: home, name: "~" });
    await checkTurnHome(found);
    report.learnSecrets(readKnownSecrets(env, codexHome));
    const cwd = await checkNewFolder(args.workspace ?? base, { home, codexHome, stateDirectory, base });
    report.hideFolders({ path: cwd, name: "<folder>" });
    return { codexHome, cwd };
  }

  #buildRunner(codexHome: string, workspaces: readonly string[]): ExecRunner {
    const { settings, env, clock, report } = this.#options;
    const setting = settings.codexBinary === undefined ? {} : { setting: settings.codexBinary };
    const log: Log = { debug: () => {}, info: () => {}, warn: (text) => report.say(says(line`${text}`)) };
    return new ExecRunner({
      ...{ codexHome, policy: buildExecPolicy(settings), clock, log },
      findCodex: (signal) => findCodex({ ...setting, env, workspaces, signal }),
      buildEnv: async (signal) => {
        const login = await readLoginEnv({ env, clock, signal });
        if (login.note) log.warn(login.note);
        const codexEnv = buildServerEnv({
          login: login.env,
          passEnv: settings.passEnv,
          codexHome,
          ownEnv: env,
        });
        report.learnSecrets(findEnvSecrets(codexEnv));
        return codexEnv;
      },
    });
  }

  /** A new thread is written down as soon as it is there: its turn may be cut off. */
  #takeThread(workspace: ExecWorkspace, threadId: string, remembered: string | undefined): void {
    const { report } = this.#options;
    this.#threadId = threadId;
    report.status("thread.started", { threadId });
    report.say(says(formatExecThread(threadId, remembered !== undefined)));
    if (remembered !== undefined) return;
    this.#remembering = this.#memory
      .remember(workspace, threadId)
      .catch((error: unknown) => report.say(says(formatError(toBridgeError(error)))));
  }

  async #buildEnding(
    { outcome, threadUsage }: ExecResult,
    workspace: ExecWorkspace,
    remembered: string | undefined,
  ): Promise<TurnEnding> {
    const { report, stops, limitMs } = this.#options;
    this.#threadUsage = threadUsage;
    if (outcome.status !== "failed" && outcome.status !== "lost") return buildEnding(outcome, stops, limitMs);
    // Its `error` was printed with the events.
    const error = await this.#forgetGone(outcome.error, workspace, remembered);
    report.say(says(formatError(error)));
    const text = outcome.status === "failed" && outcome.text !== undefined ? { text: outcome.text } : {};
    return { status: "failed", kind: readKind(error), message: error.message, ...text };
  }

  /** A remembered thread that Codex no longer has is not tried again: the next turn starts a new one. */
  async #forgetGone(
    error: BridgeError,
    workspace: ExecWorkspace,
    threadId: string | undefined,
  ): Promise<BridgeError> {
    if (threadId === undefined || error.code !== "thread-gone") return error;
    await this.#memory.forget(workspace, threadId);
    this.#options.report.status("thread:forgotten", { threadId });
    return new BridgeError("exec-thread-forgotten", error.message, { threadId });
  }

  /** `threadUsage` stands for `usage` where only the thread's running total is known. */
  #buildTerminal({ status, kind, message, usage }: TurnEnding): Record<string, unknown> {
    return {
      ...{ terminalStatus: status, failureKind: kind, message },
      ...(this.#threadId === undefined ? {} : { threadId: this.#threadId }),
      ...(usage === undefined ? {} : { usage }),
      ...(this.#threadUsage === undefined ? {} : { threadUsage: this.#threadUsage }),
    };
  }
}
