import { existsSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { systemClock } from "../../../src/kit/clock.ts";
import { findRequest, putRequest, removeRequest } from "../../../src/store/operator-request.ts";
import { lockStateDirectory } from "../../../src/store/state-lock.ts";
import { switchLockdown } from "../../../src/store/switch-lockdown.ts";
import { until } from "../../rigs/until.ts";
import { openTestStore, privateDirectory } from "./store-rig.ts";

const by = "operator:ann";
const clock = systemClock;
const change = (directory: string, act: "lock" | "unlock", waitMs = 60_000) =>
  switchLockdown({ directory, act, by, clock, waitMs });

function hold(directory: string): void {
  const lock = lockStateDirectory(directory, clock);
  onTestFinished(() => lock.release());
}

test("where no process has the state it is done at once, stays, and is written down [AUD-3b]", async () => {
  const directory = join(privateDirectory(), "new");
  expect(await change(directory, "lock")).toBe("done-here");
  expect(await change(directory, "lock")).toBe("unchanged");
  expect(statSync(directory).mode & 0o777).toBe(0o700);
  const store = openTestStore(directory);
  expect(store.lockdown.find()).toMatchObject({ by });
  store.close();
  expect(await change(directory, "unlock")).toBe("done-here");
  expect(await change(directory, "unlock")).toBe("unchanged");
  const later = openTestStore(directory);
  expect(later.lockdown.find()).toBeUndefined();
  expect(later.audit.list().map(({ act, actor }) => [act, actor])).toEqual([
    ["locked", by],
    ["unlocked", by],
  ]);
  expect(readdirSync(directory).filter((name) => name.startsWith("operator"))).toEqual([]);
});

test("the process that has the state is asked, and what it has not taken stays [AUD-3b]", async () => {
  const directory = privateDirectory();
  hold(directory);
  const waiting = change(directory, "lock");
  await until(() => findRequest(directory) !== undefined);
  expect(findRequest(directory)).toMatchObject({ act: "lock", by });
  expect(statSync(join(directory, "operator.json")).mode & 0o777).toBe(0o600);
  removeRequest(directory);
  expect(await waiting).toBe("done");
  expect(await change(directory, "unlock", 50)).toBe("pending");
  expect(findRequest(directory)).toMatchObject({ act: "unlock" });
});

test("a second request waits for the first; the end of the process hands both on [AUD-3b]", async () => {
  const directory = privateDirectory();
  const lock = lockStateDirectory(directory, clock);
  expect(putRequest(directory, { act: "unlock", by })).toBeDefined();
  expect(putRequest(directory, { act: "lock", by })).toBeUndefined();
  const waiting = change(directory, "lock");
  lock.release();
  expect(await waiting).toBe("done-here");
  expect(existsSync(join(directory, "operator.json"))).toBe(false);
  expect(openTestStore(directory).lockdown.find()).toBeDefined();
});

test.each(["", "{", '{"id":"a","act":"open","by":"b"}', '{"act":"lock"}'])("%j is no request", (text) => {
  const directory = privateDirectory();
  writeFileSync(join(directory, "operator.json"), text);
  expect(findRequest(directory)).toBe("torn");
});
