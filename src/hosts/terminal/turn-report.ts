// Where a turn is told: as JSON lines on stdout, or the reply on stdout and one line of progress at a time on stderr.
// Every string leaves through the redactor.
import type { Writable } from "node:stream";
import { formatProgress } from "../../chat/words/turn-text.ts";
import type { TurnEvent } from "../../codex/turn-events.ts";
import { type Block, mapOutside, says } from "../../kit/blocks.ts";
import { mapStringsDeep } from "../../kit/map-strings.ts";
import type { Redactor } from "../../kit/redactor.ts";
import { cutText } from "../../kit/text.ts";
import { buildFolderHider, type KnownFolder } from "./known-folders.ts";
import { renderJson, renderText } from "./render.ts";
import type { TurnOutput } from "./turn-events-json.ts";

const longestLine = 200;

export class TurnReport {
  readonly json: boolean;
  readonly #stdout: Writable;
  readonly #stderr: Writable;
  readonly #redactor: Redactor;
  #folders: KnownFolder[] = [];
  #hide = buildFolderHider([]);

  constructor(options: { stdout: Writable; stderr: Writable; json: boolean; redactor: Redactor }) {
    this.json = options.json;
    this.#stdout = options.stdout;
    this.#stderr = options.stderr;
    this.#redactor = options.redactor;
  }

  learnSecrets(values: Iterable<string>): void {
    for (const value of values) this.#redactor.learn(value);
  }

  /** From now on JSON names these folders instead of printing where they are. */
  hideFolders(...folders: KnownFolder[]): void {
    this.#folders.push(...folders);
    this.#hide = buildFolderHider(this.#folders);
  }

  /** One JSON line; nothing where people read. The reply itself keeps the paths that Codex wrote in it. */
  print({ type, payload }: TurnOutput): void {
    if (!this.json) return;
    const clean = this.#redactor.redactDeep(payload);
    const shown = type === "assistant_message" ? clean : mapStringsDeep(clean, this.#hide);
    this.#stdout.write(`${renderJson({ type, payload: shown })}\n`);
  }

  /** A step of the way, as a JSON line. */
  status(phase: string, facts: Record<string, unknown>): void {
    this.print({ type: "backend_status", payload: { phase, ...facts } });
  }

  /** For people only. */
  say(blocks: readonly Block[]): void {
    if (!this.json) this.#stderr.write(`${this.#render(blocks)}\n`);
  }

  /** The reply, for people. */
  reply(blocks: readonly Block[]): void {
    if (!this.json) this.#stdout.write(`${this.#render(blocks)}\n`);
  }

  progress(event: TurnEvent): void {
    const line = this.json ? undefined : formatProgress(event);
    if (line !== undefined) this.#stderr.write(`${cutText(this.#render(says(line)), longestLine)}\n`);
  }

  #render(blocks: readonly Block[]): string {
    return renderText(mapOutside(blocks, (text) => this.#redactor.redact(text)));
  }
}
