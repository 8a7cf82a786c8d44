import { expect, test } from "vitest";
import type { ServerMode } from "../../../src/codex/place-servers.ts";
import { FakeClock } from "../../rigs/fake-clock.ts";
import { FakePlace } from "../../rigs/fake-place.ts";

test.each<[ServerMode, boolean, boolean]>([
  ["auto", false, false],
  ["auto", true, true],
  ["socket", true, false],
  ["stdio", true, false],
  // It never starts one.
  ["attach", false, true],
])(
  "mode %s, the person's server listens %s: whether one runs is %s, and asking starts none [LIST-6d]",
  async (mode, listens, runs) => {
    const place = new FakePlace({ clock: new FakeClock(), mode });
    place.personListens = listens;
    expect(await place.servers.isRunning()).toBe(runs);
    expect(place.opened).toBe(0);
  },
);

test("ours runs from its start until it is gone [LIST-6d]", async () => {
  const place = new FakePlace({ clock: new FakeClock() });
  const client = await place.servers.pick();
  expect(await place.servers.isRunning()).toBe(true);
  await client.close();
  expect(await place.servers.isRunning()).toBe(false);
});
