// `/cx new`: prepares a thread that exists from its first message.
import type { CommandCall } from "../command-call.ts";
import { formatInForce } from "../in-force.ts";

export async function runNew(call: CommandCall): Promise<string> {
  const { services, conversation, message, binding: old, line } = call;
  const [folder, model, host] = ["cwd", "model", "host"].map((name) => line.options.get(name));
  const binding = await services.binder.bindNew({
    conversation,
    actor: message.actor.id,
    ...(folder === undefined ? {} : { folder }),
    ...(model === undefined ? {} : { model }),
    ...(host === undefined ? {} : { host }),
  });
  const place = services.places.get(binding.place);
  return [
    "A new thread starts here with your first message.",
    `Folder: ${binding.cwd} on ${place.name}`,
    `Asked for: ${formatInForce(binding.requested)}`,
    ...(old?.threadId === undefined
      ? []
      : [`Let go: thread ${old.threadId}; \`/cx resume ${old.threadId}\` brings it back.`]),
  ].join("\n");
}
