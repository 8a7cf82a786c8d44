// A message transport over a duplex connection of the host: hello, messages in parts, flow control, signs of life.
// It knows neither which end it is nor what the messages mean.
import { BridgeError, type ErrorCode, errorTable, isBridgeError } from "../errors.ts";
import type { Clock, Disposer } from "../kit/clock.ts";
import type { CloseInfo, Transport } from "../rpc/transport.ts";
import { TransportEnds } from "../rpc/transport-ends.ts";
import { decodeFrame, encodeFrame, type Farewell, type Frame, type Hello } from "./channel-frames.ts";
import type { DuplexEnd } from "./duplex-end.ts";

/** Small enough that signs of life and credits get through between the parts of a large message. */
const partBytes = 64 * 1024;
/** How much may be on its way unread. */
const windowBytes = 512 * 1024;
/** One message, as it arrives or as it waits for credit; the app-server's largest replies are some 64 MB. */
const maxMessageBytes = 128 * 1024 * 1024;
const aliveMs = 15_000;
/** Three signs of life did not come. */
const silentMs = 50_000;

export class Channel implements Transport {
  readonly #end: DuplexEnd;
  readonly #clock: Clock;
  readonly #ends = new TransportEnds();
  readonly #hello = Promise.withResolvers<Hello>();
  readonly #control: Uint8Array[] = [];
  readonly #parts: Uint8Array[] = [];
  #waitingBytes = 0;
  #credit = windowBytes;
  #isSending = false;
  #sending: Promise<void> = Promise.resolve();
  #received: Uint8Array[] = [];
  #receivedBytes = 0;
  #readBytes = 0;
  #heardAtMs: number;
  #cancelAlive: Disposer = () => {};

  /** Listens at once: the other end may have spoken already. */
  constructor(end: DuplexEnd, clock: Clock) {
    this.#end = end;
    this.#clock = clock;
    this.#heardAtMs = clock.now();
    this.#hello.promise.catch(() => {});
    end.closed.then(
      () => this.#finish({ reason: "the host closed the channel" }),
      (error: unknown) => this.#finish({ reason: `the host closed the channel: ${String(error)}` }),
    );
    end.onMessage((message) => this.#take(message));
    this.#keepAlive();
  }

  /** The first frame of the other end. Rejects with what ended the channel before it came: any code the node gave. */
  get theirs(): Promise<Hello> {
    return this.#hello.promise;
  }

  sendHello(hello: Hello): void {
    this.#sendControl({ kind: "hello", hello });
  }

  send(text: string): void {
    if (this.#ends.closed) return;
    const bytes = Buffer.from(text);
    if (this.#waitingBytes + bytes.length > maxMessageBytes) {
      this.#fail("the other end of the channel does not keep up");
      return;
    }
    this.#waitingBytes += bytes.length;
    for (let at = 0; at === 0 || at < bytes.length; at += partBytes) {
      const last = at + partBytes >= bytes.length;
      this.#parts.push(encodeFrame({ kind: "part", bytes: bytes.subarray(at, at + partBytes), last }));
    }
    this.#pump();
  }

  onMessage(listener: (text: string) => void): Disposer {
    return this.#ends.onMessage(listener);
  }

  onClose(listener: (info: CloseInfo) => void): Disposer {
    return this.#ends.onClose(listener);
  }

  async close(): Promise<void> {
    this.#finish({ reason: "closed by us" });
    this.#end.close();
  }

  /** Ends the channel and tells the other end why; it throws the same error there. */
  async closeWith(error: BridgeError): Promise<void> {
    const { code, message } = error;
    this.#sendControl({ kind: "farewell", farewell: { code, message, details: pickTold(error.details) } });
    await this.#sending;
    this.#finish({ reason: message, error });
    this.#end.close();
  }

  #take(message: Uint8Array): void {
    if (this.#ends.closed) return;
    this.#heardAtMs = this.#clock.now();
    let frame: Frame;
    try {
      frame = decodeFrame(message);
    } catch (error) {
      this.#fail(`a frame cannot be read: ${String(error)}`);
      return;
    }
    switch (frame.kind) {
      case "hello":
        this.#hello.resolve(frame.hello);
        return;
      case "part":
        this.#takePart(frame.bytes, frame.last);
        return;
      case "credit":
        this.#credit += frame.bytes;
        this.#pump();
        return;
      case "farewell":
        this.#takeFarewell(frame.farewell);
        return;
      case "alive":
      case "unknown":
    }
  }

  #takePart(bytes: Uint8Array, last: boolean): void {
    this.#receivedBytes += bytes.length;
    if (this.#receivedBytes > maxMessageBytes) {
      this.#fail(`a message of more than ${maxMessageBytes} bytes`);
      return;
    }
    this.#received.push(bytes);
    if (last) {
      const text = Buffer.concat(this.#received).toString("utf8");
      this.#received = [];
      this.#receivedBytes = 0;
      this.#ends.deliver(text);
    }
    this.#readBytes += bytes.length;
    if (this.#readBytes < windowBytes / 2) return;
    this.#sendControl({ kind: "credit", bytes: this.#readBytes });
    this.#readBytes = 0;
  }

  #takeFarewell({ code, message, details = {} }: Farewell): void {
    const known: ErrorCode = Object.hasOwn(errorTable, code) ? (code as ErrorCode) : "backend-failed";
    this.#finish({ reason: message, error: new BridgeError(known, message, details) });
    this.#end.close();
  }

  #sendControl(frame: Exclude<Frame, { kind: "unknown" }>): void {
    if (this.#ends.closed) return;
    this.#control.push(encodeFrame(frame));
    this.#pump();
  }

  #pump(): void {
    if (this.#isSending) return;
    this.#isSending = true;
    this.#sending = this.#sendAll();
  }

  async #sendAll(): Promise<void> {
    for (let frame = this.#next(); frame && !this.#ends.closed; frame = this.#next()) {
      try {
        await this.#end.send(frame);
      } catch (error) {
        this.#fail(`sending failed: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    this.#isSending = false;
  }

  #next(): Uint8Array | undefined {
    const control = this.#control.shift();
    if (control) return control;
    const [part] = this.#parts;
    if (!part || this.#credit < part.length - 1) return undefined;
    this.#parts.shift();
    this.#credit -= part.length - 1;
    this.#waitingBytes -= part.length - 1;
    return part;
  }

  #keepAlive(): void {
    this.#cancelAlive = this.#clock.after(aliveMs, () => {
      if (this.#clock.now() - this.#heardAtMs > silentMs) {
        this.#fail("the other end of the channel is silent");
        return;
      }
      this.#sendControl({ kind: "alive" });
      this.#keepAlive();
    });
  }

  #fail(reason: string): void {
    this.#finish({ reason, error: new BridgeError("connection-lost", reason, { reason }) });
    this.#end.close();
  }

  #finish(info: CloseInfo): void {
    this.#cancelAlive();
    this.#ends.finish(info);
    const { reason } = info;
    const lost = () => new BridgeError("connection-lost", reason, { reason });
    this.#hello.reject(isBridgeError(info.error) ? info.error : lost());
  }
}

function pickTold(details: BridgeError["details"]): Record<string, string | number | boolean> {
  const told = Object.entries(details).filter((entry) => entry[1] !== undefined);
  return Object.fromEntries(told) as Record<string, string | number | boolean>;
}
