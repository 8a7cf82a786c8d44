// Second look at what a loose secret shape found: is it a literal secret, or code, a setting, a word, a placeholder?
import { isSecretName } from "./secret-names.ts";

/** Letters and digits mixed in one long run, or a run too long for a word: not prose, not a kebab-case name. */
export function looksRandom(text: string): boolean {
  const runs = text.split(/[^A-Za-z0-9_]+/);
  return runs.some((run) => run.length >= 20 || (run.length >= 12 && /\d/.test(run) && /[A-Za-z]/.test(run)));
}

/** plain: `KEY=value`; quoted: `key = "value"` or `"key": "value"`; header: `key: value`. */
export type Assignment = "plain" | "quoted" | "header";

// Contains the letters of a secret name and means something else: author, tokens, tokenizer.
const harmlessPart = /author(?!i[sz]at)|tokens|tokeni[sz]/i;
// The last word says that it describes the secret: TOKEN_FILE, auth_type, secretName, PASSWORD_MIN_LENGTH.
const describingEnd =
  /(?:^|[_-]|(?<=[a-z]))(?:files?|path|dir|folder|url|uri|endpoint|host|name|type|mode|method|kind|format|header|provider|count|limits?|length|size|id|ids|ttl|ms|seconds|age|expiry|expires|enabled|required|policy|status|scheme|strategy|version|env|var|ref|field|label|hint|prompt)$/i;
const constantName = /^[A-Z][A-Z0-9_]*$/;
// Numbers, words of settings, references, paths, masks and the placeholders of manuals.
const harmlessValue =
  /^(?:[\d.,:+-]+|true|false|null|none|undefined|enabled|disabled|required|optional|string|number|boolean|unknown|changeme|your.*|my-.*|x+|\*+|\.+|[$<{%[].*|\.{0,2}\/.*|~\/.*|[A-Za-z]:[\\/].*|[a-z][a-z0-9+.-]*:\/\/.*)$/i;
const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
// A dotted or indexed name of a program: request.headers.token, os.environ["X"].
const codeReference = /^[A-Za-z_$][\w$]*(?:(?:\.|::|->)[A-Za-z_$][\w$]*)+[.)]?$|[[\]]/;

export function isAssignedSecret(name: string, value: string, how: Assignment): boolean {
  const key = name.replace(/^-+/, "");
  if (/\s/.test(value) || !isSecretName(key) || harmlessPart.test(key) || describingEnd.test(key))
    return false;
  if (harmlessValue.test(value) && !value.startsWith("[redacted]")) return false;
  if (value.includes("[redacted]")) return how !== "header";
  if (codeReference.test(value)) return false;
  if (how === "header") return !uuid.test(value) && looksRandom(value) && hasLetterAndDigit(value);
  if (how === "plain" && constantName.test(key)) return true;
  return value.length >= 7 && hasLetterAndDigit(value) && !repeatsName(key, value);
}

function hasLetterAndDigit(value: string): boolean {
  return /[A-Za-z]/.test(value) && /\d/.test(value);
}

/** `password=password1` hands a variable over. */
function repeatsName(key: string, value: string): boolean {
  const last = key.split(/[_-]|(?<=[a-z])(?=[A-Z])/).at(-1) ?? key;
  return /^[A-Za-z_]\w*$/.test(value) && value.toLowerCase().includes(last.toLowerCase());
}
