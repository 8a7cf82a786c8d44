// `/cx runs`: all runs of this user, numbered.
import { type CommandCall, getRunDesk } from "../command-call.ts";
import type { Reply } from "../reply.ts";
import { formatRunList } from "../words/run-text.ts";

export async function runRuns(call: CommandCall): Promise<Reply> {
  const runs = await getRunDesk(call).runs.list(call.signal);
  return { blocks: formatRunList(runs, call.services.clock.now()), inGroup: [] };
}
