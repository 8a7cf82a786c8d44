// `/cx stop`: the running turn, or the message whose turn has not begun.
import { isBridgeError } from "../../errors.ts";
import { joinLines, type Line, line, own } from "../../kit/blocks.ts";
import type { Run } from "../../runs/run-store.ts";
import { assertAllowed, type CommandCall, getBinding, getRunDesk, isAllowed } from "../command-call.ts";
import { formatStoppedRun } from "../words/run-text.ts";

/** Where a turn runs, its outcome says that it was stopped. */
export async function runStop(call: CommandCall): Promise<Line | undefined> {
  const run = findNamedRun(call);
  if (run) return stopRun(call, run);
  const { services, message } = call;
  const { id } = getBinding(call);
  const active = services.runner.findActive(id);
  const isRunning = active?.turn !== undefined;
  if (active) assertAllowed(call, active.actor === message.actor.id ? "stop-own" : "stop-any");
  await services.runner.stop(id, call.signal);
  const waiting = services.runner.waiting(id).filter(({ state }) => state !== "held").length;
  const lines = [
    ...(isRunning ? [] : [own("Stopping.")]),
    ...(waiting === 0
      ? []
      : [
          line`${waiting} more in the queue, the next one starts now; ${own("`/cx queue clear` takes them back.")}`,
        ]),
  ];
  return lines.length === 0 ? undefined : joinLines(lines, " ");
}

/** Other words after a stop mean nothing, but what looks like the name of a run has to be one. Throws `run-none`, `run-ambiguous`. */
function findNamedRun(call: CommandCall): Run | undefined {
  const word = call.line.rest.trim();
  if (word === "" || /\s/.test(word) || !call.services.runDesk) return undefined;
  if (!isAllowed(call, "decide")) return undefined;
  try {
    return getRunDesk(call).runs.find(word, { numbers: false });
  } catch (error) {
    if (isBridgeError(error, "run-none") && !word.includes("-")) return undefined;
    throw error;
  }
}

async function stopRun(call: CommandCall, run: Run): Promise<Line> {
  await getRunDesk(call).runs.stop(run, call.signal);
  return formatStoppedRun(run);
}
