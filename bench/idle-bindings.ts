// Prints how much memory 1,000 idle bindings add to a started app; run with --expose-gc in a process of its own.
import { makeCodexHome } from "../test/rigs/codex-home.ts";
import { startBenchApp } from "./bench-app.ts";

const bindings = 1_000;

const home = makeCodexHome({ modelUrl: "http://127.0.0.1:9/v1" });
const bench = startBenchApp(home);
await bench.send("first", "/cx new");
const before = readRss();
for (let chat = 0; chat < bindings; chat++) await bench.send(`chat ${chat}`, "/cx new");
const addedBytes = readRss() - before;
await bench.close();
home.remove();
process.stdout.write(JSON.stringify({ addedBytes }));

function readRss(): number {
  globalThis.gc?.();
  return process.memoryUsage().rss;
}
