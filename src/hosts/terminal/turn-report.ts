// Where a turn is told: as JSON lines on stdout, or the reply on stdout and one line of progress at a time on stderr.
// Every string leaves through the redactor, before it is cut: half a secret would not be found.
import type { Writable } from "node:stream";
import { formatProgress } from "../../chat/words/turn-text.ts";
import type { TurnEvent } from "../../codex/turn-events.ts";
import { type Block, mapOutside, says } from "../../kit/blocks.ts";
import { mapStringsDeep } from "../../kit/map-strings.ts";
import { RedactingStream } from "../../kit/redacting-stream.ts";
import type { Redactor } from "../../kit/redactor.ts";
import { cutText } from "../../kit/text.ts";
import { buildFolderHider, type KnownFolder } from "./known-folders.ts";
import { renderJson, renderText } from "./render.ts";
import { buildTurnOutput, cutTurnOutput, type TurnOutput } from "./turn-events-json.ts";

const longestLine = 200;

export class TurnReport {
  readonly json: boolean;
  readonly #stdout: Writable;
  readonly #stderr: Writable;
  readonly #redactor: Redactor;
  /** Output that commands are still writing, by item. */
  readonly #streams = new Map<string, RedactingStream>();
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
  print(output: TurnOutput): void {
    if (!this.json) return;
    if (output.type === "assistant_message" || output.type === "terminal_status") this.#endStreams();
    this.#write(output);
  }

  /** What happens in the turn. */
  hear(event: TurnEvent): void {
    if (!this.json) {
      this.#progress(event);
    } else if (event.type === "tool-output") {
      this.#writeOutput(event.itemId, this.#stream(event.itemId).push(event.text));
    } else {
      if (event.type === "tool-completed") this.#endStream(event.itemId);
      if (event.type === "turn-ended") this.#endStreams();
      const output = buildTurnOutput(this.#redactor.redactDeep(event));
      if (output) this.#write(output);
    }
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

  #progress(event: TurnEvent): void {
    const line = formatProgress(event);
    if (line !== undefined) this.#stderr.write(`${cutText(this.#render(says(line)), longestLine)}\n`);
  }

  #render(blocks: readonly Block[]): string {
    return renderText(mapOutside(blocks, (text) => this.#redactor.redact(text)));
  }

  #write({ type, payload }: TurnOutput): void {
    const clean = this.#redactor.redactDeep(payload);
    const shown = type === "assistant_message" ? clean : mapStringsDeep(clean, this.#hide);
    this.#stdout.write(`${renderJson(cutTurnOutput({ type, payload: shown }))}\n`);
  }

  #stream(itemId: string): RedactingStream {
    const stream = this.#streams.get(itemId) ?? new RedactingStream(this.#redactor);
    this.#streams.set(itemId, stream);
    return stream;
  }

  #endStreams(): void {
    for (const itemId of [...this.#streams.keys()]) this.#endStream(itemId);
  }

  #endStream(itemId: string): void {
    const rest = this.#streams.get(itemId)?.end() ?? "";
    this.#streams.delete(itemId);
    this.#writeOutput(itemId, rest);
  }

  #writeOutput(itemId: string, text: string): void {
    if (text !== "") this.#write({ type: "command_output", payload: { itemId, text } });
  }
}
