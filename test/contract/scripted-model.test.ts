// What each step of the scripted model makes the real Codex do, seen by a bare client over stdio.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { formatScript, type Step } from "../../src/demo/script.ts";
import { type ScriptedModel, startScriptedModel } from "../../src/demo/scripted-model.ts";
import { BareClient, type FinishedTurn, type Params, type ServerMessage } from "../rigs/bare-client.ts";
import { type CodexHome, makeCodexHome } from "../rigs/codex-home.ts";
import { at } from "../rigs/json-path.ts";
import { writeLargeThread } from "../rigs/large-home.ts";

let model: ScriptedModel;
let home: CodexHome;
let client: BareClient;

beforeAll(async () => {
  model = await startScriptedModel();
  const script = fileURLToPath(new URL("../rigs/mcp-elicit.ts", import.meta.url));
  home = makeCodexHome({
    modelUrl: model.url,
    provider: "request_max_retries = 1\nstream_max_retries = 1",
    features: "default_mode_request_user_input = true\nrequest_permissions_tool = true",
    tables: `[mcp_servers.elicit]\ncommand = ${JSON.stringify(process.execPath)}\nargs = [${JSON.stringify(script)}]`,
  });
  client = await BareClient.overStdio(home.env, home.workFolder);
});
afterAll(async () => {
  await client?.close();
  await model?.close();
  home?.remove();
});

const asking: Params = { approvalPolicy: "on-request", sandboxPolicy: { type: "readOnly" } };
const ok: Step = { text: "ok" };
const startThread = () =>
  client.startThread({ cwd: home.workFolder, approvalPolicy: "on-request", sandbox: "read-only" });

/** One turn; `answer` is given to each question of the server. */
async function run(
  threadId: string,
  steps: Step[],
  ...answers: unknown[]
): Promise<[FinishedTurn, ServerMessage[]]> {
  const from = client.messages.length;
  const turnId = await client.startTurn(threadId, formatScript(...steps), asking);
  const asked: ServerMessage[] = [];
  for (const answer of answers) {
    const question = await client.waitFor((m) => m.id !== undefined && !asked.includes(m), from);
    asked.push(question);
    client.answer(question, answer);
  }
  const turn = await client.endOfTurn(threadId, turnId, from);
  expect(turn.messages.filter((message) => message.id !== undefined)).toEqual(asked);
  return [turn, asked];
}

const completed = (turn: FinishedTurn, type: string) =>
  turn.messages
    .filter((message) => message.method === "item/completed")
    .map((message) => message.params.item as Params)
    .filter((item) => item.type === type);
const methods = (turn: FinishedTurn, method: string) => turn.messages.filter((m) => m.method === method);

/** What the model was told of its last tool call. */
function lastToolOutput(): string {
  const input = model.requests.at(-1)?.body.input as Params[];
  return JSON.stringify(input.findLast((item) => String(item.type).endsWith("_output"))?.output);
}

test("a plain message gets the canned reply, in several deltas", async () => {
  const turn = await client.runTurn(await startThread(), "hello codex");
  expect(turn.status).toBe("completed");
  expect(at(turn.turn, "items", 0)).toMatchObject({ phase: "final_answer" });
  expect(at(turn.turn, "items", 0, "text")).toContain("hello codex");
  expect(methods(turn, "item/agentMessage/delta").length).toBeGreaterThan(1);
});

test("reasoning, commentary, a command and the final answer arrive in that order", async () => {
  const first: Step = {
    items: [{ reason: "hm" }, { say: "I look", phase: "commentary" }, { shell: "echo seen" }],
  };
  const [turn] = await run(await startThread(), [first, { items: [{ say: "end", phase: "final_answer" }] }]);
  const types = methods(turn, "item/completed").map((message) => at(message.params, "item", "type"));
  expect(types).toEqual(["userMessage", "reasoning", "agentMessage", "commandExecution", "agentMessage"]);
  expect(completed(turn, "commandExecution")).toMatchObject([{ status: "completed", exitCode: 0 }]);
  expect(lastToolOutput()).toContain("seen");
  expect(turn.turn.items).toMatchObject([{ text: "end", phase: "final_answer" }]);
});

