// What we send, held against the JSON Schema that the real Codex generates of its own protocol.
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { Ajv } from "ajv";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildFieldsAnswer } from "../../src/codex/question-fields.ts";
import { buildDecline, noDynamicTools, readAsked } from "../../src/codex/questions.ts";
import { TurnInbox } from "../../src/codex/turn-inbox.ts";
import { buildTurnStart, startTurn, steerTurn, stopTurn } from "../../src/codex/turns.ts";
import type { TurnSettings } from "../../src/store/rows.ts";
import { findCodexBinary } from "../rigs/codex-binary.ts";
import type { Incoming } from "../rigs/fake-app-server.ts";
import { FakeClock } from "../rigs/fake-clock.ts";
import { FakePlace } from "../rigs/fake-place.ts";
import { pass, settle } from "../rigs/settle.ts";

let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "schema-"));
  const home = join(folder, "home");
  mkdirSync(home);
  const args = ["app-server", "generate-json-schema", "--experimental", "--out", join(folder, "out")];
  const env = { PATH: process.env.PATH, HOME: home, CODEX_HOME: home };
  await promisify(execFile)(findCodexBinary(), args, { env });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What is wrong with the value; unknown members too, which Codex would ignore in silence. */
function findFaults(name: string, value: unknown): unknown[] {
  const schema = JSON.parse(readFileSync(join(folder, "out", `${name}.json`), "utf8")) as Schema;
  const validate = new Ajv({ strict: false, validateFormats: false }).compile(schema);
  validate(value);
  const known = Object.keys(schema.properties ?? {});
  const unknown = Object.keys(value as object).filter((key) => known.length > 0 && !known.includes(key));
  return [...(validate.errors ?? []), ...unknown.map((key) => `${name} knows no ${key}`)];
}

interface Schema {
  properties?: Record<string, unknown>;
}

const paramsSchemas: Record<string, string> = {
  initialize: "v1/InitializeParams",
  "thread/start": "v2/ThreadStartParams",
  "thread/resume": "v2/ThreadResumeParams",
  "thread/read": "v2/ThreadReadParams",
  "thread/list": "v2/ThreadListParams",
  "thread/turns/list": "v2/ThreadTurnsListParams",
  "thread/unsubscribe": "v2/ThreadUnsubscribeParams",
  "thread/backgroundTerminals/list": "v2/ThreadBackgroundTerminalsListParams",
  "thread/backgroundTerminals/terminate": "v2/ThreadBackgroundTerminalsTerminateParams",
  "turn/start": "v2/TurnStartParams",
  "turn/steer": "v2/TurnSteerParams",
  "turn/interrupt": "v2/TurnInterruptParams",
};

/** Every request that a life of threads and turns sends. */
async function record(): Promise<Incoming[]> {
  const clock = new FakeClock();
  const place = new FakePlace({ clock });
  const { own: server, threads } = place;
  server.plan("thread/list", ({ reply }) => reply({ data: [], nextCursor: null }));
  server.plan("thread/backgroundTerminals/list", ({ reply }) =>
    reply({ data: [{ itemId: "i", processId: "1", command: "sleep 9" }], nextCursor: null }),
  );
  await threads.list({ cwd: "/w", archived: true });
  const hold = await threads.start({ cwd: "/w", model: "m", approvalPolicy: "on-request" });
  const inbox = new TurnInbox({ feed: hold.feed, clock, clientId: "c" });
  const input = { text: "hi", images: ["/w/a.png"] };
  await startTurn(hold, inbox, { input, clientId: "c", cwd: "/w", settings: {}, network: false });
  await settle();
  const { threadId } = hold;
  const turnId = inbox.turnId ?? "";
  server.notify(threadId, "item/started", {
    turnId,
    item: { type: "commandExecution", id: "i", command: "sleep 9" },
  });
  await steerTurn(hold, turnId, "more", "c2");
  await stopTurn(hold, inbox);
  server.notify(threadId, "item/completed", { turnId, item: { type: "commandExecution", id: "i" } });
  await threads.readTurns(threadId, "cursor", 5);
  await threads.read(threadId);
  hold.release();
  await pass(clock, 40_000, 1_000);
  (await threads.hold(threadId)).release();
  return server.received;
}

