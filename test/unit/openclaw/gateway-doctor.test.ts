import { expect, test } from "vitest";
import { checkGateway } from "../../../src/hosts/openclaw/gateway-doctor.ts";
import type { HostConfig, PluginApi } from "../../../src/hosts/openclaw/sdk.ts";
import { renderLine } from "../../../src/hosts/terminal/render.ts";

function check(config: HostConfig, pluginConfig?: PluginApi["pluginConfig"]): Record<string, string> {
  const api = { runtime: { version: "2026.9.6" }, config, pluginConfig } as unknown as PluginApi;
  return Object.fromEntries(
    checkGateway(api, config).map(({ name, state, says }) => [name, `${state} ${renderLine(says)}`]),
  );
}

test("doctor of a gateway as it is installed: no owner, one session for all, /codex with its price [GATE-3c]", () => {
  const { owner, sessions, "/codex": codex } = check({});
  expect(owner).toMatch(/^warn nobody: .*openclaw config set commands\.ownerAllowFrom/);
  expect(sessions).toMatch(/^warn .*session\.dmScope per-channel-peer/);
  expect(codex).toMatch(/Its price: .*web chat/);
});

test("doctor of one that is set up, with OpenClaw's own plugin, or /codex switched off [GATE-3c]", () => {
  const config = { commands: { ownerAllowFrom: ["telegram:7"] }, session: { dmScope: "per-peer" } };
  expect(check(config)).toMatchObject({ owner: "ok telegram:7", sessions: expect.stringMatching(/^ok/) });
  expect(check(config, { codexCommand: "off" })["/codex"]).toMatch(/^ok off by the setting/);
  const beside = check({ ...config, plugins: { entries: { codex: { enabled: true } } } });
  expect(beside["/codex"]).toMatch(/belongs to the plugin codex/);
});
