// The plugin entry that OpenClaw loads.
import type { Shared } from "./hosts/openclaw/holder.ts";
import { registerPlugin } from "./hosts/openclaw/register.ts";
import type { PluginApi } from "./hosts/openclaw/sdk.ts";

export default {
  id: "codex-threads",
  name: "Codex threads",
  description: "Lets a chat conversation hold a Codex thread.",
  register(api: PluginApi): void {
    // The host loads the files anew for each instance (2026.9.6), so instances have the process alone in common.
    registerPlugin(api, undefined, undefined, globalThis as Shared);
  },
};
