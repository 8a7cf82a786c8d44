// The node's side in a node host: opened by the first command, closed after the last, and told of a lost connection.
import { expect, test } from "vitest";
import { deferAbort, NodeHost, type OpenNode } from "../../../src/hosts/openclaw/node-host.ts";
import { systemClock } from "../../../src/kit/clock.ts";

function openHost() {
  const told: string[] = [];
  const host = new NodeHost(() => {
    told.push("opened");
    return { close: () => told.push("closed") } as unknown as OpenNode;
  });
  return { told, host };
}

test("commands share what the first one opened, until the last one ends", async () => {
  const { host, told } = openHost();
  const [one, two] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const runs = [host.run(() => one.promise), host.run(() => two.promise)];
  one.resolve();
  await runs[0];
  expect([host.isBusy, told]).toEqual([true, ["opened"]]);
  two.resolve();
  await runs[1];
  expect([host.isBusy, told]).toEqual([false, ["opened", "closed"]]);
  await host.run(async () => {});
  expect(told).toEqual(["opened", "closed", "opened", "closed"]);
});

test("an abort finds out whether the connection was lost, although the host tells that after it [NODE-1d]", async () => {
  const { host } = openHost();
  const cancelAndTell = async (isLost: boolean) => {
    const given = new AbortController();
    const signal = deferAbort(given.signal, systemClock);
    return host.run(async (_node, isConnected) => {
      const { promise, resolve } = Promise.withResolvers<boolean>();
      signal.addEventListener("abort", () => resolve(isConnected()));
      // As OpenClaw 2026.9.6 does: the signals first, then some microtasks later the disconnect hooks.
      given.abort();
      if (isLost)
        void Promise.resolve()
          .then(() => Promise.resolve())
          .then(() => host.lose());
      return promise;
    });
  };
  expect(await cancelAndTell(true)).toBe(false);
  expect(await cancelAndTell(false)).toBe(true);
});
