// The host's books follow our record; what the real gateway shows of it is in test/openclaw/binding.test.ts.
import { expect, test } from "vitest";
import { keepBooks, reconcileBooks } from "../../../src/hosts/openclaw/books.ts";
import { FakeClock } from "../../rigs/fake-clock.ts";
import { buildRow, openBooks, ourRoot } from "./fake-books.ts";

test("what is ours is written as ours, under the present folder and without an end [GATE-4f GATE-4k]", async () => {
  const { gateway, rows, hold } = openBooks();
  hold("moved", buildRow("moved", { pluginRoot: "/old" }));
  rows.set("moved", buildRow("moved", { pluginRoot: "/old", idleTimeoutMs: 86_400_000 }));
  hold("lost", buildRow("lost"));
  expect(await reconcileBooks(gateway)).toBe(true);
  for (const chat of ["moved", "lost"])
    expect(rows.get(chat)?.metadata).toMatchObject({ pluginRoot: ourRoot, idleTimeoutMs: 0, maxAgeMs: 0 });
});

test("what was let go is taken out as often as it comes back, although the host's call throws [GATE-4g]", async () => {
  const { gateway, rows, letGo, books } = openBooks();
  letGo("gone", buildRow("gone"));
  books.throwsAfterwards = true;
  for (let start = 0; start < 3; start++) {
    rows.set("gone", buildRow("gone"));
    await reconcileBooks(gateway);
    expect(rows.has("gone")).toBe(false);
  }
});

test("books that are not there yet are waited for, and read again later [GATE-4f GATE-4g]", async () => {
  const clock = new FakeClock();
  const { gateway, rows, letGo, books } = openBooks();
  books.readable = false;
  letGo("gone", buildRow("gone"));
  const close = keepBooks(gateway, clock);
  await clock.advance(60_000);
  books.readable = true;
  rows.set("gone", buildRow("gone"));
  await clock.advance(30_000);
  expect(rows.has("gone")).toBe(false);
  // The channel was started anew.
  rows.set("gone", buildRow("gone"));
  await clock.advance(30_000);
  expect(rows.has("gone")).toBe(false);
  close();
  expect(clock.pending).toBe(0);
});

test("what the host has just bound and not told yet is left alone", async () => {
  const { gateway, rows, letGo } = openBooks({ pending: "p1" });
  letGo("gone", buildRow("gone"));
  rows.set("gone", buildRow("gone", { data: { pendingId: "p1" } }));
  await reconcileBooks(gateway);
  expect(rows.has("gone")).toBe(true);
});

test("a chat that somebody else has now is theirs", async () => {
  const { gateway, rows, hold, held } = openBooks();
  hold("taken", buildRow("taken"));
  rows.set("taken", buildRow("taken", { pluginId: "another" }));
  await reconcileBooks(gateway);
  expect(rows.get("taken")?.metadata?.pluginId).toBe("another");
  expect(held()).toEqual([]);
});
