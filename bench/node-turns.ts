// A turn on a node beside a turn here, and beside `codex exec resume` on the node per message: over the channel itself (its
// frames, the node's filter, a Codex home of the node's own), in one process and without a host in between.
import { join } from "node:path";
import { buildServerContext } from "../src/codex/build-server-context.ts";
import { PlaceServers } from "../src/codex/place-servers.ts";
import { buildServerOpeners } from "../src/codex/server-openers.ts";
import { parseSettings } from "../src/config/parse-settings.ts";
import { systemClock } from "../src/kit/clock.ts";
import { silentLog } from "../src/kit/log.ts";
import { nodeCommands } from "../src/nodes/command-names.ts";
import { buildNodeContext } from "../src/nodes/node-context.ts";
import type { NodeNetwork } from "../src/nodes/node-network.ts";
import { serveChannel } from "../src/nodes/serve-channel.ts";
import { findCodexBinary } from "../test/rigs/codex-binary.ts";
import { type CodexHome, makeCodexHome } from "../test/rigs/codex-home.ts";
import { createDuplexPair, type DuplexPair } from "../test/rigs/duplex-pair.ts";
import { startBenchApp } from "./bench-app.ts";
import type { ModelProcess } from "./model-process.ts";
import { formatMs, formatSpread, percentile, time } from "./statistics.ts";
import { runExec } from "./turns.ts";

const rounds = 220;
const warmUp = 10;
const execEvery = 10;

export async function benchNodeTurns(model: ModelProcess): Promise<string[]> {
  const here = makeCodexHome({ modelUrl: model.url });
  const there = makeCodexHome({ modelUrl: model.url });
  const node = openNode(there);
  const bench = startBenchApp(here, {}, "bench-state", node.network);
  try {
    await bench.send("near", "/cx new");
    await bench.send("far", `/cx new --host annex --cwd ${there.workFolder}`);
    const execThread = await runExec(there, []);
    const near: number[] = [];
    const far: number[] = [];
    const exec: number[] = [];
    const runNear = async () => near.push(await time(() => bench.send("near", "a turn")));
    const runFar = async () => far.push(await time(() => bench.send("far", "a turn")));
    for (let round = 0; round < warmUp + rounds; round++) {
      if (round === warmUp) for (const list of [near, far, exec]) list.length = 0;
      for (const run of round % 2 ? [runNear, runFar] : [runFar, runNear]) await run();
      if (round % execEvery === 0) exec.push(await time(() => runExec(there, ["resume", execThread])));
    }
    const added = (share: number) => formatMs(percentile(far, share) - percentile(near, share));
    const faster = percentile(exec, 0.5) / percentile(far, 0.5);
    return [
      `| a turn on a node, ${rounds} of each, taking turns; the channel in one process, no host | median | p95 |`,
      "| --- | --- | --- |",
      `| on the node | ${formatSpread(far)} |`,
      `| here | ${formatSpread(near)} |`,
      `| added by the channel and the node's filter | ${added(0.5)} | ${added(0.95)} |`,
      `| \`codex exec resume\` on the node per message (${exec.length}) | ${formatSpread(exec)} |`,
      `| \`codex exec resume\` / on the node | ${faster.toFixed(1)} × | |`,
    ];
  } finally {
    await bench.close();
    await node.close();
    here.remove();
    there.remove();
  }
}

/** A node of one gateway, named annex, with Codex behind it. */
function openNode(there: CodexHome): { network: NodeNetwork; close(): Promise<void> } {
  const settings = parseSettings({
    server: "socket",
    codexBinary: findCodexBinary(),
    nodeRoots: [there.workFolder],
  });
  const { codexHome, env, home } = there;
  const server = buildServerContext({
    ...{ settings, codexHome, env, home, clock: systemClock, log: silentLog },
    ...{ clientVersion: "0.0.0", idleCheck: [] },
  });
  const context = buildNodeContext({
    ...{ settings, codexHome, clock: systemClock, log: silentLog, version: "0.0.0" },
    stateDirectory: join(home, "node-state"),
    buildServers: () => new PlaceServers(server.place, "socket", buildServerOpeners(server)),
  });
  const pairs: DuplexPair[] = [];
  const ended: Promise<string>[] = [];
  const commands = Object.values(nodeCommands);
  const network: NodeNetwork = {
    list: async () => [
      {
        ...{ nodeId: "a".repeat(64), displayName: "annex", connected: true },
        ...{ commands, invocableCommands: commands },
      },
    ],
    allowed: () => commands,
    invoke: async () => ({ sessions: [] }),
    openDuplex: async () => {
      const pair = createDuplexPair();
      pairs.push(pair);
      ended.push(serveChannel(pair.node, context));
      return pair.gateway;
    },
  };
  const close = async () => {
    for (const pair of pairs) pair.cut();
    await Promise.all(ended);
  };
  return { network, close };
}
