// The frames of our channel: one byte that says what it is, then its payload. Pure.

import * as z from "zod";
import { parseJson } from "../kit/json.ts";

/** Raised when old and new cannot talk; what is merely added is a capability. */
export const channelProtocol = 1;

const helloSchema = z.looseObject({
  protocol: z.int(),
  version: z.string().max(100),
  /** What the sender can do besides passing app-server messages on. */
  capabilities: z.array(z.string().max(100)).max(100),
  /** From the node: its app-server. `instance` names the running server across connections. */
  server: z
    .looseObject({
      kind: z.enum(["attached", "private", "stdio"]),
      instance: z.string().max(200),
    })
    .optional(),
});
export type Hello = z.infer<typeof helloSchema>;

const farewellSchema = z.looseObject({
  code: z.string().max(100),
  message: z.string().max(2_000),
  details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
});
/** Why the sender ends the channel: an error code of ours. */
export type Farewell = z.infer<typeof farewellSchema>;

export type Frame =
  | { kind: "hello"; hello: Hello }
  /** A piece of one app-server message; the text is complete with the piece that is `last`. */
  | { kind: "part"; bytes: Uint8Array; last: boolean }
  /** The sender may be sent so many more bytes of parts. */
  | { kind: "credit"; bytes: number }
  | { kind: "alive" }
  | { kind: "farewell"; farewell: Farewell }
  /** Of a later version; ignored. */
  | { kind: "unknown" };

const marks = { hello: 0, part: 1, lastPart: 2, credit: 3, alive: 4, farewell: 5 } as const;

export function encodeFrame(frame: Exclude<Frame, { kind: "unknown" }>): Uint8Array {
  switch (frame.kind) {
    case "hello":
      return join(marks.hello, encodeJson(frame.hello));
    case "part":
      return join(frame.last ? marks.lastPart : marks.part, frame.bytes);
    case "credit":
      return join(marks.credit, encodeJson(frame.bytes));
    case "alive":
      return join(marks.alive, new Uint8Array());
    case "farewell":
      return join(marks.farewell, encodeJson(frame.farewell));
  }
}

/** Throws for what is no frame: an empty message, JSON that does not fit. */
export function decodeFrame(message: Uint8Array): Frame {
  const [mark] = message;
  const payload = message.subarray(1);
  switch (mark) {
    case marks.hello:
      return { kind: "hello", hello: helloSchema.parse(decodeJson(payload)) };
    case marks.part:
    case marks.lastPart:
      return { kind: "part", bytes: payload, last: mark === marks.lastPart };
    case marks.credit:
      return { kind: "credit", bytes: z.int().min(1).parse(decodeJson(payload)) };
    case marks.alive:
      return { kind: "alive" };
    case marks.farewell:
      return { kind: "farewell", farewell: farewellSchema.parse(decodeJson(payload)) };
    case undefined:
      throw new Error("an empty frame");
    default:
      return { kind: "unknown" };
  }
}

function join(mark: number, payload: Uint8Array): Uint8Array {
  const message = new Uint8Array(payload.length + 1);
  message[0] = mark;
  message.set(payload, 1);
  return message;
}

function encodeJson(value: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(value));
}

function decodeJson(bytes: Uint8Array): unknown {
  return parseJson(Buffer.from(bytes).toString("utf8"));
}
