// Counts attacks, surface by surface, and keeps what of them got through.

/** OpenClaw sends that as plain words, in which the service makes names and addresses something to press (2026.9.6). */
export const notOurs = "what OpenClaw writes itself once its prompt is answered";

export interface Breach {
  surface: string;
  kind: string;
  text: string;
  why: string;
}

export class Score {
  readonly #tried = new Map<string, number>();
  readonly breaches: Breach[] = [];
  readonly #say: (line: string) => void;

  constructor(say: (line: string) => void = () => {}) {
    this.#say = say;
  }

  /** One attack on one surface; `why`: how it got through, each way once. */
  count(surface: string, { kind, text }: { kind: string; text: string }, why: readonly string[]): void {
    this.#tried.set(surface, (this.#tried.get(surface) ?? 0) + 1);
    if (why.length === 0) return;
    const breach = { surface, kind, text, why: [...new Set(why)].join("; ") };
    this.breaches.push(breach);
    this.#say(formatBreach(breach));
  }

  /** Breaches that are ours to prevent. */
  get ours(): Breach[] {
    return this.breaches.filter(({ surface }) => surface !== notOurs);
  }

  get tried(): number {
    return [...this.#tried.values()].reduce((sum, each) => sum + each, 0);
  }

  /** One row a surface, and the sum. */
  format(): string {
    const rows = [...this.#tried].map(([surface, tried]) => {
      const through = this.breaches.filter((breach) => breach.surface === surface).length;
      return `${String(tried).padStart(6)} ${String(through).padStart(7)}  ${surface}`;
    });
    const sum = `${String(this.tried).padStart(6)} ${String(this.breaches.length).padStart(7)}  all`;
    return [" tried through  surface", ...rows, sum].join("\n");
  }
}

function formatBreach({ surface, kind, text, why }: Breach): string {
  return `${surface}, ${kind}: ${JSON.stringify(text).slice(0, 600)}\n  ${why}`;
}
