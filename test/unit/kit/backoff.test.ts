import { expect, test } from "vitest";
import { buildBackoff } from "../../../src/kit/backoff.ts";

test("pauses double up to the longest, of which jitter takes at most half [SRV-6b]", () => {
  const least = buildBackoff({ firstMs: 100, maxMs: 1_000, random: () => 0 });
  const most = buildBackoff({ firstMs: 100, maxMs: 1_000, random: () => 0.999 });
  expect([1, 2, 3, 4, 5, 1_100].map(least)).toEqual([50, 100, 200, 400, 500, 500]);
  expect([1, 2, 3, 4, 5, 1_100].map(most)).toEqual([100, 200, 400, 800, 1_000, 1_000]);
});
