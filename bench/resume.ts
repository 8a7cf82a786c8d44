// The first message after a thread was let go, by size of its record, beside a bare client that resumes and runs a turn.

import { BareClient } from "../test/rigs/bare-client.ts";
import { makeCodexHome } from "../test/rigs/codex-home.ts";
import { writeLargeThread } from "../test/rigs/large-home.ts";
import { startBenchApp } from "./bench-app.ts";
import type { ModelProcess } from "./model-process.ts";
import { formatMs, percentile, time } from "./statistics.ts";

const sizesMb = [1, 10, 100];
const rounds = 5;

export async function benchResume(model: ModelProcess): Promise<string[]> {
  const rows = ["| first message after idle | ours, median | bare client, median |", "| --- | --- | --- |"];
  for (const sizeMb of sizesMb) {
    const home = makeCodexHome({ modelUrl: model.url });
    const { codexHome, workFolder } = home;
    const sizeBytes = sizeMb * 1024 * 1024;
    const { threadId } = writeLargeThread({
      codexHome,
      workFolder,
      sizeBytes,
      startedAtMs: Date.now() - 86_400_000,
    });
    const bench = startBenchApp(home);
    try {
      await bench.send("main", `/cx resume ${threadId}`);
      await bench.send("main", "warm up");
      const bare = await BareClient.overSocket(bench.socketPath());
      const ours: number[] = [];
      const theirs: number[] = [];
      for (let round = 0; round < rounds; round++) {
        await bench.app.places.local.threads.letGo(threadId);
        ours.push(await time(() => bench.send("main", "after idle")));
        await bench.app.places.local.threads.letGo(threadId);
        theirs.push(await time(() => resumeAndRun(bare, threadId)));
        const closed = bare.waitForMethod("thread/closed", bare.messages.length);
        await bare.request("thread/unsubscribe", { threadId });
        await closed;
      }
      await bare.close();
      rows.push(
        `| record of ${sizeMb} MB | ${formatMs(percentile(ours, 0.5))} | ${formatMs(percentile(theirs, 0.5))} |`,
      );
    } finally {
      await bench.close();
      home.remove();
    }
  }
  return rows;
}

async function resumeAndRun(bare: BareClient, threadId: string): Promise<void> {
  await bare.request("thread/resume", {
    threadId,
    excludeTurns: true,
    config: { thread_unload_delay_secs: 0 },
  });
  await bare.runTurn(threadId, "after idle");
}
