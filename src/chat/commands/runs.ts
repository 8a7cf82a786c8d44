// `/cx runs`: all runs of this user, numbered.
import { type CommandCall, getRunDesk } from "../command-call.ts";
import type { Reply } from "../reply.ts";
import { formatRunList } from "../run-text.ts";

export async function runRuns(call: CommandCall): Promise<Reply> {
  const runs = await getRunDesk(call).runs.list(call.signal);
  return { text: formatRunList(runs, call.services.clock.now()), inGroup: "" };
}
