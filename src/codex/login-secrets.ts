// Secrets that can be known before a word is said: those of an environment, and those of the login in a CODEX_HOME.

import { join } from "node:path";
import { parseJson } from "../kit/json.ts";
import { mapStringsDeep } from "../kit/map-strings.ts";
import { readRegularFileSync } from "../kit/regular-file.ts";
import { isSecretName, rateSecretName } from "../kit/secret-names.ts";

/** Values for the redactor; never throws. */
export function readKnownSecrets(env: Readonly<NodeJS.ProcessEnv>, codexHome: string): string[] {
  return [...findEnvSecrets(env), ...readLoginSecrets(join(codexHome, "auth.json"))];
}

/** Values under secret-like names, and the passwords of addresses under any name. */
export function findEnvSecrets(env: Readonly<NodeJS.ProcessEnv>): string[] {
  return Object.entries(env).flatMap(([name, value = ""]) => {
    const password = addressPassword.exec(value)?.[1];
    if (password !== undefined) return [password, decode(password)];
    return isSecretValue(name, value) ? [value] : [];
  });
}

const addressPassword = /^[a-z][a-z0-9+.-]{1,30}:\/\/[^\s/:@]{0,200}:([^\s/@]{1,500})@/i;
const path = /^(?:\.{0,2}|~)\/|^[A-Za-z]:\\/;

/** Of a name like STRIPE_KEY or DB_PASS the value has to look like one too. */
function isSecretValue(name: string, value: string): boolean {
  const rate = rateSecretName(name);
  if (rate === "none" || path.test(value)) return false;
  return rate === "strong" || (/\d/.test(value) && /[A-Za-z]/.test(value));
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
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
