// A hostile gateway against a node: every method and every member of params that the real Codex's schema knows.
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { methodParams } from "../../src/nodes/method-params.ts";
import { findCodexBinary } from "../rigs/codex-binary.ts";
import { FakeAppServer } from "../rigs/fake-app-server.ts";
import { FakeClock } from "../rigs/fake-clock.ts";
import { FakePlace } from "../rigs/fake-place.ts";
import { type HostileGateway, NodeRig } from "../rigs/node-rig.ts";

interface Schema {
  $ref?: string;
  properties?: Record<string, Schema>;
  definitions?: Record<string, Schema>;
  oneOf?: Schema[];
  enum?: string[];
}

const cwd = process.cwd();
const server = new FakeAppServer();
let folder: string;
let client: Schema;
let rig: NodeRig;
let gateway: HostileGateway;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "schema-"));
  mkdirSync(join(folder, "home"));
  const args = ["app-server", "generate-json-schema", "--experimental", "--out", join(folder, "out")];
  const env = { PATH: process.env.PATH, HOME: join(folder, "home"), CODEX_HOME: join(folder, "home") };
  await promisify(execFile)(findCodexBinary(), args, { env });
  client = JSON.parse(readFileSync(join(folder, "out", "ClientRequest.json"), "utf8")) as Schema;
  const clock = new FakeClock();
  rig = new NodeRig({ clock, buildServers: () => new FakePlace({ clock, own: server }).servers });
  gateway = await rig.openHostile();
});
afterAll(async () => {
  await rig.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Every method that Codex knows, with the members of its params. */
function readMethods(): Map<string, string[]> {
  const read = (request: Schema): [string, string[]] => {
    const name = request.properties?.params?.$ref?.split("/").at(-1) ?? "";
    return [
      request.properties?.method?.enum?.[0] ?? "",
      Object.keys(client.definitions?.[name]?.properties ?? {}),
    ];
  };
  return new Map(client.oneOf?.map(read));
}

/** Params that are let through, so that what is added to them alone decides. */
async function buildGoodParams(): Promise<Record<string, Record<string, unknown>>> {
  const { result } = await gateway.ask("thread/start", { cwd });
  const { id: threadId } = (result as { thread: { id: string } }).thread;
  const input = [{ type: "text", text: "hi" }];
  const start = {
    threadId,
    clientUserMessageId: "m",
    input,
    permissions: ":workspace",
    approvalPolicy: "on-request",
  };
  const started = await gateway.ask("turn/start", start);
  const { id: turnId } = (started.result as { turn: { id: string } }).turn;
  return {
    initialize: {},
    "server/diagnostics": {},
    "model/list": {},
    "account/read": {},
    "thread/start": { cwd },
    "thread/resume": { threadId, excludeTurns: true },
    "thread/fork": { threadId, excludeTurns: true },
    "thread/read": { threadId },
    "thread/list": { useStateDbOnly: true },
    "thread/turns/list": { threadId },
    "thread/name/set": { threadId, name: "x" },
    "thread/backgroundTerminals/list": { threadId },
    "thread/backgroundTerminals/terminate": { threadId, processId: "1" },
    "turn/start": start,
    "turn/steer": { threadId, expectedTurnId: turnId, input },
    "turn/interrupt": { threadId, turnId },
    "thread/unsubscribe": { threadId },
    "node/file": { threadId, path: "package.json", offset: 0 },
    "node/keep": { threadId, name: "a.csv", bytes: "YQ==" },
  };
}

describe("a hostile gateway", () => {
  test("every method of Codex that is not on the list is refused with a code, and the server never hears of it [NODE-2b]", async () => {
    const methods = [...readMethods().keys()];
    expect(methods.length).toBeGreaterThan(100);
    const before = server.received.length;
    const let_through = [];
    for (const method of [...methods, "getAuthStatus", "node/exec", "constructor", "__proto__", ""]) {
      if (Object.hasOwn(methodParams, method)) continue;
      const codes = [
        await gateway.codeOf(method),
        await gateway.codeOf(method, { threadId: "t", command: ["id"] }),
      ];
      if (codes.some((code) => code !== "node-refused")) let_through.push(method);
    }
    expect(let_through).toEqual([]);
    expect(server.received.length).toBe(before);
  });

  test("every method on the list is one of Codex, or ours", () => {
    const methods = readMethods();
    const unknown = Object.keys(methodParams).filter((method) => !methods.has(method));
    expect(unknown).toEqual(["node/folder", "node/file", "node/keep"]);
  });

  test("of the methods on the list, every member that is not is refused by name [NODE-2b NODE-2d]", async () => {
    const good = await buildGoodParams();
    const methods = readMethods();
    const listed = Object.keys(methodParams).filter(
      (method) => methods.has(method) && method !== "initialize",
    );
    expect(Object.keys(good)).toEqual(expect.arrayContaining(listed));
    const before = server.received.length;
    const let_through: string[] = [];
    for (const method of listed) {
      const known = Object.keys(methodParams[method as keyof typeof methodParams].shape);
      for (const member of [...(methods.get(method) ?? []), "somethingNew"]) {
        if (known.includes(member)) continue;
        const { error } = await gateway.ask(method, { ...good[method], [member]: null });
        const isRefused = error?.data?.bridgeCode === "node-refused" && error.data.details?.field === member;
        if (!isRefused) let_through.push(`${method} ${member}`);
      }
    }
    expect(let_through).toEqual([]);
    expect(server.received.length).toBe(before);
  });

  test.each<[string, string, Record<string, unknown>]>([
    ...["thread/start", "thread/fork"].flatMap((method): [string, string, Record<string, unknown>][] => [
      [method, "node-ceiling", { sandbox: "danger-full-access" }],
      [method, "node-ceiling", { permissions: ":danger-full-access" }],
      [method, "node-ceiling", { permissions: "mine" }],
      [method, "node-ceiling", { approvalPolicy: "never" }],
      [method, "node-refused", { approvalPolicy: { granular: { rules: true } } }],
      [method, "node-refused", { approvalsReviewer: "auto_review" }],
      [method, "node-refused", { config: { sandbox_mode: "danger-full-access" } }],
      [method, "node-refused", { config: { thread_unload_delay_secs: 1, approval_policy: "never" } }],
      [method, "node-refused", { config: { thread_unload_delay_secs: 1e9 } }],
      [method, "node-folder-outside", { cwd: "/" }],
      [method, "node-folder-outside", { cwd: `${cwd}/..` }],
    ]),
    ["thread/resume", "node-refused", { sandbox: "danger-full-access" }],
    ["thread/resume", "node-refused", { approvalPolicy: "never" }],
    ["thread/resume", "node-refused", { config: { mcp_servers: { x: { command: "sh" } } } }],
    ["thread/resume", "node-refused", { path: "/etc/passwd" }],
    ["thread/resume", "node-refused", { excludeTurns: false }],
    ["thread/read", "node-refused", { includeTurns: true }],
    ["thread/list", "node-refused", { useStateDbOnly: false }],
    ["turn/start", "node-ceiling", { sandboxPolicy: { type: "dangerFullAccess" } }],
    ["turn/start", "node-ceiling", { sandboxPolicy: { type: "workspaceWrite", networkAccess: true } }],
    ["turn/start", "node-ceiling", { sandboxPolicy: { type: "readOnly", networkAccess: true } }],
    ["turn/start", "node-refused", { sandboxPolicy: { type: "externalSandbox" } }],
    ["turn/start", "node-refused", { sandboxPolicy: { type: "workspaceWrite", writableRoots: ["/"] } }],
    ["turn/start", "node-ceiling", { permissions: ":danger-full-access" }],
    ["turn/start", "node-ceiling", { approvalPolicy: "never" }],
    ["turn/start", "node-ceiling", { approvalPolicy: "on-failure" }],
    ["turn/start", "node-folder-outside", { cwd: "/etc" }],
    ["turn/start", "node-refused", { input: [{ type: "localImage", path: "/etc/passwd" }] }],
    ["turn/start", "node-refused", { input: [{ type: "mention", name: "x", path: "/etc/passwd" }] }],
    ["turn/start", "node-refused", { input: [{ type: "image", url: "file:///etc/passwd" }] }],
    ["turn/steer", "node-refused", { input: [{ type: "skill", name: "x", path: "/x" }] }],
    ["turn/steer", "turn-not-ours", { expectedTurnId: "turn-of-somebody" }],
    ["turn/interrupt", "turn-not-ours", { turnId: "turn-of-somebody" }],
    ["turn/interrupt", "node-refused", { turnId: "" }],
    ["thread/unsubscribe", "thread-not-loaded", { threadId: "not-held" }],
    ["thread/name/set", "thread-not-loaded", { threadId: "not-held" }],
    ["thread/backgroundTerminals/list", "thread-not-loaded", { threadId: "not-held" }],
    ["thread/backgroundTerminals/terminate", "turn-not-ours", { processId: "1" }],
    ["node/file", "thread-not-loaded", { threadId: "not-held" }],
    ["node/file", "node-folder-outside", { path: "/etc/passwd" }],
    ["node/file", "node-folder-outside", { path: "../../../../etc/passwd" }],
    ["node/keep", "thread-not-loaded", { threadId: "../../elsewhere" }],
    ["node/keep", "node-refused", { bytes: "no base64" }],
    ["node/keep", "node-refused", { path: "/tmp/mine" }],
  ])("%s: %s for %j [NODE-2b NODE-2c NODE-2d]", async (method, code, change) => {
    const good = (await buildGoodParams())[method];
    const before = server.count(method);
    expect(await gateway.codeOf(method, { ...good, ...change })).toBe(code);
    expect(server.count(method)).toBe(before);
  });
});
