import { expect, test } from "vitest";
import { parseSince } from "../../../src/kit/since.ts";

const now = Date.UTC(2026, 10, 28, 12);

test.each([
  ["7d", now - 7 * 86_400_000],
  ["12h", now - 12 * 3_600_000],
  ["30m", now - 30 * 60_000],
  ["4w", now - 28 * 86_400_000],
  ["999999w", 0],
  ["2026-11-28T10:00Z", Date.UTC(2026, 10, 28, 10)],
  ["2026-11-28 10:00:30+02:00", Date.UTC(2026, 10, 28, 8, 0, 30)],
  ["2026-11-28", new Date(2026, 10, 28).getTime()],
  ["2026-11-28T10:00", new Date(2026, 10, 28, 10).getTime()],
  ["2024-02-29", new Date(2024, 1, 29).getTime()],
])("%s [AUD-2a]", (text, at) => {
  expect(parseSince(text, now)).toBe(at);
});

test.each([
  ...["", "7", "d", "7y", "-7d", "7 d", "1.5h", "yesterday", "2026-13-01", "2026-02-30", "2026-11-28T25:00"],
  ...["2026-11-28T10:00X", "28.11.2026", "٧d", "7d\n", "9999999d", "2026-11-28T10"],
])("%j is none [AUD-2c]", (text) => {
  expect(parseSince(text, now)).toBeUndefined();
});
