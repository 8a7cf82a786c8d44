import fc from "fast-check";
import { expect, test } from "vitest";
import { Lanes } from "../../src/lanes/lanes.ts";

const task = fc.record({ key: fc.constantFrom("a", "b", "c"), fails: fc.boolean() });

test("tasks of a key run in order and never overlap, keys side by side, whatever fails [SHOW-3b CONV-14b]", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(task, { maxLength: 40 }), fc.scheduler(), async (plan, scheduler) => {
      const lanes = new Lanes();
      const running = new Map<string, number>();
      const begun: { key: string; n: number }[] = [];
      const results = plan.map(({ key, fails }, n) =>
        lanes.run(key, async () => {
          expect(running.has(key)).toBe(false);
          running.set(key, n);
          begun.push({ key, n });
          await scheduler.schedule(Promise.resolve(), `${key} ${n}`);
          running.delete(key);
          if (fails) throw new Error(`failed ${n}`);
          return n;
        }),
      );
      const settled = Promise.allSettled(results);
      // Before anything has ended, the first task of every key runs.
      expect(new Set(running.keys())).toEqual(new Set(plan.map(({ key }) => key)));
      await scheduler.waitFor(settled);
      for (const [n, result] of (await settled).entries()) {
        if (plan[n]?.fails)
          expect(result).toMatchObject({ status: "rejected", reason: { message: `failed ${n}` } });
        else expect(result).toEqual({ status: "fulfilled", value: n });
      }
      for (const key of ["a", "b", "c"]) {
        const order = begun.filter((each) => each.key === key).map(({ n }) => n);
        expect(order).toEqual(order.toSorted((x, y) => x - y));
      }
      expect(begun).toHaveLength(plan.length);
      await lanes.onIdle();
      expect(lanes.keys()).toEqual([]);
    }),
  );
});

test("after an alias nothing of either key begins beside another, each key keeps its order [SHOW-3b]", async () => {
  const key = fc.constantFrom("from", "to");
  await fc.assert(
    fc.asyncProperty(fc.array(key), fc.array(key), fc.scheduler(), async (before, after, scheduler) => {
      const lanes = new Lanes();
      const begun: { key: string; n: number }[] = [];
      let running = 0;
      const run = (name: string, n: number) =>
        lanes.run(name, async () => {
          // Those that ran when the keys became one may still run beside each other, none beside a later one.
          if (aliased) expect(running).toBe(0);
          running += 1;
          begun.push({ key: name, n });
          await scheduler.schedule(Promise.resolve(), `${name} ${n}`);
          running -= 1;
        });
      let aliased = false;
      const results = before.map(run);
      lanes.alias("from", "to");
      aliased = true;
      const joined = lanes.keys().length > 0;
      if (!joined) return;
      // The idle name is not bound by the alias: a lane that was idle is asked for by its new name.
      const useful = before.includes("from") ? after : after.map(() => "to");
      results.push(...useful.map((name, index) => run(name, before.length + index)));
      await scheduler.waitFor(Promise.all(results));
      for (const name of ["from", "to"]) {
        const order = begun.filter((each) => each.key === name).map(({ n }) => n);
        expect(order).toEqual(order.toSorted((x, y) => x - y));
      }
      expect(begun).toHaveLength(before.length + useful.length);
      await lanes.onIdle();
      expect(lanes.keys()).toEqual([]);
    }),
  );
});
