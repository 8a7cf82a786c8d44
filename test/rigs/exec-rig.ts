// An ExecRunner on a CODEX_HOME of a test, with everything that its turns told kept.
import type { TurnEvent } from "../../src/codex/turn-events.ts";
import { parseSettings } from "../../src/config/parse-settings.ts";
import { buildExecPolicy } from "../../src/exec/exec-policy.ts";
import { type ExecRequest, type ExecResult, ExecRunner } from "../../src/exec/exec-runner.ts";
import { type Clock, systemClock } from "../../src/kit/clock.ts";
import { findCodexBinary } from "./codex-binary.ts";
import type { CodexHome } from "./codex-home.ts";
import { until } from "./until.ts";

export type ExecHome = Pick<CodexHome, "codexHome" | "workFolder" | "env">;

export interface ExecOptions extends Partial<Omit<ExecRequest, "input">> {
  images?: string[];
  /** Settings of the runner. */
  settings?: Record<string, unknown>;
  clock?: Clock;
  /** Default: the real codex. */
  program?: string;
}

export class ExecTry {
  readonly events: TurnEvent[] = [];
  readonly threads: string[] = [];
  readonly warnings: string[] = [];
  readonly result: Promise<ExecResult>;
  hasStarted = false;
  readonly #stop = new AbortController();

  constructor(home: ExecHome, text: string, options: ExecOptions = {}) {
    const { images = [], settings, clock = systemClock, program = findCodexBinary(), ...chosen } = options;
    const runner = new ExecRunner({
      ...{ codexHome: home.codexHome, clock },
      policy: buildExecPolicy(parseSettings(settings)),
      findCodex: async () => ({ path: program, version: "0.0.0", source: "setting" }),
      buildEnv: async () => home.env,
      log: { debug: () => {}, info: () => {}, warn: (line) => this.warnings.push(line) },
    });
    const listener = {
      onStarting: () => {
        this.hasStarted = true;
      },
      onThread: (threadId: string) => this.threads.push(threadId),
      onEvent: (event: TurnEvent) => this.events.push(event),
    };
    const request = { input: { text, images }, cwd: home.workFolder, ...chosen };
    this.result = runner.run(request, listener, this.#stop.signal);
  }

  stop(): void {
    this.#stop.abort();
  }

  get types(): string[] {
    return this.events.map(({ type }) => type);
  }

  heard(type: TurnEvent["type"]): Promise<void> {
    return until(() => this.types.includes(type));
  }
}

/** Runs one to its end; throws what was wrong before it started. */
export async function runExec(home: ExecHome, text: string, options?: ExecOptions) {
  const run = new ExecTry(home, text, options);
  const { outcome, threadId = "", threadUsage } = await run.result;
  return { ...run, types: run.types, outcome, threadId, threadUsage };
}
