// The names that are copied out of an environment that may hold secrets. What is not listed stays behind.

const plainNames: ReadonlySet<string> = new Set(
  `PATH HOME USER LOGNAME SHELL LANG LANGUAGE TZ TMPDIR TMP TEMP SSH_AUTH_SOCK SSH_AGENT_PID DBUS_SESSION_BUS_ADDRESS
  NO_PROXY SSL_CERT_FILE SSL_CERT_DIR NODE_EXTRA_CA_CERTS
  SYSTEMROOT SYSTEMDRIVE WINDIR COMSPEC PATHEXT OS APPDATA LOCALAPPDATA PROGRAMDATA ALLUSERSPROFILE PUBLIC
  PROGRAMFILES PROGRAMFILES(X86) PROGRAMW6432 COMMONPROGRAMFILES COMMONPROGRAMFILES(X86) COMMONPROGRAMW6432
  USERPROFILE USERNAME USERDOMAIN HOMEDRIVE HOMEPATH COMPUTERNAME NUMBER_OF_PROCESSORS PROCESSOR_ARCHITECTURE`.split(
    /\s+/,
  ),
);
const plainPrefixes = ["LC_", "XDG_"];
const proxyNames: ReadonlySet<string> = new Set(["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"]);

/** A program needs these to run as the person; none of them is a secret (a proxy with a password in it is left out). */
export function buildPlainEnv(from: Readonly<NodeJS.ProcessEnv>): Record<string, string> {
  const plain: Record<string, string> = {};
  for (const [name, value] of Object.entries(from)) {
    // Windows spells names in any case, and proxies are spelt small everywhere.
    if (value !== undefined && isPlain(name.toUpperCase(), value)) plain[name] = value;
  }
  return plain;
}

function isPlain(name: string, value: string): boolean {
  if (proxyNames.has(name)) return !value.includes("@");
  return plainNames.has(name) || plainPrefixes.some((prefix) => name.startsWith(prefix));
}
