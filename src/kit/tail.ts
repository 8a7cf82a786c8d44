// The last bytes of a stream that may be endless, and how much there was in all.

export class Tail {
  readonly #limitBytes: number;
  #kept: Buffer[] = [];
  #keptBytes = 0;
  #totalBytes = 0;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  push(chunk: Uint8Array): void {
    this.#totalBytes += chunk.byteLength;
    // Copied: a slice would keep the whole chunk of a chatty stream in memory.
    const piece = Buffer.from(chunk.subarray(Math.max(0, chunk.byteLength - this.#limitBytes)));
    this.#kept.push(piece);
    this.#keptBytes += piece.byteLength;
    for (let first = this.#kept[0]; first !== undefined; first = this.#kept[0]) {
      if (this.#keptBytes - first.byteLength < this.#limitBytes) break;
      this.#kept.shift();
      this.#keptBytes -= first.byteLength;
    }
  }

  get totalBytes(): number {
    return this.#totalBytes;
  }

  get truncated(): boolean {
    return this.#totalBytes > this.#limitBytes;
  }

  /** UTF-8 text of at most the limit; a character cut in two at either end is left out. */
  text(): string {
    const all = Buffer.concat(this.#kept);
    let start = Math.max(0, all.byteLength - this.#limitBytes);
    if (this.truncated) while (isContinuation(all[start])) start += 1;
    return new TextDecoder().decode(all.subarray(start), { stream: true });
  }
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0b1100_0000) === 0b1000_0000;
}
