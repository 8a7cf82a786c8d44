import { describe, expect, test } from "vitest";
import type { ServerMode } from "../../../src/codex/place-servers.ts";
import { BridgeError } from "../../../src/errors.ts";
import { FakeClock } from "../../rigs/fake-clock.ts";
import { FakePlace } from "../../rigs/fake-place.ts";
import { settle } from "../../rigs/settle.ts";

const open = (mode: ServerMode = "auto") => new FakePlace({ clock: new FakeClock(), mode });

test.each<[ServerMode, boolean, string]>([
  ["auto", true, "attached"],
  ["auto", false, "private"],
  ["attach", true, "attached"],
  ["socket", true, "private"],
  ["stdio", true, "stdio"],
])("mode %s, the person's server listens %s: %s [SRV-4a]", async (mode, listens, kind) => {
  const place = open(mode);
  place.personListens = listens;
  expect((await place.servers.pick()).kind).toBe(kind);
  expect(place.servers.status()).toMatchObject({ mode, connected: { kind, version: "0.169.0" } });
});

test("many callers share one connection attempt, and then the connection [SRV-6b]", async () => {
  const place = open();
  const hello = place.own.hold("initialize");
  const picking = [place.servers.pick(), place.servers.pick(), place.servers.pick()];
  (await hello).release();
  const clients = await Promise.all(picking);
  expect(new Set([...clients, await place.servers.pick()]).size).toBe(1);
  expect(place.opened).toBe(1);
});

test("a failed attempt is not the next caller's", async () => {
  const place = open();
  place.refusal = new BridgeError("server-exited", "no");
  await expect(place.servers.pick()).rejects.toMatchObject({ code: "server-exited" });
  place.refusal = undefined;
  expect((await place.servers.pick()).isOpen).toBe(true);
});

test("one caller's abort leaves the attempt to the others [SRV-5a]", async () => {
  const place = open();
  const hello = place.own.hold("initialize");
  const abort = new AbortController();
  const given = place.servers.pick(abort.signal);
  const kept = place.servers.pick();
  abort.abort();
  await expect(given).rejects.toMatchObject({ code: "cancelled" });
  (await hello).release();
  expect((await kept).isOpen).toBe(true);
});

describe("the person's server", () => {
  test("is joined when it appears, and ours serves again when it is gone [SRV-4a]", async () => {
    const place = open();
    const own = await place.servers.pick();
    place.personListens = true;
    expect((await place.servers.pick()).kind).toBe("attached");
    place.personListens = false;
    place.person.cutAll();
    await settle();
    expect(await place.servers.pick()).toBe(own);
    expect(own.isOpen).toBe(true);
  });

  test("that goes in the moment of joining is not missed", async () => {
    const place = open();
    place.personListens = true;
    place.person.cutAt("initialize", false);
    expect((await place.servers.pick()).kind).toBe("private");
  });
});

describe("closing", () => {
  test.each<[ServerMode, boolean, number]>([
    ["socket", true, 1],
    ["socket", false, 0],
    ["stdio", true, 0],
    ["attach", true, 0],
  ])("mode %s, may stop ours %s: %i stopped; connections end", async (mode, stopOwn, stopped) => {
    const place = open(mode);
    place.personListens = mode === "attach";
    const client = await place.servers.pick();
    await place.servers.close(stopOwn ? { ownThreads: 1 } : {});
    expect([client.isOpen, place.stopped]).toEqual([false, stopped]);
  });

  test("during a connection attempt ends it, and nothing stays open", async () => {
    const place = open();
    const hello = place.own.hold("initialize");
    const picking = place.servers.pick();
    await hello;
    const failed = expect(picking).rejects.toMatchObject({ code: "cancelled" });
    await place.servers.close({ ownThreads: 0 });
    await failed;
    await settle();
    expect(place.own.connections).toBe(0);
  });
});

test("where somebody else sits on the directory of the sockets, auto takes a child and says why; socket says it only [BORD-2c]", async () => {
  const refusal = new BridgeError("socket-untrusted", "/tmp/d is not private", { reason: "other-owner" });
  const place = open("auto");
  place.refusal = refusal;
  expect((await place.servers.pick()).kind).toBe("stdio");
  expect(place.servers.status()).toMatchObject({ ownNote: "/tmp/d is not private" });
  place.own.cutAll();
  await settle();
  place.refusal = undefined;
  expect((await place.servers.pick()).kind).toBe("private");
  expect(place.servers.status()).not.toHaveProperty("ownNote");
  const strict = open("socket");
  strict.refusal = refusal;
  await expect(strict.servers.pick()).rejects.toMatchObject({ code: "socket-untrusted" });
});
