// The embedded scripted model: a loopback server that speaks enough of the Responses API for Codex.
// The message itself says what is replied (script.ts); without a script the reply is canned.

import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { promisify } from "node:util";
import { gunzip, zstdDecompress } from "node:zlib";
import type { Disposer } from "../kit/clock.ts";
import { parseJson } from "../kit/json.ts";
import { Listeners } from "../kit/listeners.ts";
import { EventStream } from "./event-stream.ts";
import { aborted, Gates } from "./gates.ts";
import { buildOutputItems } from "./output-items.ts";
import { findStep, type Step } from "./script.ts";

export interface ModelRequest {
  /** From 0, over the life of the model. */
  number: number;
  model: string;
  /** Codex 0.169 sends the thread id here (`prompt_cache_key`). */
  conversation: string;
  /** Place in the script; undefined when the conversation has none. */
  stepIndex: number | undefined;
  step: Step;
  /** The body as sent: `input`, `instructions`, `tools` and so on. */
  body: Record<string, unknown>;
  bodyBytes: number;
}

export interface ScriptedModel {
  readonly port: number;
  /** Base URL for `model_providers.<id>.base_url`. */
  readonly url: string;
  /** Requests so far; the oldest are forgotten when their bodies exceed 64 MiB together. */
  readonly requests: readonly ModelRequest[];
  onRequest(listener: (request: ModelRequest) => void): Disposer;
  /** Lets go on whoever waits at `hold: name`, now and later. */
  release(name: string): void;
  /** Resolves when a request has reached `hold: name`. */
  held(name: string): Promise<void>;
  /** Cuts what still runs. */
  close(): Promise<void>;
}

const keptBodyBytes = 64 * 1024 * 1024;

/** Listens on 127.0.0.1, on any free port when none is given. Throws the system's error when it cannot. */
export async function startScriptedModel(options: { port?: number } = {}): Promise<ScriptedModel> {
  const listeners = new Listeners<ModelRequest>();
  const gates = new Gates();
  const requests = new RequestLog();
  const attempts = new Map<string, number>();

  const chooseAttempt = (step: Step, request: ModelRequest, inputLength: number): Step => {
    if (!step.attempts) return step;
    const key = `${request.conversation} ${inputLength}`;
    const before = attempts.get(key) ?? 0;
    attempts.set(key, before + 1);
    return step.attempts[Math.min(before, step.attempts.length - 1)] ?? step;
  };

  const answer = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const gone = new AbortController();
    response.on("close", () => gone.abort());
    if (incoming.method !== "POST" || incoming.url?.split("?")[0] !== "/v1/responses") {
      sendJson(response, 404, { error: { message: `not found: ${incoming.method} ${incoming.url}` } });
      return;
    }
    const { body, bodyBytes } = await readBody(incoming);
    const input = asArray(body.input);
    const position = findStep(input);
    const request: ModelRequest = {
      number: requests.count,
      model: asString(body.model),
      conversation: asString(body.prompt_cache_key),
      stepIndex: position.index,
      step: position.step,
      body,
      bodyBytes,
    };
    const step = chooseAttempt(position.step, request, input.length);
    request.step = step;
    requests.add(request);
    listeners.emit(request);
    await reply(step, request, response, gates, gone.signal);
  };

  const server = createServer((incoming, response) => {
    answer(incoming, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else sendJson(response, 400, { error: { message: String(error) } });
    });
  });
  server.on("clientError", (_error, socket) => socket.destroy());
  server.listen(options.port ?? 0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;

  return {
    port,
    url: `http://127.0.0.1:${port}/v1`,
    requests: requests.kept,
    onRequest: (listener) => listeners.on(listener),
    release: (name) => gates.release(name),
    held: (name) => gates.held(name),
    async close() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function reply(
  step: Step,
  request: ModelRequest,
  response: ServerResponse,
  gates: Gates,
  signal: AbortSignal,
): Promise<void> {
  const hold = step.hold;
  if (hold !== undefined && step.after === undefined) await gates.pass(hold, signal);
  if (signal.aborted) return;
  if (step.status !== undefined) {
    const message = `The scripted model answers with status ${step.status}.`;
    sendJson(response, step.status, step.body ?? { error: { message } }, step.headers);
    return;
  }
  const stream = new EventStream(response, request.model, signal);
  await stream.begin();
  if (step.stall === true) await aborted(signal);
  else if (step.stall !== undefined) await gates.pass(step.stall, signal);
  if (step.failed) return stream.fail(step.failed);

  let heldOnce = false;
  const interfere = async (sent: number): Promise<void> => {
    if (hold !== undefined && step.after !== undefined && sent >= step.after && !heldOnce) {
      heldOnce = true;
      await gates.pass(hold, signal);
    }
    if (step.drop === undefined || sent < step.drop || signal.aborted) return;
    stream.cut();
    await aborted(signal);
  };
  stream.onDelta = interfere;
  await interfere(0);
  for (const item of buildOutputItems(step, asArray(request.body.tools))) await stream.send(item);
  await interfere(Number.POSITIVE_INFINITY);
  await stream.complete(step.usage);
}

class RequestLog {
  readonly kept: ModelRequest[] = [];
  #count = 0;
  #bytes = 0;

  get count(): number {
    return this.#count;
  }

  add(request: ModelRequest): void {
    this.#count++;
    this.kept.push(request);
    this.#bytes += request.bodyBytes;
    while (this.#bytes > keptBodyBytes && this.kept.length > 1) {
      this.#bytes -= this.kept.shift()?.bodyBytes ?? 0;
    }
  }
}

async function readBody(
  incoming: IncomingMessage,
): Promise<{ body: Record<string, unknown>; bodyBytes: number }> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const packed = Buffer.concat(chunks);
  const encoding = incoming.headers["content-encoding"];
  let plain = packed;
  if (encoding === "zstd") plain = await promisify(zstdDecompress)(packed);
  else if (encoding === "gzip") plain = await promisify(gunzip)(packed);
  const body: unknown = parseJson(plain.toString());
  if (typeof body !== "object" || body === null) throw new Error("the body is not a JSON object");
  return { body: body as Record<string, unknown>, bodyBytes: plain.length };
}

function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(JSON.stringify(body));
}

const asArray = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const asString = (value: unknown): string => (typeof value === "string" ? value : "");