test("a patch asks for the file change and writes the file when accepted", async () => {
  const patch = "*** Begin Patch\n*** Add File: made.txt\n+hello\n*** End Patch";
  const [turn, [question]] = await run(await startThread(), [{ patch }, ok], { decision: "accept" });
  expect(question?.method).toBe("item/fileChange/requestApproval");
  expect(question?.params).toMatchObject({ turnId: turn.id, reason: null, grantRoot: null });
  expect(completed(turn, "fileChange")).toMatchObject([{ id: question?.params.itemId, status: "completed" }]);
  expect(readFileSync(join(home.workFolder, "made.txt"), "utf8")).toBe("hello\n");
});

test("an escalated command asks with its own reason; declined, it does not run and the turn goes on", async () => {
  const extra = { sandbox_permissions: "require_escalated", justification: "to see" };
  const step: Step = { shell: "touch never", extra };
  const [turn, [question]] = await run(await startThread(), [step, ok], { decision: "decline" });
  expect(question?.method).toBe("item/commandExecution/requestApproval");
  expect(question?.params).toMatchObject({
    reason: "to see",
    cwd: home.workFolder,
    commandActions: [{ command: "touch never" }],
    availableDecisions: [
      "accept",
      { acceptWithExecpolicyAmendment: { execpolicy_amendment: ["touch", "never"] } },
      "cancel",
    ],
  });
  expect(completed(turn, "commandExecution")).toMatchObject([{ status: "declined" }]);
  expect(lastToolOutput()).toContain("rejected by user");
  expect([turn.status, existsSync(join(home.workFolder, "never"))]).toEqual(["completed", false]);
});

test("accepted for the session, the same command is not asked again, though that choice is not listed", async () => {
  const threadId = await startThread();
  const step: Step = { shell: "echo twice", extra: { sandbox_permissions: "require_escalated" } };
  await run(threadId, [step, ok], { decision: "acceptForSession" });
  const [turn] = await run(threadId, [step, ok]);
  expect(completed(turn, "commandExecution")).toMatchObject([{ status: "completed" }]);
});

test("permissions are granted by repeating them and refused by an empty object", async () => {
  const threadId = await startThread();
  const permissions = { network: { enabled: true } };
  const step: Step = { call: "request_permissions", args: { reason: "to fetch", permissions } };
  const [, [question]] = await run(threadId, [step, ok], { permissions, scope: "turn" });
  expect(question?.method).toBe("item/permissions/requestApproval");
  expect(question?.params).toMatchObject({ reason: "to fetch", permissions });
  expect(lastToolOutput()).toContain(String.raw`\"enabled\":true`);
  await run(threadId, [step, ok], { permissions: {}, scope: "turn" });
  expect(lastToolOutput()).toContain(String.raw`\"network\":null`);
});

test("questions reach the person, and words of their own reach the model", async () => {
  const options = ["Red", "Blue"].map((label) => ({ label, description: "a colour" }));
  const questions = [{ id: "colour", header: "Colour", question: "Which?", options }];
  const step: Step = { call: "request_user_input", args: { questions } };
  const answers = { colour: { answers: ["a light green"] } };
  const [, [question]] = await run(await startThread(), [step, ok], { answers });
  expect(question?.method).toBe("item/tool/requestUserInput");
  expect(question?.params.questions).toMatchObject([{ ...questions[0], isOther: true, isSecret: false }]);
  expect(lastToolOutput()).toContain("a light green");
});

test("a form of an MCP server is asked and answered", async () => {
  const step: Step = { call: "ask_form", namespace: "mcp__elicit" };
  const content = { branch: "main", confirm: true };
  const [, [question]] = await run(await startThread(), [step, ok], { action: "accept", content });
  expect(question?.method).toBe("mcpServer/elicitation/request");
  expect(question?.params).toMatchObject({ serverName: "elicit", mode: "form", _meta: null });
  expect(at(question?.params, "requestedSchema", "required")).toEqual(["branch", "confirm"]);
  expect(lastToolOutput()).toContain(String.raw`\"branch\":\"main\"`);
});

test("a link of an MCP server is shown", async () => {
  const step: Step = { call: "ask_url", namespace: "mcp__elicit" };
  const [, [question]] = await run(await startThread(), [step, ok], { action: "decline" });
  expect(question?.params).toMatchObject({ mode: "url", url: "https://example.com/sign-in?state=1" });
  expect(lastToolOutput()).toContain("decline");
});

