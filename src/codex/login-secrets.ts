// Secrets that can be known before a word is said: those of an environment, and those of the login in a CODEX_HOME.

import { join } from "node:path";
import { parseJson } from "../kit/json.ts";
import { mapStringsDeep } from "../kit/map-strings.ts";
import { readRegularFileSync } from "../kit/regular-file.ts";
import { isSecretName } from "../kit/secret-names.ts";

/** Values for the redactor; never throws. */
export function readKnownSecrets(env: Readonly<NodeJS.ProcessEnv>, codexHome: string): string[] {
  const named = Object.entries(env).flatMap(([name, value]) => (isSecretName(name) && value ? [value] : []));
  return [...named, ...readLoginSecrets(join(codexHome, "auth.json"))];
}

function readLoginSecrets(file: string): string[] {
  const found: string[] = [];
  try {
    mapStringsDeep(parseJson(readRegularFileSync(file)), (value, key) => {
      if (key !== undefined && isSecretName(key)) found.push(value);
      return value;
    });
  } catch {
    // No login by file, or one that is not ours to judge.
  }
  return found;
}
