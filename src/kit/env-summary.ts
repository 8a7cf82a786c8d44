// What may be said of an environment without printing a value of it.
import { isSecretName } from "./secret-names.ts";

export interface EnvSummary {
  keyCount: number;
  /** For each tracked name: whether it is set to something. */
  trackedKeys: Record<string, boolean>;
  secretLikeKeyCount: number;
  valuesPrinted: false;
}

/** Parity S2-83. A tracked name is present when its value is not empty. */
export function buildEnvSummary(
  env: Readonly<Record<string, string | undefined>>,
  trackedNames: readonly string[],
): EnvSummary {
  const names = Object.keys(env).filter((name) => env[name] !== undefined);
  return {
    keyCount: names.length,
    trackedKeys: Object.fromEntries(trackedNames.map((name) => [name, Boolean(env[name])])),
    secretLikeKeyCount: names.filter(isSecretName).length,
    valuesPrinted: false,
  };
}