test("a destructive MCP tool asks; a yes for the session holds for the thread, with any arguments", async () => {
  const threadId = await startThread();
  const wipe = (path: string): Step => ({ call: "wipe", namespace: "mcp__elicit", args: { path } });
  const [declined, [question]] = await run(threadId, [wipe("/x"), ok], { action: "decline" });
  expect(question?.params._meta).toMatchObject({
    codex_approval_kind: "mcp_tool_call",
    persist: ["session", "always"],
    tool_name: "wipe",
    tool_params: { path: "/x" },
  });
  expect(completed(declined, "mcpToolCall")).toMatchObject([{ status: "failed" }]);
  const forSession = { action: "accept", content: {}, _meta: { persist: "session" } };
  await run(threadId, [wipe("/x"), ok], forSession);
  const [again] = await run(threadId, [wipe("/y"), ok]);
  expect(completed(again, "mcpToolCall")).toMatchObject([{ status: "completed" }]);
  await run(await startThread(), [wipe("/x"), ok], { action: "cancel" });
});

test.each([
  [{ status: 400, body: { error: { message: "bad" } } }, "other"],
  [{ status: 401 }, { httpConnectionFailed: { httpStatusCode: 401 } }],
  [{ status: 429 }, { responseTooManyFailedAttempts: { httpStatusCode: 429 } }],
  [{ status: 500 }, "internalServerError"],
  [{ failed: { code: "rate_limit_exceeded", message: "slow" } }, "rateLimitExceeded"],
  [{ deltas: 9, drop: 3 }, "other"],
] as [Step, unknown][])("%j fails the turn with %j", async (step, codexErrorInfo) => {
  const [turn] = await run(await startThread(), [step]);
  expect(turn.status).toBe("failed");
  expect(turn.turn.error).toMatchObject({ codexErrorInfo });
});

test("a stream that drops once is asked again, and only the second message completes", async () => {
  const [turn] = await run(await startThread(), [{ attempts: [{ deltas: 9, drop: 3 }, { text: "whole" }] }]);
  expect(turn.turn.items).toMatchObject([{ text: "whole" }]);
  expect(completed(turn, "agentMessage")).toHaveLength(1);
  expect(methods(turn, "error").map((message) => message.params.willRetry)).toEqual([true]);
});

test("a reply of one megabyte arrives whole, with the usage of the script", async () => {
  const usage = { input: 11, cached: 3, output: 5, reasoning: 2 };
  const [turn] = await run(await startThread(), [{ huge: 1_048_576, usage }]);
  expect(at(turn.turn, "items", 0, "text")).toHaveLength(1_048_576);
  const [used] = methods(turn, "thread/tokenUsage/updated");
  expect(at(used?.params, "tokenUsage", "last")).toMatchObject({ inputTokens: 11, cachedInputTokens: 3 });
});

test("a held reply can be interrupted, a stalled one goes on when released", async () => {
  const threadId = await startThread();
  const from = client.messages.length;
  const held = await client.startTurn(threadId, formatScript({ deltas: 6, hold: "middle", after: 3 }));
  await model.held("middle");
  await client.waitForMethod("item/agentMessage/delta", from);
  await client.request("turn/interrupt", { threadId, turnId: held });
  expect((await client.endOfTurn(threadId, held, from)).status).toBe("interrupted");
  const stalled = await client.startTurn(threadId, formatScript({ text: "at last", stall: "quiet" }));
  await model.held("quiet");
  model.release("quiet");
  const turn = await client.endOfTurn(threadId, stalled);
  expect(turn.turn.items).toMatchObject([{ text: "at last" }]);
});

test("a long thread from disk is resumed and goes on", async () => {
  const place = { codexHome: home.codexHome, workFolder: home.workFolder };
  const sizeBytes = 1_048_576;
  const { threadId, path, turns } = writeLargeThread({
    ...place,
    sizeBytes,
    startedAtMs: Date.UTC(2026, 0, 5),
  });
  expect(readFileSync(path).length).toBeGreaterThanOrEqual(sizeBytes);
  await client.request("thread/resume", { threadId, excludeTurns: true });
  const page = await client.request("thread/turns/list", { threadId, limit: 100 });
  expect(page.data).toHaveLength(turns);
  expect((await client.runTurn(threadId, "go on")).status).toBe("completed");
});
