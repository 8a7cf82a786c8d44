// Which names of settings, variables and members stand for a secret.

/** Source of a pattern, to be used without regard to case. */
export const secretNamePart = "(?:auth|api[_-]?key|token|password|secret|credential)";
const secretName = new RegExp(secretNamePart, "i");

/** Parity S2-10: the name contains auth, authorization, api key, token, password, secret or credential, in any case. */
export function isSecretName(name: string): boolean {
  return secretName.test(name);
}
