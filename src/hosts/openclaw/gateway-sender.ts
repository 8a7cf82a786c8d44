// Hands parts to OpenClaw's durable sending. Delivered means that its queue took the part and the channel did not refuse
// it: a part that failed is ours to send again, so that those after it wait and nothing comes twice.
import type { HostSender, OutgoingPart, Taken } from "../../conversations/host-sender.ts";
import { BridgeError } from "../../errors.ts";
import { type Address, parseAddress } from "./address.ts";
import { buildPayload } from "./payload.ts";
import type { ReplyPayload } from "./sdk.ts";
import type { SendModule } from "./sdk-modules.ts";

export interface GatewaySenderOptions {
  send: SendModule;
  readConfig(): unknown;
  /** Before a part that the person may have seen. */
  repeated: string;
}

/** Below Discord's 2,000, the least of the channels that OpenClaw brings; it cuts what is still too long itself. */
const longestPart = 1_900;
/** OpenClaw cuts at 4,000 for Telegram, after it has made HTML of the text. */
const longestParts: Readonly<Record<string, number>> = { telegram: 3_500 };

export class GatewaySender implements HostSender {
  readonly hasButtons = true;
  readonly #options: GatewaySenderOptions;

  constructor(options: GatewaySenderOptions) {
    this.#options = options;
  }

  longest(address: string | undefined): number {
    const channel = address === undefined ? "" : parseAddress(address).channel;
    return longestParts[channel] ?? longestPart;
  }

  serves(): boolean {
    return true;
  }

  /** Throws what the host says when its queue did not take the part. */
  async send(part: OutgoingPart): Promise<Taken> {
    if (part.address === undefined) throw new BridgeError("backend-failed", "no address to send to");
    const text = part.maybeRepeated ? `${this.#options.repeated}\n${part.text}` : part.text;
    const result = await this.#send(
      parseAddress(part.address),
      buildPayload(text, part.buttons),
      part.replyTo,
    );
    switch (result.status) {
      case "sent":
        return readHostId(result.results);
      case "suppressed":
        return { state: "suppressed" };
      case "partial_failed":
        return { ...readHostId(result.results), state: "partial" };
      case "failed":
        throw result.error;
    }
  }

  /** For what answers a click at once. Throws what the host says. */
  async show(address: Address, payload: ReplyPayload): Promise<void> {
    const result = await this.#send(address, payload);
    if (result.status === "failed") throw result.error;
  }

  #send({ channel, to, accountId, threadId }: Address, payload: ReplyPayload, replyToId?: string) {
    return this.#options.send.sendDurableMessageBatch({
      cfg: this.#options.readConfig(),
      channel,
      to,
      payloads: [payload],
      durability: "required",
      // Its queue would try again by itself (after 5 s, 25 s, 2 min, 10 min), out of order and beside our own tries. What
      // may have been sent it never repeats unless the channel can look (2026.9.6).
      deliveryRetryOwner: "caller",
      ...(accountId === undefined ? {} : { accountId }),
      ...(threadId === undefined ? {} : { threadId }),
      ...(replyToId === undefined ? {} : { replyToId }),
    });
  }
}

function readHostId([first]: readonly { messageId?: string }[]): Taken {
  return first?.messageId === undefined ? {} : { hostId: first.messageId };
}
