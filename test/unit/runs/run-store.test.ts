import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { systemClock } from "../../../src/kit/clock.ts";
import { type NewRun, RunStore } from "../../../src/runs/run-store.ts";

let base: string;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), "cth-runs-"));
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

const open = () => new RunStore(join(base, "runs"), systemClock);
const run: NewRun = {
  name: "brave-owl",
  kind: "exec",
  codexHome: "/c",
  cwd: "/w",
  settings: { sandbox: "workspace-write", approvalPolicy: "never" },
  network: false,
  creator: { pid: 7, startedAt: "boot:1" },
};

test("several processes share it, and a name is given away once [RUN-6e RUN-5b]", () => {
  const [one, other] = [open(), open()];
  expect(one.add(run)).toBe(true);
  expect(other.add(run)).toBe(false);
  expect(other.find("brave-owl")).toMatchObject({ ...run, state: "starting" });
  expect(other.setThread("brave-owl", "t1")).toBe(true);
  expect(one.setThread("brave-owl", "t2")).toBe(false);
  one.setOpen("brave-owl", "turn");
  expect(other.find("brave-owl")).toMatchObject({ state: "open", threadId: "t1", turnId: "turn" });
  expect(one.remove("brave-owl")).toBe(true);
  expect(other.all()).toEqual([]);
  one.close();
  other.close();
});

test("S3-D1 its files are private to the user [RUN-6d]", () => {
  const store = open();
  store.add(run);
  store.close();
  expect(statSync(join(base, "runs")).mode & 0o777).toBe(0o700);
  for (const file of readdirSync(join(base, "runs")))
    expect(statSync(join(base, "runs", file)).mode & 0o777).toBe(0o600);
});

test("the end of a run is told once [RUN-7c]", () => {
  const [one, other] = [open(), open()];
  one.add({ ...run, tell: "chat" });
  expect(other.setTold("brave-owl")).toBe(true);
  expect(one.setTold("brave-owl")).toBe(false);
  one.close();
  other.close();
});
