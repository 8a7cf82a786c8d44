// What `doctor` looks at in OpenClaw besides Codex: who the owner is, whose `/codex` is, and what sessions do to commands.
import type { Check } from "../../chat/doctor.ts";
import { openClawText } from "../../chat/words/openclaw-text.ts";
import { joinLines, line } from "../../kit/blocks.ts";
import { isCodexNameTaken } from "./codex-command.ts";
import { formatOwnerCommand, listOwners } from "./owners.ts";
import type { HostConfig, PluginApi } from "./sdk.ts";

/** `config`: that of this moment; what was registered was chosen by the one of the start. */
export function checkGateway(
  { runtime, config: startConfig, pluginConfig }: PluginApi,
  config: HostConfig,
): Check[] {
  return [
    { name: "OpenClaw", state: "ok", says: line`${runtime.version}` },
    checkOwner(config),
    { name: "/codex", ...checkCodexName(startConfig, pluginConfig) },
    checkSessions(config),
  ];
}

function checkOwner(config: HostConfig): Check {
  const owners = listOwners(config);
  const ids = owners.map((id) => line`${id}`);
  return owners.length > 0
    ? { name: "owner", state: "ok", says: joinLines(ids, ", ") }
    : { name: "owner", state: "warn", says: openClawText.noOwner(formatOwnerCommand("<channel>:<your id>")) };
}

function checkCodexName(
  config: HostConfig,
  settings: PluginApi["pluginConfig"],
): Pick<Check, "state" | "says"> {
  if (isCodexNameTaken(config)) return { state: "ok", says: openClawText.codexTaken };
  if (settings?.codexCommand === "off") return { state: "ok", says: openClawText.codexOff };
  return { state: "ok", says: openClawText.codexServed };
}

/** OpenClaw's own default is one session for everybody (2026.9.6). */
function checkSessions({ session }: HostConfig): Check {
  const scope = session?.dmScope ?? "main";
  return scope === "main"
    ? { name: "sessions", state: "warn", says: openClawText.sharedSession }
    : { name: "sessions", state: "ok", says: openClawText.ownSessions(scope) };
}
