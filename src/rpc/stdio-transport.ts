// A transport over a pair of byte streams: one JSON text per line. Starts and stops no process.
import type { Readable, Writable } from "node:stream";
import { toBridgeError } from "../errors.ts";
import type { Clock, Disposer } from "../kit/clock.ts";
import { LineSplitter } from "./line-splitter.ts";
import type { CloseInfo, Transport } from "./transport.ts";
import { TransportEnds } from "./transport-ends.ts";

/** After the first sign of an end, how long the other sign is waited for. */
const endGraceMs = 1_000;

export interface StdioTransportOptions {
  /** What the other side writes, in bytes. */
  input: Readable;
  /** What the other side reads. */
  output: Writable;
  /** Resolves with a short reason such as "exit 1" when the process behind the streams is gone. */
  onExit?: Promise<string>;
  clock: Clock;
}

/**
 * Closes when the input ends and the process is gone. Each alone closes too, a second later: a process may end its
 * output and stay, and a child of it may hold the pipe open for longer than it lives.
 */
export class StdioTransport implements Transport {
  readonly #ends = new TransportEnds();
  readonly #splitter = new LineSplitter();
  readonly #output: Writable;
  readonly #clock: Clock;
  readonly #open: { input: boolean; process: boolean };
  #cancelGrace: Disposer | undefined;
  #reason = "";

  constructor({ input, output, onExit, clock }: StdioTransportOptions) {
    this.#output = output;
    this.#clock = clock;
    this.#open = { input: true, process: onExit !== undefined };
    input.on("data", (chunk: Buffer) => this.#read(chunk));
    input.on("error", (error) => this.#finish({ reason: `input failed: ${error.message}`, error }));
    input.on("end", () => this.#end("input", "output of the process ended"));
    input.on("close", () => this.#end("input", "output of the process closed"));
    output.on("error", (error) => this.#startGrace(`writing failed: ${error.message}`));
    onExit?.then(
      (reason) => this.#end("process", reason),
      (error: unknown) => this.#end("process", toBridgeError(error).message),
    );
  }

  send(text: string): void {
    if (!this.#ends.closed && this.#output.writable) this.#output.write(`${text}\n`);
  }

  onMessage(listener: (text: string) => void): Disposer {
    return this.#ends.onMessage(listener);
  }

  onClose(listener: (info: CloseInfo) => void): Disposer {
    return this.#ends.onClose(listener);
  }

  /** Ends the writable; what the other side still says is read and dropped, so that it is not stopped in a write. */
  async close(): Promise<void> {
    this.#finish({ reason: "closed by us" });
  }

  #read(chunk: Buffer): void {
    if (this.#ends.closed) return;
    try {
      for (const line of this.#splitter.push(chunk)) this.#ends.deliver(line);
    } catch (thrown) {
      const error = toBridgeError(thrown, "backend-protocol-error");
      this.#finish({ reason: error.message, error });
    }
  }

  #end(side: "input" | "process", reason: string): void {
    if (!this.#open[side]) return;
    this.#open[side] = false;
    // How the process ended says more than that its output did.
    if (side === "process") this.#reason = reason;
    if (this.#open.input || this.#open.process) this.#startGrace(reason);
    else this.#finish({ reason: this.#reason || reason });
  }

  #startGrace(reason: string): void {
    this.#reason ||= reason;
    this.#cancelGrace ??= this.#clock.after(endGraceMs, () => this.#finish({ reason: this.#reason }));
  }

  #finish(info: CloseInfo): void {
    this.#cancelGrace?.();
    this.#output.end();
    this.#ends.finish(info);
  }
}
