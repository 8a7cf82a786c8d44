import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readProcessIdentity } from "../../../src/process/identity.ts";
import { writeOwnerFile } from "../../../src/process/keeper.ts";
import { addOwner, hasOtherOwner } from "../../../src/process/server-owners.ts";

let folder: string;
let ownerFile: string;
let other: ChildProcess;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "cth-owners-"));
  ownerFile = join(folder, "server-owner");
  other = spawn("sleep", ["300"], { stdio: "ignore" });
  await once(other, "spawn");
});
afterEach(() => {
  other.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

/** As the other process would say it of itself. */
async function addOther(): Promise<void> {
  const identity = await readProcessIdentity(other.pid ?? 0);
  if (!identity) throw new Error("no identity");
  await writeOwnerFile(`${ownerFile}.${identity.pid}-x`, identity);
}

test("who leaves takes only its own file along: each connection of a process has one [RUN-6i]", async () => {
  const [leave, leaveToo] = [await addOwner(ownerFile), await addOwner(ownerFile)];
  await addOther();
  leave();
  leave();
  expect(readdirSync(folder)).toHaveLength(2);
  leaveToo();
  expect(readdirSync(folder)).toEqual([`server-owner.${other.pid}-x`]);
});

test("another process counts while it lives; then it is forgotten [RUN-6i]", async () => {
  await addOwner(ownerFile);
  expect(await hasOtherOwner(ownerFile)).toBe(false);
  await addOther();
  expect(await hasOtherOwner(ownerFile)).toBe(true);
  const ended = once(other, "exit");
  other.kill("SIGKILL");
  await ended;
  expect(await hasOtherOwner(ownerFile)).toBe(false);
  expect(readdirSync(folder)).toHaveLength(1);
});

test.each(["", "words and more", "-1 x", "1 another boot"])(
  "a file that says %j names nobody",
  async (text) => {
    writeFileSync(`${ownerFile}.9`, text);
    expect(await hasOtherOwner(ownerFile)).toBe(false);
    expect(readdirSync(folder)).toEqual([]);
  },
);
