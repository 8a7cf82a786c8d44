import { expect, test } from "vitest";
import { findRefusedArgument } from "../../../src/config/exec-arguments.ts";
import { parseSettings } from "../../../src/config/parse-settings.ts";
import { BridgeError } from "../../../src/errors.ts";
import { buildExecArgs } from "../../../src/exec/exec-args.ts";
import { buildExecPolicy } from "../../../src/exec/exec-policy.ts";

const policy = (settings: Record<string, unknown> = {}) => buildExecPolicy(parseSettings(settings));
const id = "01990000-0000-7000-8000-0000000000ab";

test("S4-13 S4-D1 S4-D8 by default sandbox, approvals and network are said, before resume, and no model [EXEC-2b]", () => {
  expect(buildExecArgs({ policy: policy() })).toEqual([
    ...["exec", "--json", "--skip-git-repo-check", "--sandbox", "workspace-write"],
    ...["-c", 'approval_policy="never"', "-c", "sandbox_workspace_write.network_access=false", "-"],
  ]);
  const resumed = buildExecArgs({ policy: policy(), threadId: id, images: ["/a b.png"] });
  expect(resumed.slice(-4)).toEqual(["resume", "--image=/a b.png", id, "-"]);
});

test("the bypass is there only when it is set, and then instead of a sandbox [EXEC-2c]", () => {
  const bypass = "--dangerously-bypass-approvals-and-sandbox";
  expect(buildExecArgs({ policy: policy() })).not.toContain(bypass);
  const args = buildExecArgs({ policy: policy({ execBypass: true }) });
  expect(args).toContain(bypass);
  expect(args).not.toContain("--sandbox");
});

test("S4-02 S4-03 S4-04 models are mapped, extra arguments stand before the prompt [EXEC-2a]", () => {
  const execModels = { codex: "", fast: "gpt-mini" };
  const mapped = policy({ execModels, execArgs: ["--enable", "x"] });
  const pick = (model: string) => buildExecArgs({ policy: mapped, model }).slice(9);
  expect(pick("codex")).toEqual(["--enable", "x", "-"]);
  expect(pick("fast")).toEqual(["--model", "gpt-mini", "--enable", "x", "-"]);
  expect(pick("constructor")).toEqual(["--model", "constructor", "--enable", "x", "-"]);
  expect(Object.keys(parseSettings({}).execModels)).toEqual(["codex"]);
});

test.each([
  ["--dangerously-bypass-approvals-and-sandbox"],
  ["--yolo"],
  ["--full-auto"],
  ["--approve-for-me"],
  ["-s", "danger-full-access"],
  ["--sandbox=danger-full-access"],
  ["-a", "never"],
  ["-c", "approval_policy=never"],
  ["-c", ' "approval_policy" = "never"'],
  ["--config=sandbox_mode=danger-full-access"],
  ["-csandbox_mode=danger-full-access"],
  ["-c", "permissions.x=1"],
  ["-c", "default_permissions=x"],
  ["-c", "projects.x.trust_level=trusted"],
  ["-p", "loose"],
  ["--profile=loose"],
  ["--add-dir", "/"],
  ["--trust"],
  ["-C", "/"],
  ["--ephemeral"],
  ["-o", "file"],
  ["resume"],
  ["-"],
  ["--"],
  ["--enable"],
  ["--enable", "--yolo"],
])("S4-D1 the extra arguments may not hold %s %s [EXEC-2c]", (...args: string[]) => {
  expect(findRefusedArgument(args)).toBeDefined();
  expect(() => parseSettings({ execArgs: args })).toThrow(BridgeError);
});

test.each([
  [[]],
  [["--oss", "--local-provider", "ollama"]],
  [["-c", "model_reasoning_summary=none", "--config=model_verbosity=low"]],
  [["--disable", "web", "--output-schema", "/s.json"]],
])("the extra arguments may be %j", (args) => {
  expect(findRefusedArgument(args)).toBeUndefined();
});
