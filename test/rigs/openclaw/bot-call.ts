// One call of the Bot API as it arrives: JSON, a form, or multipart with files.
import type { IncomingMessage } from "node:http";

export interface BotCall {
  method: string;
  body: Record<string, unknown>;
}

/** Files that were uploaded are told as `{ name, type, bytes }`. */
export async function readBotCall(request: IncomingMessage): Promise<BotCall> {
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost");
  const method = pathname.split("/").at(-1) ?? "";
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const raw = Buffer.concat(chunks);
  const type = request.headers["content-type"] ?? "";
  const query: Record<string, unknown> = Object.fromEntries(searchParams);
  if (raw.length === 0) return { method, body: query };
  if (type.includes("json")) return { method, body: { ...query, ...JSON.parse(raw.toString("utf8")) } };
  const form = await new Response(raw, { headers: { "content-type": type } }).formData();
  const fields = await Promise.all([...form].map(async ([name, value]) => [name, await readField(value)]));
  return { method, body: { ...query, ...Object.fromEntries(fields) } };
}

async function readField(value: string | File): Promise<unknown> {
  if (typeof value !== "string") {
    return { name: value.name, type: value.type, bytes: Buffer.from(await value.arrayBuffer()) };
  }
  return /^[[{]/.test(value) ? parseOr(value) : value;
}

/** Nested objects are sent as JSON in a form; words may begin like one. */
function parseOr(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}
