import {
  mkdirSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { homedir, tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { PlaceServers } from "../../../src/codex/place-servers.ts";
import { parseSettings } from "../../../src/config/parse-settings.ts";
import { silentLog } from "../../../src/kit/log.ts";
import { findRealPlace } from "../../../src/kit/real-place.ts";
import { buildNodeContext } from "../../../src/nodes/node-context.ts";
import {
  assertBelowCeiling,
  checkNodeFolder,
  checkThreadFolder,
  findGiven,
  type NodeRules,
  type Policies,
  readRoots,
} from "../../../src/nodes/node-rules.ts";
import { FakeClock } from "../../rigs/fake-clock.ts";

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
  test.each(["in/project", "in/project/", "root-link/project", "out/../in/project", "in//./project"])(
    "%s is inside",
    async (path) => {
      expect(await checkNodeFolder(`${base}/${path}`, rules)).toBe(realpathSync(`${base}/${path}`));
    },
  );

  test.each(["out", "in/link", "in/../out", "inner", "", "nowhere", "in/state", "in/state/x", "in/state/no"])(
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
    await expect(checkNodeFolder(`${base}/in/state/../state`, rules)).rejects.toMatchObject({
      code: "node-folder-outside",
    });
    await expect(checkNodeFolder(`${base}/in/file`, rules)).rejects.toMatchObject({
      code: "folder-not-a-directory",
    });
    await expect(checkNodeFolder("in", rules)).rejects.toMatchObject({ code: "node-folder-outside" });
    const none = { ...rules, roots: [] };
    await expect(checkNodeFolder(`${base}/in`, none)).rejects.toMatchObject({ code: "node-folder-outside" });
  });
});

describe("both ways, and each time anew [BORD-1a BORD-1b]", () => {
  let at: string;
  const judge = (given: Partial<NodeRules>) => ({
    ...rules,
    roots: [join(at, "in")],
    forbidden: [],
    ...given,
  });
  const outside = { code: "node-folder-outside" };
  beforeEach(() => {
    at = mkdtempSync(join(base, "each-"));
    for (const name of ["in/project/deep", "in/codex/x", "out", "home/ann"])
      mkdirSync(join(at, name), { recursive: true });
  });

  test("a root that holds CODEX_HOME gives what lies beside it, and nothing from which a turn could write there", async () => {
    symlinkSync(join(at, "in/codex"), join(at, "in/project/to-codex"));
    for (const forbidden of [join(at, "in/codex"), join(at, "in/project/to-codex"), join(at, "in/codex/")]) {
      const some = judge({ forbidden: [forbidden] });
      for (const name of ["in", "in/codex", "in/codex/x", "in/project/to-codex"])
        await expect(checkNodeFolder(join(at, name), some)).rejects.toMatchObject(outside);
      expect(await checkNodeFolder(join(at, "in/project"), some)).toBe(join(at, "in/project"));
    }
    // One that is not there yet could be made by the turn.
    const later = judge({ forbidden: [join(at, "in/project/.codex")] });
    await expect(checkNodeFolder(join(at, "in/project"), later)).rejects.toMatchObject(outside);
    expect(await checkNodeFolder(join(at, "in/project/deep"), later)).toBe(join(at, "in/project/deep"));
  });

  test.each<[string, () => string]>([
    ["the disk", () => "/"],
    ["the disk, spelled otherwise", () => "/tmp/../"],
    ["the home", () => join(at, "home/ann")],
    ["the home with a slash", () => join(at, "home/ann/")],
    ["what holds the home", () => join(at, "home")],
    ["a link to the home", () => join(at, "link")],
  ])("%s is no root, as the settings are read and later", async (_, pick) => {
    symlinkSync(join(at, "home/ann"), join(at, "link"));
    const homes = [join(at, "home/ann")];
    expect(() => readRoots([join(at, "in"), pick()], homes)).toThrow(
      expect.objectContaining({
        code: "settings-invalid",
        details: expect.objectContaining({ problems: expect.stringContaining(`nodeRoots: ${pick()} `) }),
      }),
    );
    mkdirSync(join(at, "home/ann/project"));
    const open = judge({ roots: [pick()], homes });
    await expect(checkNodeFolder(join(at, "home/ann/project"), open)).rejects.toMatchObject(outside);
  });

  test("this user's own homes are no roots of a node", () => {
    for (const home of [homedir(), userInfo().homedir]) {
      const clock = new FakeClock();
      const context = { stateDirectory: at, codexHome: join(at, "c"), clock, log: silentLog, version: "0" };
      const settings = parseSettings({ nodeRoots: [home] });
      const build = () =>
        buildNodeContext({ ...context, settings, buildServers: () => ({}) as PlaceServers });
      expect(build).toThrow(expect.objectContaining({ code: "settings-invalid" }));
    }
    expect(() => parseSettings({ nodeRoots: ["in"] })).toThrow("must be an absolute path");
  });

  test("a root that a link has replaced since the settings were read gives nothing", async () => {
    const root = join(at, "in");
    const some = judge({ realRoots: readRoots([root], []) });
    expect(await checkNodeFolder(join(root, "project"), some)).toBe(join(root, "project"));
    renameSync(root, join(at, "moved"));
    symlinkSync(join(at, "home"), root);
    await expect(checkNodeFolder(join(root, "ann"), some)).rejects.toMatchObject(outside);
    expect((await findGiven(some)).has(await findRealPlace(join(at, "home/ann")))).toBe(false);
  });

  test("a root in a root that became a link gives nothing: a turn in the outer one can do that", async () => {
    const roots = [join(at, "in"), join(at, "in/project")];
    renameSync(join(at, "in/project"), join(at, "in/old"));
    symlinkSync(join(at, "home"), join(at, "in/project"));
    await expect(checkNodeFolder(join(at, "in/project/ann"), judge({ roots }))).rejects.toMatchObject(
      outside,
    );
    expect(await checkNodeFolder(join(at, "in/old"), judge({ roots }))).toBe(join(at, "in/old"));
  });

  test("the folder of a thread that a link has replaced is refused, wherever below the root it leads", async () => {
    const folder = join(at, "in/project/deep");
    expect(await checkThreadFolder(folder, rules0())).toBe(folder);
    renameSync(join(at, "in/project"), join(at, "in/old"));
    symlinkSync(join(at, "in/old"), join(at, "in/project"));
    await expect(checkThreadFolder(folder, rules0())).rejects.toMatchObject({
      code: "folder-replaced",
      details: { folder },
    });
    rmSync(join(at, "in/project"));
    symlinkSync(join(at, "out"), join(at, "in/project"));
    await expect(checkThreadFolder(join(at, "in/project"), rules0())).rejects.toMatchObject(outside);
  });
  const rules0 = () => judge({});
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
