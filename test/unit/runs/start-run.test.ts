import { mkdirSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { checkRunFolder } from "../../../src/runs/start-run.ts";
import { makeFolder } from "../../rigs/conversation-rig.ts";

test("a run works in its folder, and in no link that took its place [BORD-1b]", async () => {
  const base = makeFolder();
  const cwd = join(base, "work");
  mkdirSync(cwd);
  await checkRunFolder({ cwd });
  renameSync(cwd, join(base, "moved"));
  await expect(checkRunFolder({ cwd })).rejects.toMatchObject({ code: "folder-missing" });
  symlinkSync(join(base, "moved"), cwd);
  await expect(checkRunFolder({ cwd })).rejects.toMatchObject({ code: "folder-replaced" });
  await expect(checkRunFolder({ cwd: join(cwd, "..", "work") })).rejects.toMatchObject({
    code: "folder-replaced",
  });
  // Its own machine judges it.
  await checkRunFolder({ cwd, host: { place: "node:1", name: "box" } });
  rmSync(cwd);
});
