// Growing pauses between attempts, with jitter.

export interface BackoffOptions {
  firstMs: number;
  maxMs: number;
  /** 0 (inclusive) to 1 (exclusive), as Math.random. */
  random: () => number;
}

/** The pause in ms before attempt 1, 2, …: doubles from `firstMs` to `maxMs`, of which a random 50–100 % is taken. */
export function buildBackoff({ firstMs, maxMs, random }: BackoffOptions): (attempt: number) => number {
  return (attempt) => {
    const fullMs = Math.min(maxMs, firstMs * 2 ** (attempt - 1));
    return Math.round(fullMs * (0.5 + random() / 2));
  };
}
