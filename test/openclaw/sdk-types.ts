// Compiled against the declarations that OpenClaw publishes (sdk-types.test.ts): what we take its SDK to be is what it is.
import type { OpenClawPluginApi } from "openclaw/plugin-sdk/plugin-entry";
import type { NodeCommand, NodeInvokePolicy } from "../../src/hosts/openclaw/node-sdk.ts";
import type { PluginApi, ServiceContext } from "../../src/hosts/openclaw/sdk.ts";
import type {
  BooksModule,
  CommandsModule,
  MediaModule,
  SendModule,
  ToolsModule,
  WordsModule,
} from "../../src/hosts/openclaw/sdk-modules.ts";

type Config = Parameters<
  typeof import("openclaw/plugin-sdk/channel-outbound").sendDurableMessageBatch
>[0]["cfg"];
type Service = Parameters<OpenClawPluginApi["registerService"]>[0];

export const api = (real: OpenClawPluginApi): PluginApi => real;
export const service = (real: Parameters<Service["start"]>[0]): ServiceContext => real;
export const send = (real: typeof import("openclaw/plugin-sdk/channel-outbound")): SendModule<Config> => real;
export const books = (real: typeof import("openclaw/plugin-sdk/conversation-runtime")): BooksModule => real;
export const commands = (real: typeof import("openclaw/plugin-sdk/plugin-runtime")): CommandsModule => real;
export const words = (real: typeof import("openclaw/plugin-sdk/command-primitives-runtime")): WordsModule =>
  real;
export const tools = (real: typeof import("openclaw/plugin-sdk/agent-harness-runtime")): ToolsModule => real;
export const media = (real: typeof import("openclaw/plugin-sdk/media-store")): MediaModule => real;
type NodeCommandOfHost = Parameters<OpenClawPluginApi["registerNodeHostCommand"]>[0];
export const nodeCommand = (ours: NodeCommand): NodeCommandOfHost => ours;
type NodePolicyOfHost = Parameters<OpenClawPluginApi["registerNodeInvokePolicy"]>[0];
export const nodePolicy = (ours: NodeInvokePolicy): NodePolicyOfHost => ours;
