import { expect, test } from "vitest";
import { SingleFlight } from "../../../src/kit/single-flight.ts";

test("callers at the same time share one run, its failure too; the next caller starts anew", async () => {
  const flight = new SingleFlight<number>();
  let runs = 0;
  const gate = Promise.withResolvers<void>();
  const action = async () => {
    runs += 1;
    await gate.promise;
    if (runs === 1) throw new Error("first run failed");
    return runs;
  };
  const failed = Promise.allSettled([flight.run(action), flight.run(action)]);
  expect(flight.running).toBe(true);
  gate.resolve();
  expect((await failed).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  expect(flight.running).toBe(false);
  expect(await Promise.all([flight.run(action), flight.run(action)])).toEqual([2, 2]);
});

test("an action that throws at once leaves nothing behind", async () => {
  const flight = new SingleFlight<number>();
  const broken = () => {
    throw new Error("at once");
  };
  await expect(flight.run(broken)).rejects.toThrow("at once");
  expect(await flight.run(async () => 1)).toBe(1);
});
