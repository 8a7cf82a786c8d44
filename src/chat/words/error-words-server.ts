// Words for failures of setup, processes and the connection to Codex.
import { line } from "../../kit/blocks.ts";
import type { ErrorWords } from "./error-entry.ts";
import { access, again, asCode, asPath, doctor, inWords, part, report, where, words } from "./error-entry.ts";

export const serverWords = {
  "node-too-old": words(
    (d) => line`This Node is too old${part(": ", d.found)}.`,
    "Install Node 24.16 or newer and run it again.",
  ),
  "settings-invalid": words(
    (d) => line`The settings have a mistake${part(": ", d.problems)}.`,
    "Correct them; docs/configuration.md lists every setting.",
  ),
  "codex-not-found": words(
    (d) =>
      line`The codex program was not found${where(d)}${part("; looked at ", asPath(d.searched))}${part("; not taken: ", d.skipped)}.`,
    "Install it there with `npm install -g @openai/codex`, or name it in the setting `codexBinary`; then write your message again.",
  ),
  "codex-too-old": words(
    (d) =>
      line`Codex${part(" ", d.found)}${part(" at ", asPath(d.path))}${where(d)} is too old${part("; ", d.minimum, " or newer is needed")}.`,
    "Install a newer one there with `npm install -g @openai/codex@latest`, or name another in the setting `codexBinary`; then write your message again.",
  ),
  "codex-unusable": words(
    (d) =>
      line`The program${part(" ", asPath(d.path))} does not answer like codex${part("; it said: ", d.answer)}.`,
    "Install Codex with `npm install -g @openai/codex`, or name it in the setting `codexBinary`.",
  ),
  "codex-home-missing": words(
    (d) =>
      line`The CODEX_HOME${part(" ", asPath(d.folder))} does not exist or cannot be used${part(": ", d.reason)}.`,
    "Create the folder, or name another by the setting `codexHome`, CODEX_HOME or `--codex-home`.",
  ),
  "codex-config-broken": words(
    (d) => line`Codex cannot read its config.toml${part(": ", d.stderr ?? d.message)}.`,
    "Correct config.toml in CODEX_HOME, then write your message again.",
  ),
  "not-signed-in": words(
    (d) => line`Codex is not signed in${where(d)}.`,
    "Run `codex login` on that machine, as that user, then write your message again.",
  ),
  "mode-unavailable": words(
    (d) =>
      line`The server mode${part(" ", d.mode)} cannot be used here${part(": nothing listens at ", asPath(d.socket))}${part(": ", d.reason)}.`,
    "Open `codex` in a terminal, or set `server` (in a terminal `--server`) to `auto`.",
  ),
  "socket-untrusted": words(
    (d) =>
      line`The socket of the Codex server is not private to your user${part(": ", asPath(d.path))}${part(": ", access(d.reason))}.`,
    "Make its folder yours alone with `chmod 700`, or set `server` to `stdio`.",
  ),
  "backend-spawn-failed": words(
    (d) =>
      line`The program${part(" ", asCode(d.command))} could not be started${part(" (", d.systemCode ?? d.code, ")")}.`,
    doctor,
  ),
  "server-exited": words(
    (d) =>
      line`The Codex server ended${part(" (", d.exit, ")")}${part(", ", d.attempts, " times in a row")}${part("; its last words: ", d.stderr)}.`,
    report,
  ),
  "server-backfilling": words(
    "Codex is still reading its session files for the first time; that may take minutes.",
    "Wait a little, then write your message again.",
  ),
  "backend-timeout": words(
    (d) => line`Codex did not answer in time${part(" (", d.method, ")")}${inWords(d)}.`,
    report,
  ),
  "host-unusable": words(
    (d) => line`This OpenClaw lacks something that codex-threads needs${part(": ", d.part)}.`,
    "Update OpenClaw and the plugin on the gateway's machine, then restart the gateway.",
  ),
  "gateway-starting": words("The gateway is just starting.", again),
  "backend-failed": words((d) => line`Something went wrong${inWords(d)}.`, report),
  "backend-protocol-error": words(
    (d) => line`Codex said something unexpected${part(" to ", d.method)}${inWords(d)}.`,
    report,
  ),
  "backend-json-parse-error": words("Codex sent something that is not JSON.", report),
  "backend-response-invalid": words(
    (d) => line`An answer of Codex could not be understood${part(" (", d.method, ")")}.`,
    "Check with `/cx doctor` whether this Codex is newer than this plugin knows.",
  ),
  "connection-lost": words(
    (d) => line`The connection to the Codex server is lost${part(": ", d.reason)}.`,
    "It is opened again with your next message; a question that is still open is shown by `/cx status`.",
  ),
  "server-overloaded": words("The Codex server has too much to do.", again),
  "server-draining": words("The Codex server is about to stop and takes nothing new.", again),
  "method-unsupported": words(
    (d) => line`This version of Codex cannot do that${part(" (", d.method, ")")}.`,
    "Install a newer one with `npm install -g @openai/codex@latest`.",
  ),
  cancelled: words("It was cancelled.", again),
} satisfies Record<string, ErrorWords>;
