// `/cx logs`: the last entries of what a run has said, errors among them.
import { readTurnEntries } from "../../runs/run-log.ts";
import { type CommandCall, getRunDesk } from "../command-call.ts";
import { buildBad } from "../command-line.ts";
import type { Reply } from "../reply.ts";
import { formatLogTail } from "../words/run-text.ts";

const usualEntries = 10;

export async function runLogs(call: CommandCall): Promise<Reply> {
  const { line, signal } = call;
  const [selector, count = String(usualEntries), ...more] = line.words;
  if (selector === undefined) throw buildBad(line.command, "which run?");
  if (more.length > 0 || !/^[1-9]\d{0,2}$/.test(count))
    throw buildBad(line.command, "after the name comes a number from 1 to 999");
  const { runs } = getRunDesk(call);
  const run = runs.find(selector);
  const { status, turns } = await runs.look(run, signal);
  const entries = turns.flatMap((turn) => readTurnEntries(turn)).slice(-Number(count));
  return { blocks: formatLogTail(run, status, entries), inGroup: [] };
}
