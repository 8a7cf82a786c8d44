import { gzipSync, zstdCompressSync } from "node:zlib";
import { afterEach, beforeEach, expect, test } from "vitest";
import { formatScript, type Step } from "../../../src/demo/script.ts";
import {
  type ModelRequest,
  type ScriptedModel,
  startScriptedModel,
} from "../../../src/demo/scripted-model.ts";

let model: ScriptedModel;
beforeEach(async () => {
  model = await startScriptedModel();
});
afterEach(() => model.close());

interface Sent {
  type: string;
  delta?: string;
  [field: string]: unknown;
}

const bodyFor = (text: string, conversation = "c1") => ({
  model: "m",
  prompt_cache_key: conversation,
  input: [{ type: "message", role: "user", content: [{ type: "input_text", text }] }],
});
const post = (body: unknown, init: RequestInit = {}) =>
  fetch(`${model.url}/responses`, { method: "POST", body: JSON.stringify(body), ...init });
const ask = (step: Step, conversation?: string) => post(bodyFor(formatScript(step), conversation));

function parseEvents(text: string): Sent[] {
  const blocks = text.split("\n\n").filter((block) => block !== "");
  return blocks.map((block) => {
    const [name, data] = block.split("\n");
    const sent = JSON.parse(data?.slice("data: ".length) ?? "") as Sent;
    expect(name).toBe(`event: ${sent.type}`);
    return sent;
  });
}
const eventsOf = async (step: Step) => parseEvents(await (await ask(step)).text());
const typesOf = (events: Sent[]) => events.map((event) => event.type.replace("response.", ""));

/** What arrived before the connection broke. */
async function readUntilCut(response: Response): Promise<Sent[]> {
  const decoder = new TextDecoder();
  let text = "";
  const reading = async () => {
    for await (const chunk of response.body ?? [])
      text += decoder.decode(chunk as Uint8Array, { stream: true });
  };
  await expect(reading()).rejects.toThrow();
  return parseEvents(text);
}

test("a message is created, streamed and completed, with usage as the script says", async () => {
  const say = "abcdefg";
  const usage = { input: 9, cached: 4, output: 3, reasoning: 1 };
  const events = await eventsOf({ items: [{ say, deltas: 3, phase: "final_answer" }], usage });
  expect(typesOf(events)).toEqual([
    "created",
    "output_item.added",
    "content_part.added",
    "output_text.delta",
    "output_text.delta",
    "output_text.delta",
    "output_text.done",
    "output_item.done",
    "completed",
  ]);
  expect(events.map((event) => event.delta ?? "").join("")).toBe(say);
  expect(events.map((event) => event.sequence_number)).toEqual(events.map((_, index) => index));
  expect(events.at(-1)?.response).toMatchObject({
    output: [{ type: "message", phase: "final_answer", content: [{ text: say }], status: "completed" }],
    usage: {
      input_tokens: 9,
      input_tokens_details: { cached_tokens: 4 },
      output_tokens: 3,
      output_tokens_details: { reasoning_tokens: 1 },
      total_tokens: 12,
    },
  });
});

test.each([
  ["zstd", zstdCompressSync],
  ["gzip", gzipSync],
])("a body packed with %s is read", async (encoding, pack) => {
  const body = new Uint8Array(pack(JSON.stringify(bodyFor(formatScript({ text: "unpacked" })))));
  const response = await post(undefined, { body, headers: { "content-encoding": encoding } });
  expect(await response.text()).toContain("unpacked");
});

test("requests are told to listeners until they leave, and kept with their bodies", async () => {
  const told: ModelRequest[] = [];
  const stop = model.onRequest((request) => told.push(request));
  await ask({ text: "one" }, "thread-7");
  stop();
  await ask({ text: "two" });
  expect(told).toEqual([model.requests[0]]);
  expect(model.requests).toHaveLength(2);
  expect(told[0]).toMatchObject({ number: 0, model: "m", conversation: "thread-7", stepIndex: 0 });
  expect(told[0]?.body.input).toHaveLength(1);
});

