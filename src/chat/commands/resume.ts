// `/cx resume`: finds the session that is meant and binds it here.

import { isBridgeError } from "../../errors.ts";
import type { Run } from "../../runs/run-store.ts";
import type { ListedThread } from "../../store/lists.ts";
import { bindThread } from "../bind-thread.ts";
import type { CommandCall } from "../command-call.ts";
import { buildBad } from "../command-line.ts";
import { findSession } from "../find-session.ts";
import type { Reply } from "../reply.ts";
import type { RunDesk } from "../run-desk.ts";

export async function runResume(call: CommandCall): Promise<Reply> {
  const { line } = call;
  const selector = line.words.join(" ").trim();
  if (selector === "") throw buildBad(line.command, "which one?");
  return bindThread(call, await findTarget(call, selector, line.options.get("host")));
}

/** Runs of this machine are sessions of that name; one on a node is found here. */
async function findTarget(
  call: CommandCall,
  selector: string,
  host: string | undefined,
): Promise<ListedThread> {
  const runs = host === undefined ? call.services.runDesk?.runs : undefined;
  const named = readNodeRun(runs?.reread({ name: selector }));
  if (named) return named;
  try {
    return await findSession(call, selector, host);
  } catch (error) {
    const begun = isBridgeError(error, "selector-none") && runs ? findBegun(runs, selector) : undefined;
    if (begun) return begun;
    throw error;
  }
}

/** Throws `run-ambiguous`. */
function findBegun(runs: RunDesk["runs"], begin: string): ListedThread | undefined {
  try {
    return readNodeRun(runs.find(begin, { numbers: false }));
  } catch (error) {
    if (isBridgeError(error, "run-none")) return undefined;
    throw error;
  }
}

function readNodeRun(run: Run | undefined): ListedThread | undefined {
  if (run?.host === undefined || run.threadId === undefined) return undefined;
  return { threadId: run.threadId, place: run.host.place };
}