test("every request of a thread's life is one that Codex knows, member by member [SRV-5g]", async () => {
  const received = await record();
  for (const { method, params } of received) {
    const name = paramsSchemas[method];
    if (name) expect([method, findFaults(name, params)]).toEqual([method, []]);
  }
  const sent = new Set(received.map(({ method }) => method));
  expect(Object.keys(paramsSchemas).filter((method) => !sent.has(method))).toEqual([]);
});

describe("turn/start [TURN-8d]", () => {
  const settings: TurnSettings[] = (["read-only", "workspace-write", "danger-full-access"] as const).flatMap(
    (sandbox) =>
      (["untrusted", "on-request", "never"] as const).map((approvalPolicy) => ({
        sandbox,
        approvalPolicy,
        model: "m",
        effort: "high",
      })),
  );

  test.each(settings)("with $sandbox and $approvalPolicy", (given) => {
    for (const network of [false, true]) {
      const request = { input: { text: "", images: ["/w/a.png"] }, clientId: "c", settings: given, network };
      expect(findFaults("v2/TurnStartParams", buildTurnStart("t", request))).toEqual([]);
    }
  });
});

describe("answers to questions", () => {
  const amendment = { acceptWithExecpolicyAmendment: { execpolicy_amendment: ["touch"] } };
  const tool = { codex_approval_kind: "mcp_tool_call", persist: ["session", "always"], tool_name: "wipe" };
  const permissions = { network: { enabled: true }, fileSystem: { read: null, write: ["/w"] } };

  test.each<[string, string, Record<string, unknown>]>([
    [
      "item/commandExecution/requestApproval",
      "CommandExecutionRequestApprovalResponse",
      { availableDecisions: ["accept", "acceptForSession", "cancel", amendment] },
    ],
    ["item/fileChange/requestApproval", "FileChangeRequestApprovalResponse", {}],
    ["item/permissions/requestApproval", "PermissionsRequestApprovalResponse", { permissions }],
    ["mcpServer/elicitation/request", "McpServerElicitationRequestResponse", { mode: "form", _meta: tool }],
    [
      "mcpServer/elicitation/request",
      "McpServerElicitationRequestResponse",
      { mode: "url", url: "https://x" },
    ],
    ["item/tool/requestUserInput", "ToolRequestUserInputResponse", { questions: [] }],
  ])("%s: every choice, and declining", (method, name, params) => {
    const asked = readAsked({ id: 0, method, params });
    if (!asked) throw new Error("not a question");
    for (const { answer } of asked.choices) expect(findFaults(name, answer)).toEqual([]);
    expect(findFaults(name, buildDecline(asked))).toEqual([]);
  });

  test("words for a form and for the model's questions", () => {
    const properties = {
      a: { type: "string" },
      b: { type: "integer" },
      c: { type: "array", items: { enum: ["x"] } },
    };
    const form = readAsked({
      id: 0,
      method: "mcpServer/elicitation/request",
      params: { mode: "form", requestedSchema: { properties } },
    });
    const content = buildFieldsAnswer("elicitation", form?.fields ?? [], "w | 1 | x");
    expect(findFaults("McpServerElicitationRequestResponse", content)).toEqual([]);
    const questions = [{ id: "q", options: [{ label: "Red" }] }];
    const input = readAsked({ id: 0, method: "item/tool/requestUserInput", params: { questions } });
    expect(
      findFaults("ToolRequestUserInputResponse", buildFieldsAnswer("user-input", input?.fields ?? [], "1")),
    ).toEqual([]);
  });

  test("a tool call that we do not offer", () => {
    expect(findFaults("DynamicToolCallResponse", noDynamicTools)).toEqual([]);
  });
});
