import { describe, expect, test } from "vitest";
import type { ServerMode } from "../../../src/codex/place-servers.ts";
import { FakeClock } from "../../rigs/fake-clock.ts";
import { FakePlace } from "../../rigs/fake-place.ts";
import { pass, settle } from "../../rigs/settle.ts";

function open(mode: ServerMode = "auto") {
  const clock = new FakeClock();
  const place = new FakePlace({ clock, mode });
  place.own.add("t");
  place.person.add("t");
  place.person.unloads = false;
  return {
    clock,
    place,
    own: place.own,
    threads: place.threads,
    pass: (ms: number, stepMs?: number) => pass(clock, ms, stepMs),
  };
}

describe("a thread on our own server", () => {
  test("stays loaded while it is used, and 30 s longer [SHOW-1h]", async () => {
    const { threads, own, pass } = open();
    const first = await threads.hold("t");
    const second = await threads.hold("t");
    expect(own.count("thread/resume")).toBe(1);
    first.release();
    first.release();
    await pass(60_000);
    expect(own.count("thread/unsubscribe")).toBe(0);
    second.release();
    await pass(29_000);
    expect(own.count("thread/unsubscribe")).toBe(0);
    await pass(2_000);
    expect(own.count("thread/unsubscribe")).toBe(1);
    await threads.hold("t");
    expect(own.count("thread/resume")).toBe(2);
  });

  test("is given up with its server at once when the person's appears, and joined there", async () => {
    const { threads, place, pass } = open();
    (await threads.hold("t")).release();
    place.personListens = true;
    await pass(300);
    expect([place.stopped, threads.findFeed("t")]).toEqual([1, undefined]);
    const hold = await threads.hold("t");
    expect(hold.client.kind).toBe("attached");
  });

  test("is given up already when the person's server is being started", async () => {
    const { threads, place, pass } = open();
    (await threads.hold("t")).release();
    place.personComes = true;
    await pass(300);
    expect([place.stopped, threads.findFeed("t")]).toEqual([1, undefined]);
  });

  test("is let go alone when another thread of the server is in use", async () => {
    const { threads, own, place, pass } = open();
    own.add("u");
    (await threads.hold("t")).release();
    const used = await threads.hold("u");
    place.personListens = true;
    await pass(300);
    expect([place.stopped, own.sent("thread/unsubscribe")]).toEqual([0, [{ threadId: "t" }]]);
    expect(used.client.isOpen).toBe(true);
  });

  test("is not let go while a turn or a command runs, whoever comes", async () => {
    const { threads, own, place, pass } = open();
    (await threads.hold("t")).release();
    const item = { type: "commandExecution", id: "i", command: "sleep 99" };
    const turn = own.join("t", "x");
    own.notify("t", "item/started", { turnId: turn.id, item });
    own.reply("left it running");
    place.personListens = true;
    await pass(120_000, 1_000);
    expect(own.count("thread/unsubscribe")).toBe(0);
    expect(place.stopped).toBe(0);
    own.notify("t", "item/completed", { turnId: turn.id, item });
    await pass(300);
    expect(place.stopped).toBe(1);
  });

  test("is unloaded soon after the last of us has left", async () => {
    const { threads, own } = open();
    await threads.hold("t");
    expect(own.sent("thread/resume")).toMatchObject([
      { config: { thread_unload_delay_secs: expect.any(Number) } },
    ]);
  });

  test("that the server unloaded by itself is resumed", async () => {
    const { threads, own } = open();
    (await threads.hold("t")).release();
    own.notify("t", "thread/closed");
    await settle();
    await threads.hold("t");
    expect(own.count("thread/resume")).toBe(2);
  });

  test("of a connection that was cut is resumed on the next one [SRV-6c]", async () => {
    const { threads, own, place } = open();
    const hold = await threads.hold("t");
    own.cutAll();
    await settle();
    expect(threads.findFeed("t")).toBeUndefined();
    hold.release();
    const next = await threads.hold("t");
    expect([next.client.isOpen, place.opened]).toEqual([true, 2]);
  });
});

test("on the person's server nothing of its unloading is changed", async () => {
  const { threads, place } = open("attach");
  place.personListens = true;
  await threads.hold("t");
  expect(place.person.sent("thread/resume")).toEqual([{ threadId: "t", excludeTurns: true }]);
});

test("S2-D15 another thread than asked for is an error, and is not kept", async () => {
  const { threads, own } = open();
  const resume = own.hold("thread/resume");
  const holding = threads.hold("t");
  (await resume).release({ thread: { id: "other", cwd: "/", status: { type: "idle" } }, cwd: "/" });
  await expect(holding).rejects.toMatchObject({
    code: "thread-other-opened",
    details: { asked: "t", opened: "other" },
  });
  expect(threads.findFeed("t")).toBeUndefined();
});

test("callers of one thread share one resume; other threads do not wait for it", async () => {
  const { threads, own } = open();
  own.add("t2");
  const resume = own.hold("thread/resume");
  const holding = [threads.hold("t"), threads.hold("t")];
  const held = await resume;
  expect((await threads.hold("t2")).threadId).toBe("t2");
  held.release();
  await Promise.all(holding);
  expect(own.sent("thread/resume").map((each) => each.threadId)).toEqual(["t", "t2"]);
});

test("closing says whether something still runs", async () => {
  const quiet = open();
  (await quiet.threads.hold("t")).release();
  expect(await quiet.threads.close()).toBe(true);
  const busy = open();
  await busy.threads.hold("t");
  busy.own.join("t", "x");
  await settle();
  expect(await busy.threads.close()).toBe(false);
});