test("an error comes with its status, body and headers", async () => {
  const response = await ask({
    status: 429,
    body: { error: { code: "x" } },
    headers: { "retry-after": "7" },
  });
  expect([response.status, response.headers.get("retry-after")]).toEqual([429, "7"]);
  expect(await response.json()).toEqual({ error: { code: "x" } });
});

test("attempts are counted per conversation, the last one repeats", async () => {
  const step: Step = { attempts: [{ status: 500 }, { status: 503 }] };
  const statuses = [];
  for (const conversation of ["a", "a", "b", "a"]) statuses.push((await ask(step, conversation)).status);
  expect(statuses).toEqual([500, 503, 500, 503]);
});

test("a failed step ends its stream with response.failed", async () => {
  const events = await eventsOf({ failed: { code: "server_is_overloaded", message: "later" } });
  expect(typesOf(events)).toEqual(["created", "failed"]);
  expect(events[1]?.response).toMatchObject({ error: { code: "server_is_overloaded", message: "later" } });
});

test("a drop cuts the connection after exactly that many deltas, all of which arrive", async () => {
  const events = await readUntilCut(await ask({ deltas: 50, drop: 4 }));
  expect(typesOf(events).filter((type) => type === "output_text.delta")).toHaveLength(4);
  expect(typesOf(events)).not.toContain("completed");
});

test("a drop that comes too late for its deltas still comes before the end", async () => {
  const events = await readUntilCut(await ask({ text: "short", drop: 99 }));
  expect(typesOf(events).at(-1)).toBe("output_item.done");
});

test("a hold keeps the whole reply back until it is released", async () => {
  const order: string[] = [];
  const reply = ask({ status: 418, hold: "gate" }).then(() => order.push("reply"));
  await model.held("gate");
  order.push("release");
  model.release("gate");
  await reply;
  expect(order).toEqual(["release", "reply"]);
});

test("a hold in the middle lets exactly the deltas before it through", async () => {
  const response = await ask({ deltas: 6, hold: "middle", after: 2 });
  await model.held("middle");
  const reader = response.body?.getReader();
  const decoder = new TextDecoder();
  let text = "";
  while (text.split("event: response.output_text.delta").length <= 2) {
    text += decoder.decode((await reader?.read())?.value);
  }
  expect(typesOf(parseEvents(text)).filter((type) => type === "output_text.delta")).toHaveLength(2);
  model.release("middle");
  let chunk = await reader?.read();
  while (chunk && !chunk.done) {
    text += decoder.decode(chunk.value);
    chunk = await reader?.read();
  }
  expect(typesOf(parseEvents(text)).filter((type) => type === "output_text.delta")).toHaveLength(6);
});

test("a released gate stays open", async () => {
  model.release("early");
  expect((await ask({ status: 204, body: null, hold: "early" })).status).toBe(204);
});

test("a stall sends the beginning and goes on when it is released", async () => {
  const response = await ask({ text: "at last", stall: "quiet" });
  await model.held("quiet");
  model.release("quiet");
  const events = parseEvents(await response.text());
  expect(typesOf(events)[0]).toBe("created");
  expect(typesOf(events).at(-1)).toBe("completed");
});

test("close cuts a reply that stalls for ever", async () => {
  const response = await ask({ stall: true });
  const cut = readUntilCut(response);
  await model.close();
  expect(typesOf(await cut)).toEqual(["created"]);
  model = await startScriptedModel();
});

test("other paths are not found, a body that is no JSON is refused, and the model goes on", async () => {
  expect((await fetch(`${model.url}/models`)).status).toBe(404);
  expect((await post(undefined, { body: "{" })).status).toBe(400);
  expect((await ask({ text: "fine" })).status).toBe(200);
});
