// What gateways send, as files on a node: private, named by us, bounded in size and age.
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, utimesSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { GatewayFiles } from "../../../src/nodes/gateway-files.ts";
import { FakeClock } from "../../rigs/fake-clock.ts";

const dayMs = 24 * 60 * 60_000;
const threadId = "0199a213-81a0-7800-8aa2-bbab2a035a53";
let folder: string;
let clock: FakeClock;
let files: GatewayFiles;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "inbox-"));
  clock = new FakeClock();
  files = new GatewayFiles(folder, clock, 30);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const keep = (name: string, content: string | Buffer = "x") =>
  files.keep({ threadId, name, bytes: Buffer.from(content).toString("base64") });
const age = (path: string, ageMs: number) => utimesSync(path, new Date(), new Date(clock.now() - ageMs));

test("a file lies in a folder of its thread, readable by this user alone; only its ending is the gateway's [NODE-4d]", async () => {
  const path = await keep("../../../etc/cron.d/evil name.csv", "egg,3");
  expect(relative(folder, path)).toMatch(new RegExp(`^node-files/${threadId}/[\\w-]{21}\\.csv$`));
  expect(readFileSync(path, "utf8")).toBe("egg,3");
  expect([path, dirname(path)].map((each) => statSync(each).mode & 0o777)).toEqual([0o600, 0o700]);
  expect(await keep("a.$(reboot)")).not.toContain("$");
});

test("one of more than 20 MB is refused, and leaves nothing [NODE-4d]", async () => {
  const most = 20 * 1024 * 1024;
  expect(statSync(await keep("most.bin", Buffer.alloc(most))).size).toBe(most);
  await expect(keep("more.bin", Buffer.alloc(most + 1))).rejects.toMatchObject({
    ...{ code: "input-too-large", details: { bytes: most + 1, maxBytes: most } },
  });
});

test("as a new one comes, images of a day and files of a month go [NODE-4d]", async () => {
  const image = { type: "localImage" as const, name: "a.png", bytes: "YQ==" };
  const unpack = async () => String((await files.unpack([image]))[0]?.path);
  const [oldImage, freshImage] = [await unpack(), await unpack()];
  const [oldFile, freshFile] = [await keep("old.csv"), await keep("fresh.csv")];
  age(oldImage, dayMs + 1_000);
  age(freshImage, dayMs - 60_000);
  age(oldFile, 30 * dayMs + 1_000);
  age(freshFile, 30 * dayMs - 60_000);
  await unpack();
  await keep("new.csv");
  const isThere = [oldImage, freshImage, oldFile, freshFile].map((path) => existsSync(path));
  expect(isThere).toEqual([false, true, false, true]);
});

test("beyond a gigabyte the oldest go, so that no gateway fills the disk [NODE-4d]", async () => {
  const [oldest, newer] = [await keep("oldest.csv"), await keep("newer.csv")];
  age(oldest, 2 * dayMs);
  age(newer, dayMs);
  // Sparse: it takes no room.
  const large = await keep("large.bin");
  truncateSync(large, 1024 * 1024 * 1024 - 2);
  age(large, 0);
  await keep("one.csv");
  expect([oldest, newer, large].map((path) => existsSync(path))).toEqual([false, true, true]);
});
