// What a hostile gateway asks of a node: the members of params that are let through, and what of them must not be.
import { FakeAppServer } from "../rigs/fake-app-server.ts";
import { FakeClock } from "../rigs/fake-clock.ts";
import { FakePlace } from "../rigs/fake-place.ts";
import { type HostileGateway, NodeRig } from "../rigs/node-rig.ts";
import { listAttacks } from "./attacks.ts";
import type { Score } from "./score.ts";

/** Method, the code of its refusal, and what is changed in its params. */
type NodeAttack = [method: string, code: string, change: Record<string, unknown>];

export function listNodeAttacks(cwd: string): NodeAttack[] {
  return [
    ...["thread/start", "thread/fork"].flatMap((method): NodeAttack[] => [
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
  ];
}

/** Params that are let through, so that what is added to them alone decides. */
export async function buildGoodParams(
  gateway: HostileGateway,
  cwd: string,
): Promise<Record<string, Record<string, unknown>>> {
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

/** On the node's filter, with a server behind it that does whatever it is asked. */
export async function attackNode(score: Score): Promise<void> {
  const cwd = process.cwd();
  const server = new FakeAppServer();
  const clock = new FakeClock();
  const rig = new NodeRig({ clock, buildServers: () => new FakePlace({ clock, own: server }).servers });
  try {
    const gateway = await rig.openHostile();
    for (const [method, code, change] of listNodeAttacks(cwd)) {
      const good = (await buildGoodParams(gateway, cwd))[method];
      const before = server.count(method);
      const got = await gateway.codeOf(method, { ...good, ...change });
      score.count("node: params of a hostile gateway", { kind: method, text: JSON.stringify(change) }, [
        ...(got === code ? [] : [`answered ${got}`]),
        ...(server.count(method) === before ? [] : ["the server was asked"]),
      ]);
    }
    await attackByWords(gateway, server, score);
  } finally {
    await rig.close();
  }
}

/** The same words as everywhere, where a path, an id or a method stands. */
async function attackByWords(gateway: HostileGateway, server: FakeAppServer, score: Score): Promise<void> {
  const good = await buildGoodParams(gateway, process.cwd());
  for (const attack of listAttacks({ folder: "/etc", site: "http://127.0.0.1:9" })) {
    const before = server.received.length;
    const codes = [
      await gateway.codeOf(attack.text),
      await gateway.codeOf("thread/resume", { ...good["thread/resume"], [attack.text]: true }),
      await gateway.codeOf("node/file", { ...good["node/file"], threadId: attack.text }),
      await gateway.codeOf("thread/start", { ...good["thread/start"], cwd: attack.text }),
    ];
    score.count("node: words as methods, members, ids and folders", attack, [
      ...codes.flatMap((code, at) => (code === undefined ? [`way ${at + 1} was let through`] : [])),
      ...(server.received.length === before ? [] : ["the server was asked"]),
    ]);
  }
}
