import { expect, test } from "vitest";
import { BridgeError } from "../../../src/errors.ts";
import type { Gateway } from "../../../src/hosts/openclaw/gateway.ts";
import { Holder } from "../../../src/hosts/openclaw/holder.ts";
import { silentLog } from "../../../src/kit/log.ts";
import { FakeClock } from "../../rigs/fake-clock.ts";

function openHolder() {
  const clock = new FakeClock();
  const holder = new Holder({ clock, log: silentLog });
  const seen: string[] = [];
  const gateway = { app: { close: async () => void seen.push("closed") } } as unknown as Gateway;
  const enter = () => {
    seen.push("entered");
    return () => void seen.push("left");
  };
  return { clock, holder, seen, gateway, enter };
}

test("a start that fails is tried again; until it works everybody gets its error [GATE-2a]", async () => {
  const { clock, holder, gateway, enter, seen } = openHolder();
  let broken = true;
  const open = async () => {
    if (broken) throw new BridgeError("state-held", "held");
    return gateway;
  };
  await holder.start(open, enter);
  await expect(holder.get()).rejects.toMatchObject({ code: "state-held" });
  broken = false;
  await clock.advance(1_000);
  expect(await holder.get()).toBe(gateway);
  await holder.stop();
  expect(seen).toEqual(["entered", "left", "closed"]);
  expect(clock.pending).toBe(0);
});

test("started twice it opens once, and may be started again after a stop [GATE-1c]", async () => {
  const { holder, gateway, enter } = openHolder();
  let opened = 0;
  const open = async () => {
    opened++;
    return gateway;
  };
  await holder.start(open, enter);
  await holder.start(open, enter);
  expect(opened).toBe(1);
  await holder.stop();
  await holder.start(open, enter);
  expect(opened).toBe(2);
});

test("who asks before the start waits a little, then is told [GATE-2a]", async () => {
  const { clock, holder, gateway, enter } = openHolder();
  const early = holder.get();
  await holder.start(async () => gateway, enter);
  expect(await early).toBe(gateway);
  const never = openHolder();
  const waiting = never.holder.get().catch((error: unknown) => error);
  await never.clock.advance(5_000);
  expect(await waiting).toMatchObject({ code: "gateway-starting" });
  expect(clock.pending).toBe(0);
});

test("an instance without a service serves with that of another one of the process, while it runs [NODE-3b]", async () => {
  const { clock, gateway, enter } = openHolder();
  const shared = {};
  const [serving, later] = [1, 2].map(() => new Holder({ clock, log: silentLog, shared })) as [
    Holder,
    Holder,
  ];
  await serving.start(async () => gateway, enter);
  expect(await later.get()).toBe(gateway);
  await serving.stop();
  const refused = expect(later.get()).rejects.toMatchObject({ code: "gateway-starting" });
  await clock.advance(5_000);
  await refused;
});
