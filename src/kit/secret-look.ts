// Second look at what a loose secret shape found: is it a literal secret, or code, a setting, a word, a placeholder?
import { rateSecretName } from "./secret-names.ts";

export const redactedMark = "[redacted]";
/** Stands where a secret was found already; as long as what it covers. No character of Unicode. */
export const cover = "\uffff";

/** Letters and digits mixed in one long run, or a run too long for a word: not prose, not a kebab-case name. */
export function looksRandom(text: string): boolean {
  const runs = text.split(/[^A-Za-z0-9_]+/);
  return runs.some((run) => run.length >= 20 || (run.length >= 12 && /\d/.test(run) && /[A-Za-z]/.test(run)));
}

/**
 * Small and capital letters and digits follow each other as they do in made-up characters, and not in words, numbers,
 * names in camel case. `least`: characters that have to be there, without separators and short runs.
 */
export function isMixed(text: string, least: number): boolean {
  const runs = text.split(/[^A-Za-z0-9]+/).filter((run) => run.length >= Math.min(6, least));
  const all = runs.join("");
  if (all.length < least || !/[A-Za-z]/.test(all)) return false;
  const changes = runs.reduce((sum, run) => sum + countChanges(run), 0) / all.length;
  const bothCases = /[a-z]/.test(all) && /[A-Z]/.test(all);
  const hasDigit = /\d/.test(all);
  if (bothCases && countInWords(runs) >= all.length * (hasDigit ? 0.62 : 0.5)) return false;
  if (!hasDigit) return bothCases && all.length >= 20 && changes >= 0.4;
  if (all.length < 16) return changes >= 0.4;
  return changes >= (bothCases ? 0.35 : 0.22);
}

function countChanges(run: string): number {
  return run.match(/[a-z](?=[A-Z0-9])|[A-Z](?=[a-z0-9])|\d(?=[A-Za-z])/g)?.length ?? 0;
}

/** Of a name in camel case most letters are in words. */
function countInWords(runs: readonly string[]): number {
  return runs.flatMap((run) => run.match(/[A-Z][a-z]{2,}|[a-z]{3,}/g) ?? []).join("").length;
}

/** plain: `KEY=value`; ini: `key = value`; quoted: `key = "value"` or `"key": "value"`; header: `key: value`. */
export type Assignment = "plain" | "ini" | "quoted" | "header";

const constantName = /^[A-Z][A-Z0-9_]*$/;
// Numbers, words of settings, references, paths, masks and the placeholders of manuals.
const harmlessValue =
  /^(?:[\d.,:+-]+|true|false|null|none|undefined|enabled|disabled|required|optional|string|number|boolean|unknown|changeme|your.*|my-.*|x+|\*+|\.+|[$<{%[].*|\.{0,2}\/.*|~\/.*|[A-Za-z]:[\\/].*|[a-z][a-z0-9+.-]*:\/\/.*)$/i;
export const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
// A dotted or indexed name of a program: request.headers.token, os.environ["X"].
const codeReference = /^[A-Za-z_$][\w$]*(?:(?:\.|::|->)[A-Za-z_$][\w$]*)+[.)]?$|[[\]]/;
const oneWord = /^[a-z]+$/i;
const isHex = /^(?:[0-9a-f]+|[0-9A-F]+)$/;
/** Another setting, or its name: `session: sessionId=…`. */
const setting = /^[A-Za-z_]\w*=/;
/** Of these a UUID is the secret itself, not the id of something. */
const namesIssued = /(?:api|auth|access|server|secret|client|refresh)[_-]?(?:key|token|secret)$/i;

export function isAssignedSecret(name: string, value: string, how: Assignment): boolean {
  const rate = rateSecretName(name);
  if (rate === "none" || /\s/.test(value)) return false;
  if (value.includes(cover) || value.includes(redactedMark)) return how !== "header" && rate === "strong";
  if (isHarmless(value, how)) return false;
  if (uuid.test(value) && !namesIssued.test(name)) return how !== "header" && rate === "strong";
  if (rate === "weak")
    return isMixed(value, 16) && !(how === "header" && isHex.test(value) && oneWord.test(name));
  if (how === "header" || how === "ini") return isMixed(value, 8);
  if (how === "plain" && constantName.test(name.replace(/^-+/, ""))) return true;
  if (repeatsName(name, value)) return false;
  const least = password.test(name) ? 6 : 7;
  return (
    (value.length >= least && hasLetterAndDigit(value)) || isMixed(value, 20) || isPassphrase(name, value)
  );
}

/** Words with signs between them that no name of a program has. */
function isPassphrase(name: string, value: string): boolean {
  return password.test(name) && value.length >= 7 && /[a-z]/i.test(value) && /[!@#%^&*~]/.test(value);
}

const password = /passw|pwd|passphrase/i;

function isHarmless(value: string, how: Assignment): boolean {
  if (harmlessValue.test(value) || (how === "header" && setting.test(value))) return true;
  return codeReference.test(value) && !isMixed(value, 24);
}

function hasLetterAndDigit(value: string): boolean {
  return /[A-Za-z]/.test(value) && /\d/.test(value);
}

/** `password=password1` hands a variable over. */
function repeatsName(key: string, value: string): boolean {
  const last = key.split(/[_-]|(?<=[a-z])(?=[A-Z])/).at(-1) ?? key;
  return /^[A-Za-z_]\w*$/.test(value) && value.toLowerCase().includes(last.toLowerCase());
}

/** What manuals write where a password has to stand. */
export const placeholder =
  /^(?:[$<{%].*|\*+|x+|\.+|p(?:a|@|%40)ss(?:w(?:or)?d)?|pw|pwd|secret|token|user(?:name)?|my-?pass(?:word)?)$/i;
