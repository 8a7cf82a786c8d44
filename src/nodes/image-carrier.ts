// Between our client and a channel: images that a turn names by a path of this machine travel with their bytes.

import { basename } from "node:path";
import type { Disposer } from "../kit/clock.ts";
import { parseJson } from "../kit/json.ts";
import { readRegularFile } from "../kit/regular-file.ts";
import type { CloseInfo, Transport } from "../rpc/transport.ts";
import { TransportEnds } from "../rpc/transport-ends.ts";

const invalidParamsCode = -32602;

interface ImageMessage {
  id?: unknown;
  params?: { input?: unknown };
}

export class ImageCarrier implements Transport {
  readonly #channel: Transport;
  /** Answers of our own come in beside those of the node. */
  readonly #ends = new TransportEnds();
  /** What is sent behind a message whose images are being read waits for it. */
  #sent: Promise<void> | undefined;

  constructor(channel: Transport) {
    this.#channel = channel;
    channel.onMessage((text) => this.#ends.deliver(text));
    channel.onClose((info) => this.#ends.finish(info));
  }

  send(text: string): void {
    const hasImage = text.includes('"localImage"');
    if (!hasImage && this.#sent === undefined) {
      this.#channel.send(text);
      return;
    }
    const before = this.#sent ?? Promise.resolve();
    const sent = before
      .then(() => (hasImage ? this.#carry(text) : this.#channel.send(text)))
      .finally(() => {
        if (this.#sent === sent) this.#sent = undefined;
      });
    this.#sent = sent;
  }

  onMessage(listener: (text: string) => void): Disposer {
    return this.#ends.onMessage(listener);
  }

  onClose(listener: (info: CloseInfo) => void): Disposer {
    return this.#ends.onClose(listener);
  }

  close(): Promise<void> {
    return this.#channel.close();
  }

  async #carry(text: string): Promise<void> {
    const message = parseJson(text) as ImageMessage;
    const input = message.params?.input;
    if (!Array.isArray(input)) {
      this.#channel.send(text);
      return;
    }
    try {
      const carried = await Promise.all(input.map(carryItem));
      this.#channel.send(JSON.stringify({ ...message, params: { ...message.params, input: carried } }));
    } catch (error) {
      const path = error instanceof Error && "path" in error ? basename(String(error.path)) : "";
      const data = { bridgeCode: "image-unreadable", details: { path } };
      const failed = { code: invalidParamsCode, message: "an image cannot be read", data };
      this.#ends.deliver(JSON.stringify({ id: message.id, error: failed }));
    }
  }
}

async function carryItem(item: unknown): Promise<unknown> {
  if (typeof item !== "object" || item === null || !("path" in item) || typeof item.path !== "string")
    return item;
  if (!("type" in item) || item.type !== "localImage") return item;
  const bytes = await readRegularFile(item.path);
  return { type: "localImage", name: basename(item.path), bytes: bytes.toString("base64") };
}
