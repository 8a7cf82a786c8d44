// Which names of settings, variables, members, headers and cookies stand for a secret.

const secretName = /auth|api[_-]?key|token|password|secret|credential/i;

/** Parity S2-10: the name contains auth, authorization, api key, token, password, secret or credential, in any case. */
export function isSecretName(name: string): boolean {
  return secretName.test(name);
}

const strong =
  "auth|api[_-]?key|token|passw(?:or)?d|passphrase|pwd|secret|credential|" +
  "(?:private|access|account|signing|encryption|master|subscription|admin|shared|storage)[_-]?key";
/** Only as the last word of a name. */
const weak =
  "key|pat|pass|pw|creds?|psk|sid|sess(?:ion)?(?:[_-]?id)?|jwt|bearer|cookie|sig|signature|salt|hmac";
/** Source of a pattern, to be used without regard to case: a name that may stand for a secret has this in it. */
export const secretNamePart = `(?:${strong}|(?:${weak})(?![A-Za-z0-9]))`;

const strongName = new RegExp(strong, "i");
const weakName = new RegExp(`(?:^|[_.-]|[a-z](?=[A-Z]))(?:${weak})$|(?:jsession|phpsess|aspsession)id$`, "i");
// Contains the letters of a secret name and means something else: author, tokens, tokenizer, public key.
const harmlessPart =
  /author(?!i[sz]at)|tokens|tokeni[sz]|public|cache|primary[_-]?key|foreign|partition|sort[_-]?key|etag/i;
// The last word says that it describes the secret: TOKEN_FILE, auth_type, secretName, PASSWORD_MIN_LENGTH.
const describingEnd =
  /(?:^|[_-]|(?<=[a-z]))(?:files?|path|dir|folder|url|uri|endpoint|host|name|type|mode|method|kind|format|header|provider|count|limits?|length|size|id|ids|ttl|ms|seconds|age|expiry|expires|enabled|required|policy|status|scheme|strategy|version|env|var|ref|field|label|hint|prompt|sock)$/i;

/** strong: what it names is a secret unless it looks harmless; weak: only what looks random is one. */
export function rateSecretName(name: string): "strong" | "weak" | "none" {
  const key = name.replace(/^-+/, "");
  if (harmlessPart.test(key)) return "none";
  if (weakName.test(key) && !strongName.test(key)) return "weak";
  if (describingEnd.test(key)) return "none";
  return strongName.test(key) ? "strong" : "none";
}
