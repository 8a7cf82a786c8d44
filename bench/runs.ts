// 50 background sessions at once: how long they take to start, and the memory of the one server that they share.
// Prints by itself: npx node bench/runs.ts
import { readFileSync } from "node:fs";
import { formatScript } from "../src/demo/script.ts";
import { startScriptedModel } from "../src/demo/scripted-model.ts";
import { makeCodexHome } from "../test/rigs/codex-home.ts";
import { RunDriver } from "../test/rigs/run-driver.ts";
import { killLeftovers } from "../test/rigs/terminal-driver.ts";
import { until } from "../test/rigs/until.ts";

const sessions = 50;
const atOnce = 8;

const model = await startScriptedModel();
const home = makeCodexHome({ modelUrl: model.url });
const driver = new RunDriver({ home });
try {
  const create = () => driver.create("exec", formatScript({ text: "done", hold: "all" }));
  await create();
  const pid = Number((await driver.list())[0]?.pid);
  const before = readRssBytes(pid);
  const start = performance.now();
  let left = sessions - 1;
  const work = async () => {
    while (left-- > 0) await create();
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  const lastedMs = performance.now() - start;
  const running = (await driver.list()).filter((row) => row.status === "running" && row.pid === pid).length;
  const perSession = (readRssBytes(pid) - before) / (sessions - 1) / 2 ** 20;
  model.release("all");
  await until(async () => (await driver.list()).every((row) => row.status === "completed"));
  process.stdout.write(
    [
      `| ${sessions} background sessions at once, on one server | measured |`,
      "| --- | --- |",
      `| running at the same time, seen by \`list\` | ${running} |`,
      `| start of one, ${atOnce} \`create\` at a time | ${(lastedMs / (sessions - 1)).toFixed(0)} ms |`,
      `| memory (RSS) of the server, with one | ${(before / 2 ** 20).toFixed(0)} MB |`,
      `| memory added per session | ${perSession.toFixed(2)} MB |`,
      "| processes of their own | 0 |",
      "",
    ].join("\n"),
  );
} finally {
  killLeftovers(home);
  await model.close();
  home.remove();
}

function readRssBytes(pid: number): number {
  const [, kib] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kib) * 1024;
}
