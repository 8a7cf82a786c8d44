// A turn through our whole path, beside the same turn by a bare JSON-RPC client on the same server, and by codex exec.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { BareClient } from "../test/rigs/bare-client.ts";
import { findCodexBinary } from "../test/rigs/codex-binary.ts";
import { type CodexHome, makeCodexHome } from "../test/rigs/codex-home.ts";
import { startBenchApp } from "./bench-app.ts";
import type { ModelProcess } from "./model-process.ts";
import { formatMs, formatSpread, percentile, time } from "./statistics.ts";

const rounds = 220;
const warmUp = 10;
const execEvery = 10;

export async function benchTurns(model: ModelProcess): Promise<string[]> {
  const home = makeCodexHome({ modelUrl: model.url });
  const bench = startBenchApp(home);
  try {
    await bench.send("main", "/cx new");
    await bench.send("main", "warm up");
    const bare = await BareClient.overSocket(bench.socketPath());
    // The same turn as ours.
    const turn = {
      approvalPolicy: "on-request",
      permissions: ":workspace",
      cwd: home.workFolder,
    };
    const bareThread = await bare.startThread({ cwd: home.workFolder, sandbox: "read-only" });
    const execThread = await runExec(home, []);
    const ours: number[] = [];
    const theirs: number[] = [];
    const exec: number[] = [];
    const runOurs = async () => ours.push(await time(() => bench.send("main", "a turn")));
    const runTheirs = async () => theirs.push(await time(() => bare.runTurn(bareThread, "a turn", turn)));
    for (let round = 0; round < warmUp + rounds; round++) {
      if (round === warmUp) for (const list of [ours, theirs, exec]) list.length = 0;
      // Who goes first alternates, so that neither always finds the warmer machine.
      for (const run of round % 2 ? [runOurs, runTheirs] : [runTheirs, runOurs]) await run();
      if (round % execEvery === 0) exec.push(await time(() => runExec(home, ["resume", execThread])));
    }
    await bare.close();
    const added = (share: number) => formatMs(percentile(ours, share) - percentile(theirs, share));
    const faster = percentile(exec, 0.5) / percentile(ours, 0.5);
    return [
      `| a turn, ${rounds} of each, taking turns | median | p95 |`,
      "| --- | --- | --- |",
      `| our whole path: message in, reply handed to the host | ${formatSpread(ours)} |`,
      `| a bare JSON-RPC client on the same server | ${formatSpread(theirs)} |`,
      `| added by us | ${added(0.5)} | ${added(0.95)} |`,
      `| \`codex exec resume\` per message (${exec.length}) | ${formatSpread(exec)} |`,
      `| \`codex exec resume\` / our path | ${faster.toFixed(1)} × | |`,
    ];
  } finally {
    await bench.close();
    home.remove();
  }
}

/** Runs one message by `codex exec`; returns the thread's id. */
export async function runExec(home: CodexHome, resume: string[]): Promise<string> {
  const args = ["exec", ...resume, "--json", "--skip-git-repo-check", "-"];
  const child = spawn(findCodexBinary(), args, {
    env: home.env,
    cwd: home.workFolder,
    stdio: ["pipe", "pipe", "ignore"],
  });
  const exited = once(child, "exit");
  child.stdin.end("a turn");
  const [first = "{}"] = (await text(child.stdout)).split("\n");
  await exited;
  return String((JSON.parse(first) as { thread_id?: string }).thread_id);
}
