// Splits a byte stream into lines of text, on byte 0x0A only, so that U+2028 inside JSON survives.
import { BridgeError } from "../errors.ts";

const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const defaultMaxLineBytes = 96 * 1024 * 1024;

export class LineSplitter {
  readonly #maxLineBytes: number;
  #parts: Buffer[] = [];
  #partsBytes = 0;

  constructor({ maxLineBytes = defaultMaxLineBytes }: { maxLineBytes?: number } = {}) {
    this.#maxLineBytes = maxLineBytes;
  }

  /**
   * The lines that `chunk` completes, without their line ends; blank lines are left out.
   * Bytes are only decoded when their line is whole, so a chunk may end anywhere.
   * @throws BridgeError `backend-protocol-error` for a line longer than `maxLineBytes`.
   */
  push(chunk: Buffer): string[] {
    const lines: string[] = [];
    let start = 0;
    for (let end = chunk.indexOf(lineFeed); end !== -1; end = chunk.indexOf(lineFeed, start)) {
      this.#keep(chunk.subarray(start, end));
      start = end + 1;
      const line = this.end();
      if (line !== undefined) lines.push(line);
    }
    if (start < chunk.length) this.#keep(chunk.subarray(start));
    return lines;
  }

  /** What came after the last line feed, when that is not blank. The splitter is empty afterwards. */
  end(): string | undefined {
    const [first] = this.#parts;
    const bytes = this.#parts.length === 1 && first ? first : Buffer.concat(this.#parts, this.#partsBytes);
    this.#parts = [];
    this.#partsBytes = 0;
    const length = bytes.at(-1) === carriageReturn ? bytes.length - 1 : bytes.length;
    const line = bytes.toString("utf8", 0, length);
    return line.trim() === "" ? undefined : line;
  }

  #keep(part: Buffer): void {
    this.#partsBytes += part.length;
    if (this.#partsBytes > this.#maxLineBytes) {
      const maxBytes = this.#maxLineBytes;
      throw new BridgeError("backend-protocol-error", `a line is longer than ${maxBytes} bytes`, {
        maxBytes,
      });
    }
    this.#parts.push(part);
  }
}
