// A turn on a real node of a real gateway beside a turn on the gateway's machine, from the person's message to the reply in
// the chat, and beside what other callers have: the unary command, and `codex exec resume` on the node per message.
import { nanoid } from "nanoid";
import { formatScript } from "../src/demo/script.ts";
import { nodeCommands } from "../src/nodes/command-names.ts";
import { AnnexRig } from "../test/rigs/openclaw/annex-rig.ts";
import type { TelegramChat } from "../test/rigs/openclaw/telegram-chat.ts";
import { formatMs, formatSpread, percentile, time } from "./statistics.ts";
import { runExec } from "./turns.ts";

const rounds = 30;
const warmUp = 3;
const execEvery = 3;

interface Session {
  sessionId: string;
}

/** `folder`: of the packed plugin. */
export async function benchGatewayNodes(folder: string): Promise<string[]> {
  const annex = await AnnexRig.open(folder, {
    telegram: { groups: { "*": { requireMention: false } } },
    settings: { groupMessages: "all" },
  });
  try {
    const near = annex.rig.chat({ chat: -1_004_001 });
    const far = annex.rig.chat({ chat: -1_004_002 });
    await annex.rig.bind(near);
    await annex.bind(far);
    const nodeId = await annex.whenUsable();
    const invoke = async (command: string, params: object) => {
      const call = { nodeId, command, params, timeoutMs: 60_000, idempotencyKey: nanoid() };
      return (await annex.rig.gateway.call("node.invoke", call)) as { payload: { sessions?: Session[] } };
    };
    // One that a gateway began: what exec begins never asks, which is above the node's ceiling.
    await runTurn(far, "first.");
    const { payload } = await invoke(nodeCommands.listSessions, { limit: 1 });
    const begunFar = payload.sessions?.[0]?.sessionId;
    const sessionId = await runExec(annex.there, []);
    const resume = () => invoke(nodeCommands.resumeSession, { sessionId: begunFar, prompt: "a turn" });
    const times = { near: [], far: [], unary: [], exec: [] } as Record<string, number[]>;
    const keep = async (name: string, work: () => Promise<unknown>) => times[name]?.push(await time(work));
    for (let round = 0; round < warmUp + rounds; round++) {
      if (round === warmUp) for (const list of Object.values(times)) list.length = 0;
      const pair = [
        () => keep("near", () => runTurn(near, `near ${round}.`)),
        () => keep("far", () => runTurn(far, `far ${round}.`)),
      ];
      for (const run of round % 2 ? pair : pair.toReversed()) await run();
      if (round % execEvery !== 0) continue;
      await keep("exec", () => runExec(annex.there, ["resume", sessionId]));
      await keep("unary", resume);
    }
    const { near: here = [], far: there = [], unary = [], exec = [] } = times;
    const added = (share: number) => formatMs(percentile(there, share) - percentile(here, share));
    return [
      `| a real gateway with a real node, ${rounds} turns of each, taking turns; message to reply in the chat | median | p95 |`,
      "| --- | --- | --- |",
      `| a chat that holds a thread of the node | ${formatSpread(there)} |`,
      `| a chat that holds a thread of the gateway's machine | ${formatSpread(here)} |`,
      `| added by the node | ${added(0.5)} | ${added(0.95)} |`,
      `| \`${nodeCommands.resumeSession}\` by another caller, no chat (${unary.length}) | ${formatSpread(unary)} |`,
      `| \`codex exec resume\` on the node, no chat and no gateway (${exec.length}) | ${formatSpread(exec)} |`,
    ];
  } finally {
    await annex.close();
  }
}

async function runTurn(chat: TelegramChat, words: string): Promise<void> {
  chat.say(formatScript({ text: words }));
  await chat.waitForReply(new RegExp(`^${words.replace(".", "\\.")}`));
}
