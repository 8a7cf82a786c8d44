// A hostile node against its gateway: whatever it sends, the gateway loses no more than its connection to that node.
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { silentLog } from "../../../src/kit/log.ts";
import { Channel } from "../../../src/nodes/channel.ts";
import { encodeFrame } from "../../../src/nodes/channel-frames.ts";
import { carryFileToNode, checkFolderOnNode, NodePlaces } from "../../../src/nodes/node-places.ts";
import { createDuplexPair, type DuplexPair } from "../../rigs/duplex-pair.ts";
import { FakeClock } from "../../rigs/fake-clock.ts";
import { settle } from "../../rigs/settle.ts";

type Answer = (params: Record<string, unknown>) => unknown;

const hello = {
  ...{ protocol: 1, version: "0.0.0", capabilities: [] },
  server: { kind: "private" as const, instance: "i" },
};

let clock: FakeClock;
let places: NodePlaces;
/** What is done with each connection to a node, by its id. */
let nodes: Record<string, (pair: DuplexPair) => void>;
beforeEach(() => {
  clock = new FakeClock();
  nodes = {};
  const openDuplex = async (nodeId: string) => {
    const pair = createDuplexPair();
    nodes[nodeId]?.(pair);
    return pair.gateway;
  };
  places = new NodePlaces({ clock, log: silentLog, version: "0.0.0", openDuplex });
});
afterEach(() => places.close());

/** Greets, and answers what it is asked; a method without an answer gets none. */
function serve(pair: DuplexPair, answers: Record<string, Answer> = {}): Channel {
  const channel = new Channel(pair.node, clock);
  channel.sendHello(hello);
  const all: Record<string, Answer> = {
    initialize: () => ({ userAgent: "codex/0.169.0 (node)", codexHome: "" }),
    "node/folder": () => ({ path: "/there" }),
    ...answers,
  };
  channel.onMessage((text) => {
    const { id, method, params } = JSON.parse(text);
    const answer = all[method];
    if (id !== undefined && answer) channel.send(JSON.stringify({ id, result: answer(params) }));
  });
  return channel;
}

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: { code?: string }) => error.code ?? `no error of ours: ${error}`,
  );

describe("as it greets [NODE-2g]", () => {
  const json = (mark: number, value: unknown) =>
    Uint8Array.from([mark, ...Buffer.from(typeof value === "string" ? value : JSON.stringify(value))]);
  test.each<[string, Uint8Array, string]>([
    ["nothing at all", new Uint8Array(), "connection-lost"],
    ["a hello that is no JSON", json(0, "{"), "connection-lost"],
    ["a hello that is none", json(0, { protocol: "one" }), "connection-lost"],
    [
      "a thousand capabilities",
      json(0, { ...hello, capabilities: Array(1_000).fill("x") }),
      "connection-lost",
    ],
    ["no server", json(0, { ...hello, server: undefined }), "node-version"],
    ["a negative credit", json(3, -1), "connection-lost"],
    ["a farewell of a code that nobody knows", json(5, { code: "boom", message: "b" }), "backend-failed"],
    ["a farewell longer than may be", json(5, { code: "x", message: "b".repeat(3_000) }), "connection-lost"],
  ])("%s", async (_what, message, code) => {
    nodes.evil = (pair) => void pair.node.send(message);
    expect(await codeOf(places.get("evil").servers.pick())).toBe(code);
  });

  test("nothing: it is left when it gives no sign of life", async () => {
    nodes.evil = () => {};
    const picked = codeOf(places.get("evil").servers.pick());
    for (let at = 0; at < 5; at += 1) await clock.advance(15_000);
    expect(await picked).toBe("connection-lost");
  });
});

describe("once it is connected [NODE-2g]", () => {
  test.each([
    ["no JSON", "{"],
    ["no message", "[1,2]"],
    ["an answer that nobody asked for", '{"id":999,"result":{}}'],
    ["a question without params", '{"id":1,"method":"item/tool/call"}'],
    [
      "a question about a thread that is not held",
      '{"id":2,"method":"x","params":{"threadId":"of-another"}}',
    ],
    ["an event of such a thread", '{"method":"turn/completed","params":{"threadId":"of-another","turn":7}}'],
    ["a prototype", '{"method":"__proto__","params":{"threadId":"__proto__"}}'],
  ])("%s: the other nodes go on, and so does it, or it is connected to anew", async (_what, text) => {
    const channels: Channel[] = [];
    nodes.evil = (pair) => channels.push(serve(pair));
    nodes.good = (pair) => serve(pair);
    const good = await places.get("good").servers.pick();
    await places.get("evil").servers.pick();
    channels[0]?.send(text);
    await settle();
    expect(await checkFolderOnNode(places.get("evil"), "/there")).toBe("/there");
    expect(await places.get("good").servers.pick()).toBe(good);
    expect(good.isOpen).toBe(true);
  });

  test("a frame that is none ends its connection, and no other", async () => {
    const pairs: DuplexPair[] = [];
    nodes.evil = (pair) => {
      pairs.push(pair);
      serve(pair);
    };
    nodes.good = (pair) => serve(pair);
    const [evil, good] = [await places.get("evil").servers.pick(), await places.get("good").servers.pick()];
    await pairs[0]?.node.send(new Uint8Array());
    await evil.closed;
    expect(good.isOpen).toBe(true);
    const cut = encodeFrame({ kind: "part", bytes: Buffer.from('{"id":'), last: false });
    await places.get("evil").servers.pick();
    await pairs[1]?.node.send(cut);
    expect(await checkFolderOnNode(places.get("good"), "/there")).toBe("/there");
  });

  test("another thread than was asked for is refused", async () => {
    const opened = () => ({
      thread: { id: "another", cwd: "/there", status: { type: "idle" } },
      ...{ model: "m", modelProvider: "p", cwd: "/there", approvalPolicy: "on-request" },
      sandbox: { type: "readOnly" },
    });
    nodes.evil = (pair) => serve(pair, { "thread/resume": opened, "thread/unsubscribe": () => ({}) });
    expect(await codeOf(places.get("evil").threads.hold("mine"))).toBe("thread-other-opened");
  });

  test("answers of a wrong shape are errors of a code, and no file of this machine is asked for by it", async () => {
    const asked: string[] = [];
    nodes.evil = (pair) => {
      const channel = serve(pair, { "node/folder": () => ({ path: 7 }), "node/keep": () => ["/etc/passwd"] });
      channel.onMessage((text) => void asked.push(text));
      for (const method of ["node/file", "node/keep", "fs/readFile"]) {
        channel.send(JSON.stringify({ id: method, method, params: { path: "/etc/passwd" } }));
      }
    };
    const evil = places.get("evil");
    expect(await codeOf(checkFolderOnNode(evil, "/there"))).toBe("backend-response-invalid");
    const file = { threadId: "t", path: import.meta.filename };
    expect(await codeOf(carryFileToNode(evil, file))).toBe("backend-response-invalid");
    expect(asked.join("\n")).not.toContain("root:");
  });
});
