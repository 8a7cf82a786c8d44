// The plugin entry that OpenClaw loads. Until its host is built (hosts/openclaw), `register` only says so in the log:
// nothing is claimed, nothing is started.

/** The part of OpenClaw's plugin API (2026.9.6) that is used here. */
interface PluginApi {
  logger: { warn(message: string): void };
}

export default {
  id: "codex-threads",
  name: "Codex threads",
  description: "Lets a chat conversation hold a Codex thread.",
  register(api: PluginApi): void {
    api.logger.warn("codex-threads: this version serves the terminal only; run `codex-threads chat`.");
  },
};
