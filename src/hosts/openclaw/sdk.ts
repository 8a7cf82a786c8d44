// The part of OpenClaw's plugin SDK (2026.9.6) that is used here, as narrow as it is used.
// test/openclaw/sdk-types.ts has the compiler check it against the declarations that OpenClaw publishes.
import type { NodeRegistration, RuntimeNodes, ServiceNodes } from "./node-sdk.ts";

export interface HostLogger {
  info(message: string): void;
  warn(message: string): void;
}

export interface HostConfig {
  commands?: { ownerAllowFrom?: readonly (string | number)[] };
  session?: { dmScope?: string };
  channels?: object;
  gateway?: { nodes?: { commands?: { allow?: readonly string[] } } };
  plugins?: { enabled?: boolean; entries?: Record<string, { enabled?: boolean }> };
}

export interface PayloadButton {
  label: string;
  action: { type: "callback"; value: string };
}

export type PayloadBlock = { type: "text"; text: string } | { type: "buttons"; buttons: PayloadButton[] };

export interface ReplyPayload {
  /** The host reads directives in it: for the web chat alone, which shows nothing else. */
  text?: string;
  presentation?: { blocks: PayloadBlock[] };
}

/** What the host made itself for its own question; anything more goes through as it came. */
export interface HostPrompt {
  text?: string;
  presentation?: { blocks: readonly object[] };
}

/** Refers to a chat as the host's books do. */
export interface ConversationRef {
  channel: string;
  accountId: string;
  conversationId: string;
  parentConversationId?: string;
}

/** What a plugin is told of a binding (`PluginConversationBinding`). */
export interface HostBinding extends ConversationRef {
  pluginId: string;
  pluginRoot: string;
  threadId?: string | number;
  data?: Record<string, unknown>;
}

export interface BindingRequest {
  summary: string;
  detachHint: string;
  data: Record<string, unknown>;
}

export type BindingAnswer =
  | { status: "bound"; binding: HostBinding }
  | { status: "pending"; approvalId: string; reply: object }
  | { status: "error"; message: string };

/** Bound to one conversation and one person. Any of them may throw although it worked. */
export interface BindingHelpers {
  requestConversationBinding(request: BindingRequest): Promise<BindingAnswer>;
  detachConversationBinding(): Promise<{ removed: boolean }>;
  getCurrentConversationBinding(): Promise<HostBinding | null>;
}

export interface CommandContext extends BindingHelpers {
  senderId?: string;
  channel: string;
  isAuthorizedSender: boolean;
  gatewayClientScopes?: string[];
  sessionKey?: string;
  args?: string;
  commandBody: string;
  config: HostConfig;
  from?: string;
  to?: string;
  accountId?: string;
  messageThreadId?: string | number;
}

export type CommandResult = ReplyPayload & { suppressReply?: boolean };

export interface CommandDefinition {
  name: string;
  description: string;
  acceptsArgs: boolean;
  requireAuth: boolean;
  handler(context: CommandContext): Promise<CommandResult>;
}

export interface MediaFact {
  path?: string;
  url?: string;
  contentType?: string;
  kind?: string;
}

export interface ClaimEvent {
  content: string;
  /** In an envelope that names channel, sender and time. */
  body?: string;
  bodyForAgent?: string;
  channel: string;
  accountId?: string;
  conversationId?: string;
  senderId?: string;
  senderName?: string;
  senderUsername?: string;
  threadId?: string | number;
  messageId?: string;
  isGroup: boolean;
  commandAuthorized?: boolean;
  senderIsOwner?: boolean;
  wasMentioned?: boolean;
  replyToId?: string;
  replyToBody?: string;
  replyToSender?: string;
  /** A part that the person chose. */
  replyToIsQuote?: boolean;
  location?: object;
  providerUpdate?: { kind: string; editedTimestamp?: number };
  media?: readonly MediaFact[];
  originalMedia?: readonly MediaFact[];
  mediaStagingPending?: boolean;
  metadata?: Record<string, unknown>;
}

export interface ClaimContext {
  pluginBinding?: HostBinding;
}

export interface ClaimResult {
  handled: boolean;
  reply?: ReplyPayload;
}

export interface ReceivedEvent {
  from: string;
  content: string;
  senderId?: string;
  threadId?: string | number;
  messageId?: string;
  sessionKey?: string;
}

