// `/cx detach`: lets the thread go.
import { type CommandCall, getBinding } from "../command-call.ts";

export async function runDetach(call: CommandCall): Promise<string> {
  getBinding(call);
  const detached = await call.services.binder.detach(call.conversation);
  await call.message.gate?.release();
  if (detached?.threadId === undefined) return "Detached. There was no thread yet.";
  return `Detached. Thread ${detached.threadId} stays as it is; \`/cx resume ${detached.threadId}\` brings it back.`;
}
