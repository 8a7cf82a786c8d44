import { expect, test } from "vitest";
import { readProcessIdentity } from "../../../src/process/identity.ts";
import { takeLine } from "../../../src/runs/run-lines.ts";
import { RunStore } from "../../../src/runs/run-store.ts";
import { makeFolder } from "../../rigs/conversation-rig.ts";
import { FakeClock } from "../../rigs/fake-clock.ts";
import { pass, settle } from "../../rigs/settle.ts";
import { until } from "../../rigs/until.ts";

const never = new AbortController().signal;

function open() {
  const clock = new FakeClock();
  const store = new RunStore(makeFolder(), clock);
  const add = store.addLine.bind(store);
  let lines = 0;
  store.addLine = (line) => {
    add(line);
    lines += 1;
  };
  return {
    clock,
    store,
    /** Who sends a line is read from the system first. */
    added: (count: number) => until(() => lines === count),
    take: <T>(work: () => Promise<T>, signal = never) => takeLine({ store, clock }, "talk", work, signal),
  };
}

test("a line waits for those before it, in the order in which they came; one that fails lets the next one go [RUN-5h]", async () => {
  const { clock, take, added } = open();
  const done: string[] = [];
  const gate = Promise.withResolvers<void>();
  const first = take(async () => {
    await gate.promise;
    done.push("first");
    throw new Error("it failed");
  });
  await added(1);
  const second = take(async () => void done.push("second"));
  await added(2);
  const third = take(async () => void done.push("third"));
  await added(3);
  await pass(clock, 100);
  expect(done).toEqual([]);
  gate.resolve();
  await expect(first).rejects.toThrow("it failed");
  await pass(clock, 200);
  await Promise.all([second, third]);
  expect(done).toEqual(["first", "second", "third"]);
});

test("a line of a process that died keeps nobody waiting; one whose client has left is not sent [RUN-5h]", async () => {
  const { clock, store, take } = open();
  const own = await readProcessIdentity(process.pid);
  store.addLine({ ticket: "dead", run: "talk", sender: { pid: process.pid, startedAt: "another boot" } });
  store.addLine({ ticket: "alive", run: "talk", sender: own ?? { pid: 0, startedAt: "" } });
  const leaving = new AbortController();
  const line = take(async () => "sent", leaving.signal);
  line.catch(() => {});
  while (store.findFirstLine("talk")?.ticket !== "alive") await pass(clock, 30);
  await settle();
  leaving.abort();
  await expect(line).rejects.toMatchObject({ code: "cancelled" });
  store.removeLine({ ticket: "alive" });
  expect(store.findFirstLine("talk")).toBeUndefined();
});

test("what is deleted takes its waiting lines with it [RUN-5h]", async () => {
  const { clock, store, take, added } = open();
  const gate = Promise.withResolvers<void>();
  const first = take(() => gate.promise);
  await added(1);
  const second = take(async () => "sent");
  second.catch(() => {});
  await added(2);
  store.remove("talk");
  await pass(clock, 100);
  await expect(second).rejects.toMatchObject({ code: "run-none" });
  gate.resolve();
  await first;
});
