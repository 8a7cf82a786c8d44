import { expect, test } from "vitest";
import { silentLog } from "../../../src/kit/log.ts";
import { pruneDaily } from "../../../src/store/prune-daily.ts";
import { FakeClock } from "../../rigs/fake-clock.ts";

const dayMs = 24 * 60 * 60 * 1000;

test("old rows go at the start and each day after it, whatever failed the day before [AUD-5a]", async () => {
  const clock = new FakeClock();
  const pruned: number[] = [];
  const prune = (days: number) => {
    pruned.push(days);
    if (pruned.length === 2) throw new Error("full");
  };
  const stop = pruneDaily({ prune }, 7, clock, silentLog);
  expect(pruned).toEqual([7]);
  await clock.advance(dayMs);
  expect(pruned).toEqual([7, 7]);
  await clock.advance(dayMs);
  expect(pruned).toEqual([7, 7, 7]);
  stop();
  await clock.advance(3 * dayMs);
  expect(pruned).toHaveLength(3);
});
