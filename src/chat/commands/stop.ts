// `/cx stop`: the running turn, or the message whose turn has not begun.
import { assertAllowed, type CommandCall, getBinding } from "../command-call.ts";

/** Where a turn runs, its outcome says that it was stopped. */
export async function runStop(call: CommandCall): Promise<string | undefined> {
  const { services, message } = call;
  const { id } = getBinding(call);
  const active = services.runner.findActive(id);
  if (active) assertAllowed(call, active.actor === message.actor.id ? "stop-own" : "stop-any");
  await services.runner.stop(id);
  const waiting = services.runner.waiting(id).length;
  const lines = [
    ...(active?.turn ? [] : ["Stopping."]),
    ...(waiting === 0
      ? []
      : [`${waiting} more in the queue, the next one starts now; \`/cx queue clear\` takes them back.`]),
  ];
  return lines.length === 0 ? undefined : lines.join(" ");
}
