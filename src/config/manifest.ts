// The two manifests as objects; scripts/generate.ts writes them. Nothing in them is written by hand.
import * as z from "zod";
import { settingsSchema } from "./settings.ts";

/** The fields of package.json that the manifests repeat. */
export interface PackageFacts {
  name: string;
  version: string;
  description: string;
  license: string;
  engines: { node: string };
  bin: Record<string, string>;
}

export const pluginId = "codex-threads";
const pluginName = "Codex Threads";
/** `openclaw codex-threads …`; the manifest and the registration must say the same. */
export const pluginCliCommand = {
  name: pluginId,
  description: "Audit and lock of Codex threads in chats",
  hasSubcommands: true,
} as const;

/** `openclaw.plugin.json`: what OpenClaw reads without running us. Without `onStartup` it would not load us at start. */
export function buildPluginManifest(facts: PackageFacts): Record<string, unknown> {
  return {
    id: pluginId,
    name: pluginName,
    description: facts.description,
    version: facts.version,
    categories: ["developer-tools"],
    activation: { onStartup: true },
    cliCommands: [pluginCliCommand],
    configSchema: buildConfigSchema(),
    uiHints: buildUiHints(),
  };
}

/** `plugin.manifest.json`: the same facts for other readers, with how the package is entered and on what it runs. */
export function buildManifest(facts: PackageFacts): Record<string, unknown> {
  return {
    id: pluginId,
    name: pluginName,
    description: facts.description,
    version: facts.version,
    package: facts.name,
    license: facts.license,
    engines: facts.engines,
    entry: "./dist/index.js",
    bin: facts.bin,
    configSchema: buildConfigSchema(),
  };
}

/** Draft 7, as people write settings: what has a default may be left out. */
export function buildConfigSchema(): Record<string, unknown> {
  const { $schema: _, ...schema } = z.toJSONSchema(settingsSchema, { target: "draft-7", io: "input" });
  return schema;
}

function buildUiHints(): Record<string, { label: string; help: string }> {
  const hints = Object.entries(settingsSchema.shape).map(([name, setting]) => {
    const { title = name, description = "" } = setting.meta() ?? {};
    return [name, { label: title, help: description }] as const;
  });
  return Object.fromEntries(hints);
}
