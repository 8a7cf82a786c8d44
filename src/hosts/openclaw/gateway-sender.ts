// Hands parts to OpenClaw's durable sending. Delivered means that its queue took the part and the channel did not refuse
// it: a part that failed is ours to send again, so that those after it wait and nothing comes twice.
import { nanoid } from "nanoid";
import type { HostSender, NotTaken, OutgoingPart, Taken } from "../../conversations/host-sender.ts";
import type { Block } from "../../kit/blocks.ts";
import { type Address, parseAddress } from "./address.ts";
import { buildPayload, buildPromptPayload, readPromptLines } from "./payload.ts";
import type { ChannelRenderer, Rendered } from "./render/channel-renderer.ts";
import type { HostPrompt, ReplyPayload } from "./sdk.ts";
import type { SendModule, SendResult, ToolsModule } from "./sdk-modules.ts";
import { isUneditable, readRefusal } from "./send-refusal.ts";

export interface GatewaySenderOptions {
  send: SendModule;
  renderer: ChannelRenderer;
  readConfig(): unknown;
  /** Absent: the host cannot do it. */
  callTool: ToolsModule["callGatewayTool"] | undefined;
  /** Whether a channel shows buttons. */
  hasButtons(channel: string): Promise<boolean>;
  /** Before a part that the person may have seen. */
  repeated: readonly Block[];
}

interface Sending {
  replyTo?: string | undefined;
  isSilent?: boolean;
}

export class GatewaySender implements HostSender {
  readonly hasButtons = true;
  readonly #options: GatewaySenderOptions;
  /** Channels of which the host has said so. */
  readonly #uneditable = new Set<string>();

  constructor(options: GatewaySenderOptions) {
    this.#options = options;
  }

  split(blocks: readonly Block[], address: string | undefined): Block[][] {
    const channel = address === undefined ? "" : parseAddress(address).channel;
    return this.#options.renderer.split(channel, blocks);
  }

  /** True until the host says otherwise. */
  canEdit(address: string): boolean {
    return this.#options.callTool !== undefined && !this.#uneditable.has(parseAddress(address).channel);
  }

  serves(): boolean {
    return true;
  }

  async send(part: OutgoingPart): Promise<Taken | NotTaken> {
    if (part.address === undefined) return { notTaken: "refused", reason: "no address to send to" };
    const address = parseAddress(part.address);
    if (part.edits !== undefined) return this.#edit(address, part.edits, part.blocks);
    const { renderer, repeated, hasButtons } = this.#options;
    const { buttons = [], typed = [] } = part;
    const showsButtons = buttons.length > 0 && (await hasButtons(address.channel));
    const blocks = [...(part.maybeRepeated ? repeated : []), ...part.blocks, ...(showsButtons ? [] : typed)];
    const rendered = part.isPlain
      ? renderer.renderPlain(address.channel, blocks)
      : renderer.render(address.channel, blocks);
    return readResult(await this.#send(address, rendered, showsButtons ? buttons : [], part));
  }

  /**
   * Its buttons go, because none are named. A key of its own each time: the host answers one that it knows without doing
   * anything (2026.9.6).
   */
  async #edit(
    { channel, to, accountId }: Address,
    messageId: string,
    blocks: readonly Block[],
  ): Promise<Taken | NotTaken> {
    const { callTool, renderer } = this.#options;
    try {
      await callTool?.(
        "message.action",
        {},
        {
          ...{ channel, action: "edit", conversationReadOrigin: "direct-operator", idempotencyKey: nanoid() },
          ...(accountId === undefined ? {} : { accountId }),
          params: { to, messageId, message: renderer.renderEdit(blocks) },
        },
      );
      return { hostId: messageId };
    } catch (error) {
      if (isUneditable(error)) this.#uneditable.add(channel);
      return { notTaken: "refused", reason: String(error) };
    }
  }

  /** Throws what the host says. */
  async showPrompt(address: Address, prompt: HostPrompt): Promise<void> {
    const rendered = this.#options.renderer.render(address.channel, readPromptLines(prompt));
    const result = await this.#hand(address, buildPromptPayload(rendered.text, prompt), rendered, {});
    if (result.status === "failed") throw result.error;
  }

  #send(address: Address, rendered: Rendered, buttons: OutgoingPart["buttons"], sending: Sending) {
    return this.#hand(address, buildPayload(rendered.text, buttons), rendered, sending);
  }

  #hand(
    { channel, to, accountId, threadId }: Address,
    payload: ReplyPayload,
    { parseMode }: Rendered,
    { replyTo, isSilent = false }: Sending,
  ): Promise<SendResult> {
    return this.#options.send.sendDurableMessageBatch({
      cfg: this.#options.readConfig(),
      channel,
      to,
      payloads: [payload],
      durability: "required",
      // Its queue would try again by itself (after 5 s, 25 s, 2 min, 10 min), out of order and beside our own tries. What
      // may have been sent it never repeats unless the channel can look (2026.9.6).
      deliveryRetryOwner: "caller",
      ...(parseMode === undefined ? {} : { formatting: { parseMode } }),
      ...(isSilent ? { silent: true } : {}),
      ...(accountId === undefined ? {} : { accountId }),
      ...(threadId === undefined ? {} : { threadId }),
      ...(replyTo === undefined ? {} : { replyToId: replyTo }),
    });
  }
}

function readResult(result: SendResult): Taken | NotTaken {
  switch (result.status) {
    case "sent":
      return readHostId(result.results);
    case "suppressed":
      return { state: "suppressed" };
    case "partial_failed":
      return { ...readHostId(result.results), state: "partial" };
    case "failed":
      return readRefusal(result.error);
  }
}

function readHostId([first]: readonly { messageId?: string }[]): Taken {
  return first?.messageId === undefined ? {} : { hostId: first.messageId };
}
