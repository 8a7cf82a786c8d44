// What the settings say about turns by `codex exec`.
import type { Settings } from "../config/settings.ts";
import type { ExecPolicy } from "./exec-args.ts";

export function buildExecPolicy(settings: Settings): ExecPolicy {
  const { sandbox, network, execBypass, execArgs, execModels } = settings;
  return { sandbox, network, bypass: execBypass, args: execArgs, models: execModels };
}
