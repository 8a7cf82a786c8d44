import { setImmediate as nextRound } from "node:timers/promises";
import { expect, test } from "vitest";
import { Lanes } from "../../../src/lanes/lanes.ts";

/** A task that ends when told, and notes its beginning and end. */
function buildTask(log: string[], name: string) {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const run = async () => {
    log.push(`+${name}`);
    try {
      return await promise;
    } finally {
      log.push(`-${name}`);
    }
  };
  return { run, end: () => resolve(name), fail: () => reject(new Error(`${name} failed`)) };
}

test("one key runs in order, another key does not wait for it [CONV-14b]", async () => {
  const lanes = new Lanes();
  const log: string[] = [];
  const [a1, a2, b1] = [buildTask(log, "a1"), buildTask(log, "a2"), buildTask(log, "b1")];
  const all = [lanes.run("a", a1.run), lanes.run("a", a2.run), lanes.run("b", b1.run)];
  await nextRound();
  expect(log).toEqual(["+a1", "+b1"]);
  expect([lanes.size("a"), lanes.waiting("a"), lanes.size("b"), lanes.waiting("b")]).toEqual([2, 1, 1, 0]);
  expect(lanes.keys()).toEqual(["a", "b"]);
  b1.end();
  a1.end();
  await nextRound();
  expect(log).toEqual(["+a1", "+b1", "-b1", "-a1", "+a2"]);
  a2.end();
  expect(await Promise.all(all)).toEqual(["a1", "a2", "b1"]);
  expect([lanes.keys(), lanes.size("a"), lanes.waiting("a")]).toEqual([[], 0, 0]);
});

test("a task that fails, also at once, does not keep the next from running", async () => {
  const lanes = new Lanes();
  const failed = lanes.run("a", () => {
    throw new Error("at once");
  });
  const next = lanes.run("a", async () => "next");
  await expect(failed).rejects.toThrow("at once");
  expect(await next).toBe("next");
  expect(lanes.keys()).toEqual([]);
});

test("a task may queue another on its own lane", async () => {
  const lanes = new Lanes();
  const inner = await lanes.run("a", async () => ({ done: lanes.run("a", async () => "inner") }));
  expect(await inner.done).toBe("inner");
});

test("alias: the lane of a binding goes on under the name of its thread, from inside its own task [CONV-14b]", async () => {
  const lanes = new Lanes();
  const log: string[] = [];
  const [queued, later] = [buildTask(log, "queued"), buildTask(log, "later")];
  const first = lanes.run("binding", async () => {
    lanes.alias("binding", "thread");
    log.push("first");
  });
  const all = [lanes.run("binding", queued.run), lanes.run("thread", later.run)];
  await first;
  await nextRound();
  expect(log).toEqual(["first", "+queued"]);
  expect([lanes.size("binding"), lanes.size("thread"), lanes.waiting("thread")]).toEqual([2, 2, 1]);
  queued.end();
  later.end();
  await Promise.all(all);
  expect(log).toEqual(["first", "+queued", "-queued", "+later", "-later"]);
  expect(lanes.keys()).toEqual([]);
});

test("alias of two busy lanes: both keep their order and nothing begins beside anything else", async () => {
  const lanes = new Lanes();
  const log: string[] = [];
  const names = ["f1", "f2", "t1", "t2", "f3", "t3"] as const;
  const tasks = Object.fromEntries(names.map((name) => [name, buildTask(log, name)]));
  const run = (name: string) =>
    lanes.run(name.startsWith("f") ? "from" : "to", tasks[name]?.run ?? (async () => ""));
  const all = ["f1", "f2", "t1", "t2"].map(run);
  await nextRound();
  lanes.alias("from", "to");
  lanes.alias("from", "to");
  all.push(run("f3"), run("t3"));
  expect([lanes.size("from"), lanes.waiting("to")]).toEqual([6, 4]);
  // f1 and t1 ran already; nothing begins before both have ended.
  tasks.t1?.end();
  await nextRound();
  expect(log).toEqual(["+f1", "+t1", "-t1"]);
  tasks.f1?.fail();
  await expect(all[0]).rejects.toThrow("f1 failed");
  for (const name of ["t2", "f2", "f3", "t3"]) {
    await nextRound();
    expect(log.at(-1)).toBe(`+${name}`);
    tasks[name]?.end();
  }
  await Promise.allSettled(all);
  expect(log.slice(3)).toEqual(["-f1", "+t2", "-t2", "+f2", "-f2", "+f3", "-f3", "+t3", "-t3"]);
  expect(lanes.keys()).toEqual([]);
});

test("alias of an idle lane does nothing", async () => {
  const lanes = new Lanes();
  lanes.alias("idle", "other");
  expect(lanes.keys()).toEqual([]);
});

test("onIdle waits for all lanes, also for what is queued meanwhile, and does not mind failures", async () => {
  const lanes = new Lanes();
  const log: string[] = [];
  const task = buildTask(log, "a");
  const failed = lanes.run("a", task.run).catch(() => lanes.run("b", async () => log.push("b")));
  const idle = lanes.onIdle().then(() => log.push("idle"));
  await nextRound();
  task.fail();
  await idle;
  await failed;
  expect(log).toEqual(["+a", "-a", "b", "idle"]);
});

test("stop: the running task sees its signal and ends by itself, the waiting and later ones are cancelled", async () => {
  const lanes = new Lanes();
  const log: string[] = [];
  const running = lanes.run("a", async (signal) => {
    const aborted = Promise.withResolvers<void>();
    signal.addEventListener("abort", () => aborted.resolve());
    await aborted.promise;
    await nextRound();
    log.push("ended by itself");
  });
  const waiting = expect(lanes.run("a", async () => log.push("never"))).rejects.toMatchObject({
    code: "cancelled",
  });
  await lanes.stop();
  log.push("stopped");
  await running;
  await waiting;
  await expect(lanes.run("b", async () => 1)).rejects.toMatchObject({ code: "cancelled" });
  expect(log).toEqual(["ended by itself", "stopped"]);
});
