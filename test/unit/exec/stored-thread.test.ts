import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { zstdCompressSync } from "node:zlib";
import { expect, test } from "vitest";
import { checkStored, readStoredThread } from "../../../src/exec/stored-thread.ts";
import { makeFolder } from "../../rigs/conversation-rig.ts";

const id = "01990000-0000-7000-8000-0000000000ab";
const never = new AbortController().signal;

const context = (cwd: string, sandbox: Record<string, unknown>, approval_policy: unknown = "never") =>
  JSON.stringify({ type: "turn_context", payload: { cwd, approval_policy, sandbox_policy: sandbox } });
const tokens = (input_tokens: number) =>
  JSON.stringify({
    type: "event_msg",
    payload: { type: "token_count", info: { total_token_usage: { input_tokens, output_tokens: 1 } } },
  });
const filler = (bytes: number) => JSON.stringify({ type: "response_item", payload: "x".repeat(bytes) });

function write(lines: readonly string[], { packed = false, archived = false } = {}): string {
  const home = makeFolder();
  const folder = archived ? "archived_sessions" : "sessions/2026/11/21";
  const file = join(home, folder, `rollout-2026-11-21T13-08-44-${id}.jsonl${packed ? ".zst" : ""}`);
  mkdirSync(dirname(file), { recursive: true });
  const text = Buffer.from(`${lines.join("\n")}\n`);
  writeFileSync(file, packed ? zstdCompressSync(text) : text);
  return home;
}
const read = (home: string) => readStoredThread(home, id.toUpperCase(), never);
const workspace = { type: "workspace-write", network_access: true };

test.each([false, true])(
  "the last settings and the last total count; packed: %s [EXEC-4c]",
  async (packed) => {
    const lines = [
      context("/old", { type: "read-only" }),
      tokens(1),
      context("/w", workspace),
      tokens(9),
      "{torn",
    ];
    expect(await read(write(lines, { packed }))).toMatchObject({
      ...{ cwd: "/w", sandbox: "workspace-write", network: true, approvalPolicy: "never" },
      total: { inputTokens: 9, outputTokens: 1, totalTokens: 10 },
    });
  },
);

test("they are found far from the end of a long rollout", async () => {
  const lines = [context("/w", workspace), filler(700_000), tokens(5), filler(300_000)];
  expect(await read(write(lines))).toMatchObject({ cwd: "/w", total: { inputTokens: 5 } });
});

test("a thread without a turn tells nothing; one that is absent, archived or a link is left to Codex", async () => {
  expect(await read(write([filler(10)]))).toEqual({});
  expect(await read(makeFolder())).toBeUndefined();
  expect(await read(write([tokens(1)], { archived: true }))).toBeUndefined();
  const home = makeFolder();
  mkdirSync(join(home, "sessions"));
  symlinkSync("/etc/passwd", join(home, "sessions", `rollout-2026-11-21T13-08-44-${id}.jsonl`));
  expect(await read(home)).toBeUndefined();
});

const wanted = { cwd: "/w", sandbox: "workspace-write", approvalPolicy: "never", network: false };

test.each([
  [{ cwd: "/other" }, "folder"],
  [{ sandbox: "read-only" }, "sandbox"],
  [{ approvalPolicy: "on-request" }, "approval policy"],
  [{ network: true }, "network access"],
])("a thread whose own settings are %j is refused [EXEC-4c]", (change, setting) => {
  expect(() => checkStored({ ...wanted, ...change }, wanted)).toThrow(
    expect.objectContaining({ code: "exec-settings-differ", details: expect.objectContaining({ setting }) }),
  );
});

test("the same settings are taken, unknown ones are not [EXEC-4c]", () => {
  expect(() => checkStored(wanted, wanted)).not.toThrow();
  expect(() => checkStored({}, wanted)).toThrow(expect.objectContaining({ code: "exec-settings-differ" }));
});
