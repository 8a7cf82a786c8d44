// The run-time modules of OpenClaw's plugin SDK (2026.9.6) that are imported when the service starts, as narrow as they
// are used; sdk.ts has the rest, and how it is checked.
import type { BindingHelpers, ConversationRef, ReplyPayload } from "./sdk.ts";

/** `openclaw/plugin-sdk/channel-outbound`; the host's config goes through as it came. */
export interface SendModule<Config = unknown> {
  sendDurableMessageBatch(params: {
    cfg: Config;
    channel: string;
    to: string;
    accountId?: string;
    threadId?: string | number;
    replyToId?: string;
    /** `disable_notification` and the like. */
    silent?: boolean;
    /** Telegram's: the text blocks of the presentation are HTML. */
    formatting?: { parseMode: "HTML" };
    payloads: ReplyPayload[];
    /** `required`: what its queue could not write down is not sent. */
    durability: "required";
    /** What was certainly not sent is not tried again by its queue. */
    deliveryRetryOwner: "caller";
  }): Promise<SendResult>;
}

export type SendResult =
  | { status: "sent"; results: readonly { messageId?: string }[] }
  | { status: "suppressed"; reason: string }
  | { status: "partial_failed"; results: readonly { messageId?: string }[]; error: unknown }
  | { status: "failed"; error: unknown };

/** A row of the host's books. */
export interface SessionBindingRecord {
  bindingId: string;
  targetSessionKey: string;
  targetKind: "subagent" | "session";
  conversation: ConversationRef;
  metadata?: Record<string, unknown>;
}

/** `openclaw/plugin-sdk/conversation-runtime` */
export interface BooksModule {
  getSessionBindingService(): {
    getCapabilities(channel: { channel: string; accountId: string }): { adapterAvailable: boolean };
    resolveByConversation(ref: ConversationRef): SessionBindingRecord | null;
    bind(input: {
      targetSessionKey: string;
      targetKind: "subagent" | "session";
      conversation: ConversationRef;
      placement: "current";
      metadata: Record<string, unknown>;
    }): Promise<SessionBindingRecord>;
    unbind(input: {
      bindingId: string;
      scope: { channel: string; accountId: string };
      reason: string;
    }): Promise<SessionBindingRecord[]>;
  };
}

/** `openclaw/plugin-sdk/plugin-runtime` */
export interface CommandsModule {
  createInteractiveConversationBindingHelpers(params: {
    registration: { pluginId: string; pluginName: string; pluginRoot: string };
    senderId?: string;
    conversation: ConversationRef & { threadId?: string | number };
  }): BindingHelpers;
  matchPluginCommand(commandBody: string, options?: { channel?: string }): object | null;
}

/** `openclaw/plugin-sdk/command-primitives-runtime` */
export interface WordsModule {
  /** `/stop`, and the words by which the host stops its agent. */
  isAbortRequestText(text?: string): boolean;
}

export interface MarkdownStyle {
  start: number;
  end: number;
  /** `bold`, `italic`, `strikethrough`, `code`, `code_block`, `blockquote` and others. */
  style: string;
}

export interface MarkdownLink {
  start: number;
  end: number;
  href: string;
}

/** A text without marks, and what is marked in it. */
export interface MarkdownIR {
  text: string;
  styles: MarkdownStyle[];
  links: MarkdownLink[];
}

/** `openclaw/plugin-sdk/text-chunking`: the host's own parser of Markdown. */
export interface MarkdownModule {
  markdownToIR(
    markdown: string,
    options: { linkify: boolean; enableSpoilers: boolean; headingStyle: "bold"; tableMode: "code" },
  ): MarkdownIR;
  renderMarkdownWithMarkers(
    ir: MarkdownIR,
    options: {
      styleMarkers: Record<string, { open: string; close: string }>;
      escapeText(text: string): string;
      buildLink(
        link: MarkdownLink,
        text: string,
      ): { start: number; end: number; open: string; close: string };
    },
  ): string;
  /** Where code stands in a Markdown text. */
  findCodeRegions(markdown: string): { start: number; end: number }[];
}

/** `openclaw/plugin-sdk/agent-harness-runtime` */
export interface ToolsModule {
  /** A call of the gateway's own protocol, within its process. */
  callGatewayTool(method: string, options: object, params?: unknown): Promise<unknown>;
}

/** `openclaw/plugin-sdk/media-store` */
export interface MediaModule {
  /** The path of what a channel has kept under this id. */
  resolveMediaBufferPath(id: string): Promise<string>;
}

export interface HostModules {
  markdown: MarkdownModule;
  send: SendModule;
  books: BooksModule;
  commands: CommandsModule;
  words: WordsModule;
  /** Absent: our own names stay unknown. */
  tools?: ToolsModule | undefined;
  /** Absent: files of messages that are replied to stay away. */
  media?: MediaModule | undefined;
}
