// Two clients on one shared server of the real Codex: what the person's terminal and we see of each other.
import { afterAll, beforeAll, expect, test } from "vitest";
import { formatScript } from "../../src/demo/script.ts";
import { type ScriptedModel, startScriptedModel } from "../../src/demo/scripted-model.ts";
import { BareClient } from "../rigs/bare-client.ts";
import { type CodexHome, makeCodexHome } from "../rigs/codex-home.ts";
import { type SocketServer, startSocketServer } from "../rigs/socket-server.ts";

let model: ScriptedModel;
let home: CodexHome;
let server: SocketServer;

beforeAll(async () => {
  model = await startScriptedModel();
  home = makeCodexHome({ modelUrl: model.url });
  server = await startSocketServer(home);
});
afterAll(async () => {
  await server?.stop("SIGKILL");
  await model?.close();
  home?.remove();
});

test("both see the turn and its question; the first answer settles it for both", async () => {
  const one = await BareClient.overSocket(server.socketPath);
  const other = await BareClient.overSocket(server.socketPath);
  const threadId = await one.startThread({ cwd: home.workFolder, sandbox: "read-only" });
  await one.runTurn(threadId, formatScript({ text: "first" }));
  await other.request("thread/resume", { threadId, excludeTurns: true });

  const extra = { sandbox_permissions: "require_escalated" };
  const from = one.messages.length;
  const otherFrom = other.messages.length;
  const script = formatScript({ shell: "echo shared", extra }, { text: "done" });
  const turnId = await one.startTurn(threadId, script, { approvalPolicy: "on-request" });
  const mine = await one.waitFor((message) => message.id !== undefined, from);
  const theirs = await other.waitFor((message) => message.id !== undefined, otherFrom);
  expect(theirs.id).toBe(mine.id);
  other.answer(theirs, { decision: "accept" });

  const resolved = await one.waitForMethod("serverRequest/resolved", from);
  expect(resolved.params).toEqual({ threadId, requestId: mine.id });
  const seen = await Promise.all([
    one.endOfTurn(threadId, turnId, from),
    other.endOfTurn(threadId, turnId, otherFrom),
  ]);
  for (const turn of seen) expect(turn.turn.items).toMatchObject([{ text: "done" }]);
  await Promise.all([one.close(), other.close()]);
});

test("waiting for a message ends with an error when the server is killed", async () => {
  const client = await BareClient.overSocket(server.socketPath);
  const waiting = expect(client.waitForMethod("never/sent")).rejects.toThrow("socket closed");
  await server.stop("SIGKILL");
  await waiting;
  await expect(client.request("thread/list")).rejects.toThrow("socket closed");
});
