// Writes one reply as server-sent events of the Responses API, in the order that Codex 0.169 expects.

import { randomUUID } from "node:crypto";
import type { ServerResponse } from "node:http";
import { isMessage, type MessageItem, type OutputItem, type PlannedItem } from "./output-items.ts";
import type { StepUsage } from "./script.ts";

const ordinaryUsage: Required<StepUsage> = { input: 1000, cached: 400, output: 50, reasoning: 10 };

export class EventStream {
  /** Deltas sent so far; awaited after each, so that a reply can pause or break off there. */
  onDelta: (sent: number) => Promise<void> = async () => {};
  readonly #response: ServerResponse;
  readonly #signal: AbortSignal;
  readonly #id = `resp_${randomUUID().replaceAll("-", "")}`;
  readonly #model: string;
  readonly #done: OutputItem[] = [];
  #sequence = 0;
  #deltas = 0;

  /** `signal` aborts when nobody reads any more: all later calls then do nothing. */
  constructor(response: ServerResponse, model: string, signal: AbortSignal) {
    this.#response = response;
    this.#model = model;
    this.#signal = signal;
  }

  async begin(): Promise<void> {
    this.#response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-cache" });
    const response = {
      id: this.#id,
      object: "response",
      status: "in_progress",
      model: this.#model,
      output: [],
    };
    await this.#write("response.created", { response });
  }

  async send({ item, deltas }: PlannedItem): Promise<void> {
    const output_index = this.#done.length;
    const text = isMessage(item) ? item.content[0].text : undefined;
    const opened = { ...item, ...(text === undefined ? {} : { content: [], status: "in_progress" }) };
    await this.#write("response.output_item.added", { output_index, item: opened });
    if (isMessage(item)) await this.#sendText(item, Math.max(deltas, 1), output_index);
    else if (item.type === "reasoning") await this.#sendReasoning(item, output_index);
    const closed = { ...item, ...(text === undefined ? {} : { status: "completed" }) };
    await this.#write("response.output_item.done", { output_index, item: closed });
    this.#done.push(closed);
  }

  async complete(usage: StepUsage = ordinaryUsage): Promise<void> {
    const response = {
      id: this.#id,
      object: "response",
      status: "completed",
      model: this.#model,
      output: this.#done,
      usage: {
        input_tokens: usage.input,
        input_tokens_details: { cached_tokens: usage.cached ?? 0 },
        output_tokens: usage.output,
        output_tokens_details: { reasoning_tokens: usage.reasoning ?? 0 },
        total_tokens: usage.input + usage.output,
      },
    };
    await this.#write("response.completed", { response });
    this.#response.end();
  }

  async fail(error: { code: string; message: string }): Promise<void> {
    await this.#write("response.failed", { response: { id: this.#id, status: "failed", error } });
    this.#response.end();
  }

  /** Ends the connection in the middle of the stream; what was written still arrives. */
  cut(): void {
    this.#response.socket?.destroySoon();
  }

  async #sendText(item: MessageItem, deltas: number, output_index: number): Promise<void> {
    const place = { output_index, item_id: item.id, content_index: 0 };
    const { text } = item.content[0];
    const size = Math.max(Math.ceil(text.length / deltas), 1);
    await this.#write("response.content_part.added", { ...place, part: { type: "output_text", text: "" } });
    for (let at = 0; at < text.length && !this.#signal.aborted; at += size) {
      await this.#write("response.output_text.delta", { ...place, delta: text.slice(at, at + size) });
      this.#deltas++;
      await this.onDelta(this.#deltas);
    }
    await this.#write("response.output_text.done", { ...place, text });
  }

  async #sendReasoning(item: OutputItem, output_index: number): Promise<void> {
    const [summary] = item.summary as [{ text: string }];
    const place = { output_index, item_id: item.id, summary_index: 0 };
    const part = { type: "summary_text", text: "" };
    await this.#write("response.reasoning_summary_part.added", { ...place, part });
    await this.#write("response.reasoning_summary_text.delta", { ...place, delta: summary.text });
    await this.#write("response.reasoning_summary_text.done", { ...place, text: summary.text });
  }

  async #write(type: string, fields: Record<string, unknown>): Promise<void> {
    if (this.#signal.aborted) return;
    const data = JSON.stringify({ type, sequence_number: this.#sequence++, ...fields });
    if (this.#response.write(`event: ${type}\ndata: ${data}\n\n`)) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const goOn = () => resolve();
    this.#response.once("drain", goOn);
    this.#signal.addEventListener("abort", goOn, { once: true });
    await promise;
    this.#signal.removeEventListener("abort", goOn);
  }
}