export interface ReceivedContext {
  channelId: string;
  accountId?: string;
  conversationId?: string;
}

export interface DispatchEvent {
  ctx: {
    CommandBody?: string;
    CommandAuthorized: boolean;
    SenderId?: string;
    SenderName?: string;
    SenderUsername?: string;
    AccountId?: string;
    ChatType?: string;
    MessageSid?: string;
    BotUsername?: string;
    SenderIsBot?: boolean;
    ForwardedFrom?: string;
    media?: readonly object[];
    ProviderEditTimestamp?: number;
    WasMentioned?: boolean;
    GatewayClientScopes?: string[];
  };
  originatingChannel?: string;
  originatingTo?: string;
  originatingAccountId?: string;
  originatingThreadId?: string | number;
}

export interface DispatchContext {
  cfg: HostConfig;
  dispatcher: {
    sendFinalReply(payload: ReplyPayload): boolean;
    getQueuedCounts(): Record<"tool" | "block" | "final", number>;
  };
  recordProcessed(outcome: "completed", options?: { reason?: string }): void;
  markIdle(reason: string): void;
  abortSignal?: AbortSignal;
}

export interface DispatchResult {
  handled: boolean;
  queuedFinal: boolean;
  counts: Record<"tool" | "block" | "final", number>;
}

/** What clicks have in common; channels add more, in shapes of their own. */
export interface ClickContext extends BindingHelpers {
  channel: string;
  accountId: string;
  conversationId: string;
  senderId?: string;
  /** Telegram's. */
  senderUsername?: string;
  threadId?: string | number;
  isGroup?: boolean;
  /** Discord's; absent in direct chats. */
  guildId?: string;
  auth: { isAuthorizedSender: boolean };
  callback?: { payload: string };
  interaction?: { payload: string };
  respond: {
    reply(payload: { text: string }): Promise<void>;
    acknowledge?(): Promise<void>;
    clearButtons?(): Promise<void>;
    clearComponents?(change?: { text?: string }): Promise<void>;
  };
}

export interface ResolvedEvent {
  status: "approved" | "denied";
  binding?: HostBinding;
  request: { data?: Record<string, unknown>; conversation: ConversationRef };
}

/** A command of the host's own command line, as commander has it. */
export interface CliCommand {
  command(name: string): CliCommand;
  description(text: string): CliCommand;
  option(flags: string, text: string): CliCommand;
  action(run: (options: Record<string, unknown>) => Promise<void>): CliCommand;
}

export interface ServiceContext extends ServiceNodes {
  stateDir: string;
  config: HostConfig;
}

export interface PluginApi extends NodeRegistration {
  id: string;
  name: string;
  rootDir?: string;
  config: HostConfig;
  pluginConfig?: Record<string, unknown>;
  logger: HostLogger;
  runtime: {
    version: string;
    config: { current(): unknown };
    state: { resolveStateDir(): string };
    nodes: RuntimeNodes;
    channel: {
      outbound: {
        loadAdapter(
          channel: string,
        ): Promise<{ presentationCapabilities?: { supported?: boolean; buttons?: boolean } } | undefined>;
      };
    };
  };
  registerCommand(command: CommandDefinition): void;
  on(
    name: "inbound_claim",
    handler: (event: ClaimEvent, context: ClaimContext) => Promise<ClaimResult | undefined>,
  ): void;
  on(
    name: "message_received",
    handler: (event: ReceivedEvent, context: ReceivedContext) => Promise<void>,
  ): void;
  on(
    name: "reply_dispatch",
    handler: (event: DispatchEvent, context: DispatchContext) => Promise<DispatchResult | undefined>,
  ): void;
  onConversationBindingResolved(handler: (event: ResolvedEvent) => Promise<void>): void;
  registerInteractiveHandler(registration: {
    channel: string;
    namespace: string;
    /** Each channel has its own shape; ours are the parts that `ClickContext` names. */
    handler: (context: unknown) => Promise<{ handled: boolean }>;
  }): void;
  registerCli(
    registrar: (context: { program: CliCommand }) => void,
    options: { descriptors: { name: string; description: string; hasSubcommands: boolean }[] },
  ): void;
  registerService(service: {
    id: string;
    start(context: ServiceContext): void | Promise<void>;
    stop(context: ServiceContext): void | Promise<void>;
  }): void;
}
