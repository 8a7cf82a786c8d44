// Programs that are called codex and that a turn, or another user, can have put where they are.
import { execFileSync } from "node:child_process";
import { chmodSync, chownSync, mkdirSync, readFileSync, renameSync, symlinkSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { formatError } from "../../../src/chat/words/error-text.ts";
import { BridgeError } from "../../../src/errors.ts";
import { renderLine } from "../../../src/hosts/terminal/render.ts";
import { findCodex } from "../../../src/process/find-codex.ts";
import { makeScriptFolder, type ScriptFolder } from "../../rigs/script-folder.ts";

const answers = "#!/bin/sh\necho 'codex-cli 0.169.0'\n";
const isRoot = process.getuid?.() === 0;
let folder: ScriptFolder;
let good: string;
beforeEach(() => {
  folder = makeScriptFolder();
  good = folder.write("good/codex", answers);
});
afterEach(() => folder.remove());

const at = (...names: string[]) => join(folder.path, ...names);
/** What is taken, and the reason for passing the first over. */
async function look(entries: string[], workspaces: string[] = []) {
  const PATH = [...entries, at("good")].join(":");
  const { path, skipped = [] } = await findCodex({ env: { PATH }, workspaces });
  return { path, skipped: skipped.join("\n") };
}

describe("a workspace [BORD-2a]", () => {
  test("its programs are not taken, by whatever way PATH leads there", async () => {
    const own = folder.write("work/bin/codex", answers);
    mkdirSync(at("links"));
    symlinkSync(own, at("links/codex"));
    symlinkSync(at("work/bin"), at("bin-link"));
    mkdirSync(at("two"));
    symlinkSync(at("links/codex"), at("two/codex"));
    for (const entry of ["work/bin", "work/bin/", "work/../work/bin", "links", "bin-link", "two"]) {
      for (const workspace of ["work", "work/", "work/bin", "bin-link"]) {
        const found = await look([`${folder.path}/${entry}`], [at(workspace)]);
        expect([entry, found.path]).toEqual([entry, good]);
        expect(found.skipped).toContain("in the workspace");
        expect(found.skipped).toContain(`${join(folder.path, entry)}/codex`.replace("//", "/"));
      }
    }
  });

  test("a link in a workspace to a program outside counts too: a turn can turn it round", async () => {
    mkdirSync(at("work/bin"), { recursive: true });
    symlinkSync(folder.write("outside/codex", answers), at("work/bin/codex"));
    expect(await look([at("work/bin")], [at("work")])).toMatchObject({ path: good });
    mkdirSync(at("other"));
    renameSync(at("work/bin/codex"), at("work/hop"));
    symlinkSync(at("work/hop"), at("other/codex"));
    expect(await look([at("other")], [at("work")])).toMatchObject({ path: good });
    expect((await look([at("other")])).path).toBe(at("other/codex"));
  });

  test("the native binary behind a shim counts as well", async () => {
    const shim = folder.write("work/lib/node_modules/@openai/codex/bin/codex.js", answers);
    mkdirSync(at("global"));
    symlinkSync(shim, at("global/codex"));
    expect(await look([at("global")], [at("work")])).toMatchObject({ path: good });
  });

  test("one that holds a whole home, as the working directory of a service does, is none", async () => {
    const first = folder.write("first/codex", answers);
    for (const whole of ["/", homedir(), dirname(homedir()), at("missing")])
      expect((await look([at("first")], [whole])).path).toBe(first);
  });

  test("where only such programs are there, the error names them and why", async () => {
    const own = folder.write("work/bin/codex", answers);
    folder.write("plugin/node_modules/@openai/codex/package.json", '{"name":"@openai/codex"}', 0o644);
    folder.write("plugin/node_modules/@openai/codex/bin/codex.js", answers);
    const error = new BridgeError("codex-not-found", "", { skipped: `${own} (it is in the workspace)` });
    expect(renderLine(formatError(error))).toContain(`not taken: ${own}`);
    const workspaces = [at("work"), at("plugin")];
    const env = { PATH: at("work/bin") };
    // Our own installation brings a codex along; the packages of a workspace are passed over before.
    const { source, skipped } = await findCodex({ env, workspaces, packageRoots: [at("plugin")] });
    expect(source).toBe("package");
    expect(skipped).toEqual([`${own} (it is in the workspace ${at("work")})`]);
  });
});

describe("relative entries of PATH [BORD-2a]", () => {
  test("they are passed over, and said where a codex is there", () => {
    folder.write("run/bin/codex", answers);
    folder.write("run/codex", answers);
    const source = new URL("../../../src/process/find-codex.ts", import.meta.url).pathname;
    const program = folder.write(
      "ask.ts",
      `import { findCodex } from ${JSON.stringify(source)};
      const { path, skipped } = await findCodex({ env: { PATH: ${JSON.stringify(`.::bin:./bin:../run:nowhere:${at("good")}`)} } });
      process.stdout.write(JSON.stringify({ path, skipped }));`,
    );
    const told = execFileSync(process.execPath, [program], { cwd: at("run"), encoding: "utf8" });
    const { path, skipped } = JSON.parse(told) as { path: string; skipped: string[] };
    expect(path).toBe(good);
    const entries = skipped.map((each) => /entry "(.*)"/.exec(each)?.[1]);
    expect(entries).toEqual([".", "", "bin", "./bin", "../run"]);
  });
});

describe("what others can write [BORD-2b]", () => {
  test.each<[string, () => string]>([
    [
      "the folder, by everybody",
      () => {
        chmodSync(at("theirs/bin"), 0o777);
        return at("theirs/bin");
      },
    ],
    [
      "the folder, like /tmp",
      () => {
        chmodSync(at("theirs/bin"), 0o1777);
        return at("theirs/bin");
      },
    ],
    [
      "a folder above it",
      () => {
        chmodSync(at("theirs"), 0o757);
        return at("theirs");
      },
    ],
    [
      "the program itself",
      () => {
        chmodSync(at("theirs/bin/codex"), 0o757);
        return at("theirs/bin/codex");
      },
    ],
  ])("%s", async (_, open) => {
    folder.write("theirs/bin/codex", answers);
    const opened = open();
    const found = await look([at("theirs/bin")]);
    expect(found.path).toBe(good);
    expect(found.skipped).toBe(`${at("theirs/bin/codex")} (others can write ${opened})`);
    // Also where only a link leads there.
    mkdirSync(at("link"));
    symlinkSync(at("theirs/bin/codex"), at("link/codex"));
    expect((await look([at("link")])).path).toBe(good);
  });

  test("a folder above that only lets others add entries, as /tmp does, is no way in", async () => {
    const own = folder.write("tmp/mine/codex", answers);
    chmodSync(at("tmp"), 0o1777);
    expect((await look([at("tmp/mine")])).path).toBe(own);
  });

  test.runIf(isRoot)(
    "a group with others in it, or unknown, may be anybody; one of ours alone is not",
    async () => {
      const own = folder.write("group/codex", answers);
      chmodSync(at("group"), 0o775);
      expect((await look([at("group")])).path).toBe(own);
      chownSync(at("group"), 0, 54_321);
      expect((await look([at("group")])).path).toBe(good);
      const foreign = readFileSync("/etc/passwd", "utf8")
        .split("\n")
        .map((line) => line.split(":"))
        .find(([name, , , gid]) => name !== "root" && gid !== "0" && Number(gid) > 0);
      chownSync(at("group"), 0, Number(foreign?.[3]));
      expect((await look([at("group")])).path).toBe(good);
      chmodSync(at("group"), 0o755);
      expect((await look([at("group")])).path).toBe(own);
    },
  );

  test.runIf(isRoot)("another user's folder, program, or link in a folder like /tmp", async () => {
    folder.write("bob/bin/codex", answers);
    chownSync(at("bob"), 12_345, 12_345);
    expect((await look([at("bob/bin")])).skipped).toContain(`others can write ${at("bob")})`);
    chownSync(at("bob"), 0, 0);
    chownSync(at("bob/bin/codex"), 12_345, 12_345);
    expect((await look([at("bob/bin")])).path).toBe(good);
  });

  test("a program that the setting names is taken, and the doubt is told", async () => {
    const setting = folder.write("work/codex", answers);
    const asked = { setting, env: {}, workspaces: [at("work")] };
    expect(await findCodex(asked)).toMatchObject({
      path: setting,
      doubt: expect.stringContaining("workspace"),
    });
    chmodSync(at("work"), 0o777);
    const { doubt } = await findCodex({ setting, env: {} });
    expect(doubt).toBe(`others can write ${at("work")}`);
    expect(await findCodex({ setting: good, env: {} })).not.toHaveProperty("doubt");
  });
});
