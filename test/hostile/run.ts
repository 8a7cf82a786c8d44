// `npm run hostile`: every attack of our list, and random mixtures of it, on every surface. Prints how many were tried and
// how many got through, and which; ends with 1 where one did that is ours to
// prevent. HOSTILE_SEED and HOSTILE_MIXTURES: which random mixtures, and how many.
import { installOpenClaw } from "../../scripts/install-openclaw.ts";
import { holdProcess } from "../../src/kit/clock.ts";
import { packPlugin } from "../rigs/openclaw/packed-plugin.ts";
import { attackGateway } from "./gateway-attacks.ts";
import { attackNode } from "./node-attacks.ts";
import { Score } from "./score.ts";
import { attackTerminal } from "./terminal-attacks.ts";

const seed = Number(process.env.HOSTILE_SEED ?? Date.now() % 1_000_000);
const mixtures = Number(process.env.HOSTILE_MIXTURES ?? 60);
const say = (line: string) => process.stderr.write(`${line}\n`);
const release = holdProcess();
const score = new Score(say);
installOpenClaw(say);
const plugin = packPlugin();
try {
  await attackNode(score);
  await attackTerminal({ score, seed, mixtures });
  await attackGateway({ plugin: plugin.folder, score, seed, mixtures, say });
} finally {
  plugin.remove();
  release();
}
process.stdout.write(`Seed ${seed}, ${mixtures} random mixtures beside the list.\n${score.format()}\n`);
if (score.ours.length > 0) process.exitCode = 1;
