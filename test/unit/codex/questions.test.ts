import { describe, expect, test } from "vitest";
import { buildDecline, readAsked } from "../../../src/codex/questions.ts";

const ask = (method: string, params: Record<string, unknown> = {}) => readAsked({ id: 0, method, params });
const answers = (asked: ReturnType<typeof ask>) => asked?.choices.map(({ name, answer }) => [name, answer]);
const amendment = { acceptWithExecpolicyAmendment: { execpolicy_amendment: ["touch", "../a"] } };

describe("a command [TURN-11b]", () => {
  const command = (availableDecisions?: unknown) =>
    ask("item/commandExecution/requestApproval", {
      command: "touch ../a",
      ...(availableDecisions ? { availableDecisions } : {}),
    });

  test("exactly the choices that Codex offers, and no, which it always takes", () => {
    expect(answers(command(["accept", amendment, "cancel"]))).toEqual([
      ["yes", { decision: "accept" }],
      ["no", { decision: "decline" }],
      ["cancel", { decision: "cancel" }],
      ["always", { decision: amendment }],
    ]);
    expect(answers(command(["accept", "acceptForSession", "decline"]))?.map(([name]) => name)).toEqual([
      "yes",
      "session",
      "no",
    ]);
    expect(answers(command(["accept"]))?.map(([name]) => name)).toEqual(["yes", "no"]);
  });

  test("decisions of tomorrow are not offered in other words", () => {
    expect(answers(command(["accept", "acceptForever"]))?.map(([name]) => name)).toEqual(["yes", "no"]);
  });

  test("a server that lists nothing takes the four that are known", () => {
    expect(answers(command())?.map(([name]) => name)).toEqual(["yes", "session", "no", "cancel"]);
  });

  test("several permanent rules have a name each [TURN-11b]", () => {
    const host = { applyNetworkPolicyAmendment: { network_policy_amendment: { host: "a.b" } } };
    const asked = command(["accept", amendment, host]);
    const rules = asked?.choices.filter((choice) => choice.ownerOnly);
    expect(rules).toMatchObject([
      { name: "always", answer: { decision: amendment } },
      { name: "always 2", answer: { decision: host } },
    ]);
  });

  test("a permanent rule is the owner's alone, and says what it allows", () => {
    const always = command(["accept", amendment])?.choices.find((choice) => choice.name === "always");
    expect(always).toMatchObject({ ownerOnly: true, rule: "touch ../a" });
    expect(command(["accept", amendment])?.choices.filter((choice) => choice.ownerOnly)).toHaveLength(1);
  });
});

test("a file change [TURN-11c]", () => {
  expect(answers(ask("item/fileChange/requestApproval"))).toEqual([
    ["yes", { decision: "accept" }],
    ["session", { decision: "acceptForSession" }],
    ["no", { decision: "decline" }],
    ["cancel", { decision: "cancel" }],
  ]);
});

test("permissions: yes gives what was asked for, no gives nothing [TURN-11d]", () => {
  const permissions = { network: { enabled: true } };
  expect(answers(ask("item/permissions/requestApproval", { permissions }))).toEqual([
    ["yes", { permissions, scope: "turn" }],
    ["session", { permissions, scope: "session" }],
    ["no", { permissions: {}, scope: "turn" }],
  ]);
});

describe("elicitation [TURN-11d]", () => {
  const elicit = (params: Record<string, unknown>) => ask("mcpServer/elicitation/request", params);

  test("a form wants words; only no and cancel are choices", () => {
    const requestedSchema = { type: "object", properties: { a: { type: "string" } } };
    const asked = elicit({ mode: "form", requestedSchema });
    expect(asked?.fields).toHaveLength(1);
    expect(answers(asked)).toEqual([
      ["no", { action: "decline" }],
      ["cancel", { action: "cancel" }],
    ]);
  });

  test("a link or an empty form wants a yes", () => {
    for (const params of [
      { mode: "url", url: "https://x" },
      { mode: "form", requestedSchema: { properties: {} } },
    ]) {
      expect(answers(elicit(params))?.[0]).toEqual(["yes", { action: "accept", content: {} }]);
    }
  });

  test("an MCP call: only as long as the server lets a yes hold; always is the owner's", () => {
    const meta = { codex_approval_kind: "mcp_tool_call", tool_name: "wipe" };
    const names = (persist: unknown) =>
      elicit({ mode: "form", _meta: { ...meta, persist } })?.choices.map(({ name }) => name);
    expect(names(["session", "always"])).toEqual(["yes", "session", "always", "no", "cancel"]);
    expect(names("session")).toEqual(["yes", "session", "no", "cancel"]);
    expect(names(undefined)).toEqual(["yes", "no", "cancel"]);
    const all = elicit({ mode: "form", _meta: { ...meta, persist: ["always"] } })?.choices;
    expect(all?.find((choice) => choice.name === "always")).toMatchObject({ ownerOnly: true, rule: "wipe" });
  });
});

test("what asks nobody, or is not known", () => {
  for (const method of ["item/tool/call", "account/chatgptAuthTokens/refresh", "item/future/request"]) {
    expect(ask(method)).toBeUndefined();
  }
});

test.each([
  [
    "item/commandExecution/requestApproval",
    { availableDecisions: ["accept", "cancel"] },
    { decision: "decline" },
  ],
  ["item/fileChange/requestApproval", {}, { decision: "decline" }],
  ["item/permissions/requestApproval", { permissions: { network: {} } }, { permissions: {}, scope: "turn" }],
  ["mcpServer/elicitation/request", { mode: "form", requestedSchema: {} }, { action: "decline" }],
  ["item/tool/requestUserInput", { questions: [{ id: "q" }] }, { answers: {} }],
])("declining %s changes nothing [TURN-11h]", (method, params, answer) => {
  const asked = ask(method, params);
  expect(asked && buildDecline(asked)).toEqual(answer);
});
