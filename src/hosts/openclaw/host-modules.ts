// The SDK's run-time parts. They are loaded when the service starts, not with this file: a broken SDK then becomes an
// answer to whoever writes, instead of a plugin that cannot claim. Once loaded they stay usable when the plugin is
// replaced; a first import from a replaced copy fails (OpenClaw 2026.9.6).
import { BridgeError } from "../../errors.ts";
import type {
  BooksModule,
  CommandsModule,
  HostModules,
  MarkdownModule,
  MediaModule,
  SendModule,
  ToolsModule,
  WordsModule,
} from "./sdk-modules.ts";

/** Throws `host-unusable` {part}. */
export type LoadHostModules = () => Promise<HostModules>;

export const loadHostModules: LoadHostModules = async () => {
  const [send, books, commands, words, markdown, tools, media] = await Promise.all([
    load<SendModule>("openclaw/plugin-sdk/channel-outbound", "sendDurableMessageBatch"),
    load<BooksModule>("openclaw/plugin-sdk/conversation-runtime", "getSessionBindingService"),
    load<CommandsModule>(
      "openclaw/plugin-sdk/plugin-runtime",
      "createInteractiveConversationBindingHelpers",
      "matchPluginCommand",
    ),
    load<WordsModule>("openclaw/plugin-sdk/command-primitives-runtime", "isAbortRequestText"),
    load<MarkdownModule>(
      "openclaw/plugin-sdk/text-chunking",
      "markdownToIR",
      "renderMarkdownWithMarkers",
      "findCodeRegions",
    ),
    loadExtra<ToolsModule>("openclaw/plugin-sdk/agent-harness-runtime", "callGatewayTool"),
    loadExtra<MediaModule>("openclaw/plugin-sdk/media-store", "resolveMediaBufferPath"),
  ]);
  return { send, books, commands, words, markdown, tools, media };
};

/** Nothing that is promised needs it. */
function loadExtra<Module extends object>(
  name: string,
  ...functions: (keyof Module & string)[]
): Promise<Module | undefined> {
  return load<Module>(name, ...functions).catch(() => undefined);
}

async function load<Module extends object>(
  name: string,
  ...functions: (keyof Module & string)[]
): Promise<Module> {
  const module = await importPart(name);
  const missing = functions.find((member) => typeof module[member] !== "function");
  if (missing !== undefined)
    throw new BridgeError("host-unusable", `${name} has no ${missing}`, { part: `${missing} of ${name}` });
  return module as Module;
}

async function importPart(name: string): Promise<Record<string, unknown>> {
  try {
    return (await import(name)) as Record<string, unknown>;
  } catch (thrown) {
    throw new BridgeError("host-unusable", `${name}: ${String(thrown)}`, { part: name }, thrown);
  }
}
