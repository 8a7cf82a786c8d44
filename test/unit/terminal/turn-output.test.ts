import { expect, test } from "vitest";
import type { TurnEvent, TurnEventBody } from "../../../src/codex/turn-events.ts";
import { BridgeError, type ErrorCode } from "../../../src/errors.ts";
import { buildFolderHider } from "../../../src/hosts/terminal/known-folders.ts";
import { buildEnding, buildFailureFacts } from "../../../src/hosts/terminal/turn-ending.ts";
import {
  buildTurnOutput,
  readPhase,
  readTerminalStatus,
} from "../../../src/hosts/terminal/turn-events-json.ts";
import { findTurnHome } from "../../../src/hosts/terminal/turn-home.ts";

const build = (body: TurnEventBody) => buildTurnOutput({ ...body, seq: 1, turnId: "t" } as TurnEvent);

test.each([
  ["completed", "completed"],
  ["cancelled", "cancelled"],
  ["canceled", "cancelled"],
  ["interrupted", "cancelled"],
  ["blocked", "blocked"],
  ["failed", "failed"],
  ["Completed", "failed"],
  ["anything", "failed"],
])("S2-74 a turn that ended as %s is %s", (word, status) => {
  expect(readTerminalStatus(word)).toBe(status);
});

test.each([
  ["codex-not-found", {}, "process:spawn"],
  ["backend-spawn-failed", { command: "codex" }, "process:spawn"],
  ["server-exited", { exit: "exit 1" }, "process:close"],
  ["backend-timeout", { method: "turn/start", sent: true }, "request:turn/start"],
  ["connection-lost", { method: "thread/start", sent: true }, "request:thread/start"],
  ["backend-response-invalid", { method: "initialize" }, "response:initialize"],
  ["backend-response-invalid", {}, "stdout:message"],
  ["backend-json-parse-error", { method: "turn/start", sent: true }, "stdout:parse"],
  ["backend-protocol-error", {}, "stdout:read"],
  ["backend-protocol-error", { method: "turn/start", message: "no" }, "response:turn/start"],
  ["thread-gone", { method: "thread/resume" }, "response:thread/resume"],
  ["folder-missing", {}, "codex-stdio"],
] as [ErrorCode, Record<string, string | boolean>, string][])(
  "S2-77 %s with %j shows in the phase %s",
  (code, details, phase) => {
    expect(readPhase(new BridgeError(code, "it failed", details))).toBe(phase);
  },
);

test("S2-67 S2-68 S2-69 S2-72 S2-D23 pieces of text are not printed, output names no stream, the unknown its method", () => {
  expect(build({ type: "text-delta", itemId: "i", text: "pie" })).toBeUndefined();
  expect(build({ type: "tool-output", itemId: "i", text: "out" })).toEqual({
    type: "command_output",
    payload: { itemId: "i", text: "out" },
  });
  expect(build({ type: "message", itemId: "i", text: "hm", phase: "commentary" })?.type).toBe(
    "backend_status",
  );
  expect(build({ type: "other", method: "turn/later" })).toEqual({
    type: "backend_status",
    payload: { phase: "turn/later" },
  });
});

test("S2-D19 what a command wrote is cut inside its item", () => {
  const item = { type: "commandExecution", id: "i", aggregatedOutput: "x".repeat(100_000) };
  const output = build({
    type: "tool-completed",
    itemId: "i",
    tool: "command",
    title: "",
    status: "completed",
    item,
  });
  expect(JSON.stringify(output).length).toBeLessThan(17_000);
});

test("S2-70 S2-71 a retry is an error that is not the end, its kind read from its words", () => {
  expect(build({ type: "retrying", message: "429 Too Many Requests" })).toMatchObject({
    type: "error",
    payload: { failureKind: "provider-rate-limited", willRetry: true },
  });
  expect(build({ type: "retrying", message: "stream closed" })).toMatchObject({
    payload: { failureKind: "backend-failed", willRetry: true },
  });
});

test("S2-78 S2-D12 an interrupted turn is cancelled without a kind, or at its limit failed, unless it completed first", () => {
  const interrupted = { status: "interrupted", text: "half" } as const;
  expect(buildEnding(interrupted, { reason: "person" }, 5)).toMatchObject({
    status: "cancelled",
    kind: null,
    text: "half",
  });
  expect(buildEnding(interrupted, { reason: "timeout" }, 5)).toMatchObject({
    status: "failed",
    kind: "backend-timeout",
    message: expect.stringContaining("5 ms"),
  });
  expect(buildEnding({ status: "answered", text: "whole" }, { reason: "timeout" }, 5).status).toBe(
    "completed",
  );
});

test("S2-51 SX-06 of a path in the details only its summary is printed, of a searched PATH nothing", () => {
  const error = new BridgeError("codex-not-found", "codex was not found", {
    searched: "PATH (/one/bin:/two/bin)",
    folder: "/home/somebody/work",
    found: "0.1.0",
  });
  const facts = buildFailureFacts(error);
  expect(facts).toMatchObject({ details: { folder: { basename: "work" }, found: "0.1.0" } });
  expect(JSON.stringify(facts)).not.toMatch(/somebody|one/);
});

test("SX-06 known folders are named, the inner one before the outer; another folder that begins alike is not touched", () => {
  const hide = buildFolderHider([
    { path: "/home/dev", name: "~" },
    { path: "/home/dev/work", name: "<folder>" },
    { path: "/", name: "root" },
    { path: "", name: "nothing" },
  ]);
  expect(hide("/home/dev/work/a.ts in /home/dev/work.")).toBe("<folder>/a.ts in <folder>.");
  expect(hide("/home/dev/.codex, /home/developer, /home/dev/work-2")).toBe(
    "~/.codex, /home/developer, ~/work-2",
  );
  expect(hide("/home/dev.old")).toBe("/home/dev.old");
});

test("S2-22 S2-24 S2-D5 which home is worked in, and whose secrets are projected", () => {
  const find = (env: Record<string, string>, codexHome?: string, home = "/home/dev") =>
    findTurnHome({ codexHome, env, home, base: "/base" });
  expect(find({})).toEqual({
    codexHome: "/home/dev/.codex",
    isExplicit: false,
    personHomes: ["/home/dev/.codex"],
  });
  expect(find({ CODEX_HOME: " /env " })).toMatchObject({ codexHome: "/env", isExplicit: false });
  expect(find({ CODEX_HOME: "/env" }, "given")).toMatchObject({ codexHome: "/base/given", isExplicit: true });
  expect(find({ AGENTRUN_CODEX_SECRET_HOME: "/old", CODEX_THREADS_SECRET_HOME: " " }).secretHome).toBe(
    "/old",
  );
  expect(find({ AGENTRUN_CODEX_SECRET_HOME: "/old", CODEX_THREADS_SECRET_HOME: "new" }).secretHome).toBe(
    "/base/new",
  );
  expect(() => find({}, undefined, "")).toThrow(expect.objectContaining({ code: "codex-home-missing" }));
});
