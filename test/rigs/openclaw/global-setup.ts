// Before the tests in the real gateway: OpenClaw is installed, our package packed once, and said what will run.
import type { TestProject } from "vitest/node";
import { installOpenClaw, openclawPackages } from "../../../scripts/install-openclaw.ts";
import { codexVersion } from "../place.ts";
import { type PackedPlugin, packPlugin } from "./packed-plugin.ts";

declare module "vitest" {
  interface ProvidedContext {
    plugin: Omit<PackedPlugin, "remove">;
  }
}

export default function setup(project: TestProject): () => void {
  const say = (line: string) => process.stderr.write(`${line}\n`);
  installOpenClaw(say);
  say(
    [
      `Gateway: openclaw ${openclawPackages.openclaw} on Node ${process.versions.node};`,
      `Codex: ${codexVersion} with the scripted model;`,
      "channels: the bundled Telegram channel on a loopback Bot API, and the loopback channel of these tests.",
    ].join(" "),
  );
  const { remove, ...plugin } = packPlugin();
  project.provide("plugin", plugin);
  return remove;
}
