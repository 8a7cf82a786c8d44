// `/cx detach`: lets the thread go.
import { code, type Line, line, own } from "../../kit/blocks.ts";
import { type CommandCall, getBinding } from "../command-call.ts";

export async function runDetach(call: CommandCall): Promise<Line> {
  getBinding(call);
  const detached = await call.services.binder.detach(call.conversation, call.message.actor.id);
  await call.message.gate?.release();
  const threadId = detached?.threadId;
  if (threadId === undefined) return own("Detached. There was no thread yet.");
  return line`Detached. Thread ${code(threadId)} stays as it is; ${code(`/cx resume ${threadId}`)} brings it back.`;
}
