// A folder of a held thread that a link replaces, against each call of a gateway that works in it.
import { mkdirSync, mkdtempSync, realpathSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { FakeAppServer } from "../../rigs/fake-app-server.ts";
import { FakeClock } from "../../rigs/fake-clock.ts";
import { FakePlace } from "../../rigs/fake-place.ts";
import { type HostileGateway, NodeRig } from "../../rigs/node-rig.ts";

let base: string;
let server: FakeAppServer;
let rig: NodeRig;
let gateway: HostileGateway;
beforeEach(async () => {
  base = realpathSync(mkdtempSync(join(tmpdir(), "replaced-")));
  mkdirSync(join(base, "root/project"), { recursive: true });
  mkdirSync(join(base, "root/other"));
  mkdirSync(join(base, "outside"));
  server = new FakeAppServer();
  const clock = new FakeClock();
  const rules = { roots: [join(base, "root")] };
  rig = new NodeRig({ clock, rules, buildServers: () => new FakePlace({ clock, own: server }).servers });
  gateway = await rig.openHostile();
});
afterEach(async () => {
  await rig.close();
  rmSync(base, { recursive: true, force: true });
});

const input = [{ type: "text", text: "hi" }];
const policies = { permissions: ":workspace", approvalPolicy: "on-request" };

async function startIn(name: string): Promise<string> {
  const { result } = await gateway.ask("thread/start", { cwd: join(base, name), ...policies });
  return (result as { thread: { id: string } }).thread.id;
}

function replace(name: string, target: string): void {
  renameSync(join(base, name), join(base, "moved"));
  symlinkSync(join(base, target), join(base, name));
}

describe.each([
  ["root/project", "outside", "node-folder-outside"],
  ["root/project", "root/other", "folder-replaced"],
  ["root", "outside", "node-folder-outside"],
])("%s becomes a link to %s", (name, target, code) => {
  const calls: [string, (threadId: string) => Record<string, unknown>][] = [
    ["turn/start", (threadId) => ({ threadId, clientUserMessageId: "m", input, ...policies })],
    [
      "turn/start",
      (threadId) => ({ threadId, clientUserMessageId: "m", input, cwd: join(base, name), ...policies }),
    ],
    ["thread/resume", (threadId) => ({ threadId, excludeTurns: true })],
    ["thread/fork", (threadId) => ({ threadId, excludeTurns: true })],
    ["node/keep", (threadId) => ({ threadId, name: "a.csv", bytes: "YQ==" })],
    ["node/file", (threadId) => ({ threadId, path: "x", offset: 0 })],
  ];
  test.each(calls)("%s is refused, and the server hears nothing of it [BORD-1b]", async (method, build) => {
    const threadId = await startIn(name);
    replace(name, target);
    const before = server.count(method);
    const refused = await gateway.codeOf(method, build(threadId));
    expect(refused).toBe(code);
    expect(server.count(method)).toBe(before);
  });
});

test("put back, the folder is given again [BORD-1b]", async () => {
  const threadId = await startIn("root/project");
  replace("root/project", "outside");
  const turn = { threadId, clientUserMessageId: "m", input, ...policies };
  expect(await gateway.codeOf("turn/start", turn)).toBe("node-folder-outside");
  rmSync(join(base, "root/project"));
  renameSync(join(base, "moved"), join(base, "root/project"));
  expect(await gateway.codeOf("turn/start", turn)).toBe(undefined);
});

test("a link in the folder where files of gateways are kept is refused, and nothing is written [BORD-1b]", async () => {
  const threadId = await startIn("root/project");
  symlinkSync(join(base, "outside"), join(rig.stateDirectory, "node-files"));
  expect(await gateway.codeOf("node/keep", { threadId, name: "a.csv", bytes: "YQ==" })).toBe(
    "folder-replaced",
  );
});
