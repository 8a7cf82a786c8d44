// What the plugin adds to the real gateway: memory, with no chat bound and no Codex server running. Then its nodes.
import { readFileSync } from "node:fs";
import { installOpenClaw } from "../scripts/install-openclaw.ts";
import { makeCodexHome } from "../test/rigs/codex-home.ts";
import { Gateway, pluginId } from "../test/rigs/openclaw/gateway.ts";
import { packPlugin } from "../test/rigs/openclaw/packed-plugin.ts";
import { benchGatewayNodes } from "./gateway-nodes.ts";

const kibPerMb = 1024;

export async function benchGateway(): Promise<string[]> {
  installOpenClaw((line) => process.stderr.write(`${line}\n`));
  const plugin = packPlugin();
  try {
    const without = await measure({});
    const beside = await measure({ [pluginId]: plugin.folder });
    return [
      "| the real gateway, just ready | memory (RSS) |",
      "| --- | --- |",
      `| without the plugin | ${without} MB |`,
      `| with it | ${beside} MB |`,
      `| added | ${beside - without} MB |`,
      "",
      ...(await benchGatewayNodes(plugin.folder)),
    ];
  } finally {
    plugin.remove();
  }
}

async function measure(plugins: Record<string, string>): Promise<number> {
  const home = makeCodexHome({ modelUrl: "http://127.0.0.1:9" });
  const gateway = await Gateway.open({ home, plugins });
  try {
    const status = readFileSync(`/proc/${gateway.process.pid}/status`, "utf8");
    const [, rss = "0"] = /VmRSS:\s+(\d+)/.exec(status) ?? [];
    return Math.round(Number(rss) / kibPerMb);
  } finally {
    await gateway.close();
    home.remove();
  }
}
