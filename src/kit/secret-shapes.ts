// Recognises secrets by their shape alone. Prefers to miss a weak one over damaging ordinary text: every loose shape
// has a second look at what was found. Each pattern is linear: it starts only where a word starts, or is bounded.
import { isAssignedSecret, looksRandom } from "./secret-look.ts";
import { secretNamePart } from "./secret-names.ts";

export const redactedMark = "[redacted]";

/** A word starts here; a `\n` written as two characters, as in JSON, counts as its end. */
const start = String.raw`(?:(?<![A-Za-z0-9_-])|(?<=\\[nrt]))`;
const end = "(?![A-Za-z0-9_-])";

const exactTokens = new RegExp(
  `${start}(?:${[
    "gh[pousr]_[A-Za-z0-9]{20,}",
    "github_pat_[A-Za-z0-9_]{20,}",
    "xox[abeprs]-[A-Za-z0-9-]{10,}",
    `(?:AKIA|ASIA)[A-Z0-9]{16}${end}`,
    String.raw`eyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}`,
  ].join("|")})`,
  "g",
);
const apiKey = new RegExp(`${start}sk-[A-Za-z0-9_-]{16,}`, "g");
const telegramToken =
  /(?:(?<![A-Za-z0-9_:.-])|(?<=\/bot|\\[nrt]))\d{6,12}:[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-])/g;
const bearer = new RegExp(`${start}(bearer {1,4})([A-Za-z0-9._~+/=-]{8,})`, "gi");
const authorizationHeader =
  /(?<![A-Za-z0-9_])((?:proxy-)?authorization["']? {0,4}[:=] {0,4}["']?(?:(?:basic|token|digest|apikey|key|negotiate) {1,4})?)([A-Za-z0-9._~+/=:-]{8,})/gi;
const urlPassword =
  /(?<![A-Za-z0-9+.-])([a-z][a-z0-9+.-]{1,20}:\/\/[^\s/:@"'<>`]{0,200}:)([^\s/@"'<>`]{1,300})(?=@)/gi;
const placeholderPassword = /^(?:\[redacted\]|[$<{%].*|\*+|x+|\.+|pass(?:word)?|pw|secret)$/i;
/** Only secret-like names begin a match, so that what stands after any other name is still looked at. */
const name = `(?<![A-Za-z0-9_-])(?=[a-z0-9_-]{0,60}?${secretNamePart})(-{0,2}[a-z_][a-z0-9_-]{0,80})`;
const plainValue = "([^\\s\"'`,;&<>(){}|\\\\]{6,})";
const assignedPlain = new RegExp(`${name}(=)${plainValue}(?![({])`, "gi");
const assignedQuoted = new RegExp(`${name}(["']? {0,4}[:=] {0,4})(["'\`])([^\\s"'\`\\\\]{6,})(?=\\3)`, "gi");
const headerLine = new RegExp(`${name}(: {1,4})([a-z0-9_+=-]{20,})(?![a-z0-9_./(])`, "gi");

/** The text with what looks like a secret replaced by `[redacted]`. */
export function redactShapes(text: string): string {
  return redactKeyBlocks(text)
    .replace(exactTokens, redactedMark)
    .replace(apiKey, (token) => (looksRandom(token.slice(3)) ? redactedMark : token))
    .replace(telegramToken, redactedMark)
    .replace(bearer, keepUnlessRandom)
    .replace(authorizationHeader, keepUnlessRandom)
    .replace(urlPassword, (found, before: string, password: string) =>
      placeholderPassword.test(password) ? found : before + redactedMark,
    )
    .replace(assignedPlain, (found, key: string, sign: string, value: string) =>
      isAssignedSecret(key, value, "plain") ? key + sign + redactedMark : found,
    )
    .replace(assignedQuoted, (found, key: string, sign: string, quote: string, value: string) =>
      isAssignedSecret(key, value, "quoted") ? key + sign + quote + redactedMark : found,
    )
    .replace(headerLine, (found, key: string, sign: string, value: string) =>
      isAssignedSecret(key, value, "header") ? key + sign + redactedMark : found,
    );
}

function keepUnlessRandom(found: string, before: string, value: string): string {
  return looksRandom(value) ? before + redactedMark : found;
}

const keyMarker = /-----(BEGIN|END) (?:[A-Z0-9]{1,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----/g;
/** Lines of base64 with real or written line ends: what is left of a block whose end was cut off. */
const keyLines = /(?:(?:\s|\\[nr]){1,4}[A-Za-z0-9+/=]{16,}){0,2000}/y;
const keyBody = /[A-Za-z0-9+/=]{16}/;
const maxBlockChars = 32_000;

/** From BEGIN to the END that follows it, else the lines of base64 that follow BEGIN. */
function redactKeyBlocks(text: string): string {
  if (!text.includes("PRIVATE KEY")) return text;
  const markers = [...text.matchAll(keyMarker)];
  let out = "";
  let done = 0;
  for (const [at, marker] of markers.entries()) {
    if (marker[1] === "END") continue;
    const bodyAt = marker.index + marker[0].length;
    const next = markers[at + 1];
    const ended = next?.[1] === "END" && next.index - bodyAt <= maxBlockChars;
    const bodyEnd = ended ? next.index : endOfKeyLines(text, bodyAt);
    if (!keyBody.test(text.slice(bodyAt, bodyEnd))) continue;
    out += text.slice(done, marker.index) + redactedMark;
    done = ended ? next.index + next[0].length : bodyEnd;
  }
  return out + text.slice(done);
}

function endOfKeyLines(text: string, from: number): number {
  keyLines.lastIndex = from;
  return from + (keyLines.exec(text)?.[0].length ?? 0);
}
