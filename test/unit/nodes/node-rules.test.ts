import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  assertBelowCeiling,
  checkNodeFolder,
  type NodeRules,
  type Policies,
} from "../../../src/nodes/node-rules.ts";

let base: string;
let rules: NodeRules;
beforeAll(() => {
  base = realpathSync(mkdtempSync(join(tmpdir(), "roots-")));
  for (const name of ["in/project", "in/state/x", "out/secret", "inner"])
    mkdirSync(join(base, name), { recursive: true });
  writeFileSync(join(base, "in/file"), "");
  symlinkSync(join(base, "out/secret"), join(base, "in/link"));
  symlinkSync(join(base, "in"), join(base, "root-link"));
  const roots = [join(base, "root-link")];
  const forbidden = [join(base, "in/state")];
  rules = { roots, forbidden, sandbox: "workspace-write", approvalPolicy: "on-request", network: false };
});
afterAll(() => rmSync(base, { recursive: true, force: true }));

describe("folders, by their real paths [NODE-2c]", () => {
  test.each(["in", "in/project", "root-link/project", "out/../in/project"])("%s is inside", async (path) => {
    expect(await checkNodeFolder(`${base}/${path}`, rules)).toBe(realpathSync(`${base}/${path}`));
  });

  test.each(["out", "in/link", "in/../out", "inner", "", "nowhere", "in/state", "in/state/x"])(
    "%s is outside",
    async (path) => {
      await expect(checkNodeFolder(`${base}/${path}`, rules)).rejects.toMatchObject({
        code: "node-folder-outside",
      });
    },
  );

  test("what is missing or no folder is said only inside", async () => {
    const missing = `${base}/root-link/nowhere`;
    await expect(checkNodeFolder(missing, rules)).rejects.toMatchObject({ code: "folder-missing" });
    await expect(checkNodeFolder(`${base}/in/file`, rules)).rejects.toMatchObject({
      code: "folder-not-a-directory",
    });
    await expect(checkNodeFolder("in", rules)).rejects.toMatchObject({ code: "node-folder-outside" });
    const none = { ...rules, roots: [] };
    await expect(checkNodeFolder(`${base}/in`, none)).rejects.toMatchObject({ code: "node-folder-outside" });
  });
});

describe("the ceiling [NODE-2d]", () => {
  const least: Policies = { sandbox: "read-only", approvalPolicy: "untrusted" };
  const judge = (policies: Policies, given: Partial<NodeRules> = {}) =>
    assertBelowCeiling({ ...least, ...policies }, { ...rules, ...given });

  test.each<Policies>([
    {},
    { sandbox: "workspace-write", approvalPolicy: "on-request", approvalsReviewer: "user" },
    { sandbox: ":workspace" },
    { sandbox: { type: "workspaceWrite", networkAccess: false } },
    { sandbox: { type: "readOnly" }, approvalsReviewer: null },
  ])("%j is below it", (policies) => {
    expect(() => judge(policies)).not.toThrow();
  });

  test.each<Policies>([
    { sandbox: "danger-full-access" },
    { sandbox: ":danger-full-access" },
    { sandbox: { type: "dangerFullAccess" } },
    { sandbox: { type: "externalSandbox" } },
    { sandbox: ":somebody's" },
    { sandbox: undefined },
    { sandbox: { type: "workspaceWrite", networkAccess: true } },
    { sandbox: { type: "readOnly", networkAccess: "enabled" } },
    { approvalPolicy: "never" },
    { approvalPolicy: { granular: { rules: true } } },
    { approvalPolicy: undefined },
    { approvalsReviewer: "auto_review" },
  ])("%j is above it", (policies) => {
    expect(() => judge(policies)).toThrow(expect.objectContaining({ code: "node-ceiling" }));
  });

  test("a ceiling that is none lets all pass, and a lower one less", () => {
    const open = { sandbox: "danger-full-access", approvalPolicy: "never", network: true } as const;
    expect(() =>
      judge(
        { sandbox: { type: "dangerFullAccess" }, approvalPolicy: "never", approvalsReviewer: "auto_review" },
        open,
      ),
    ).not.toThrow();
    expect(() => judge({ sandbox: "workspace-write" }, { sandbox: "read-only" })).toThrow();
    expect(() => judge({ approvalPolicy: "on-request" }, { approvalPolicy: "untrusted" })).toThrow();
    expect(() =>
      judge({ sandbox: { type: "readOnly", networkAccess: true } }, { network: true }),
    ).not.toThrow();
  });
});
