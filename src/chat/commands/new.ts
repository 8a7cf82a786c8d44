// `/cx new`: prepares a thread that exists from its first message.
import type { CommandCall } from "../command-call.ts";
import { findHost } from "../find-host.ts";
import { formatInForce } from "../in-force.ts";
import { openBinding } from "../open-binding.ts";
import type { Reply } from "../reply.ts";

export async function runNew(call: CommandCall): Promise<Reply> {
  const { services, conversation, message, binding: old, line } = call;
  const [folder, model, host] = ["cwd", "model", "host"].map((name) => line.options.get(name));
  const draft = await services.binder.prepareNew({
    conversation,
    actor: message.actor.id,
    ...(folder === undefined ? {} : { folder }),
    ...(model === undefined ? {} : { model }),
    ...(host === undefined ? {} : { host: (await findHost(call, host)).id }),
  });
  const place = services.places.get(draft.place);
  const inGroup = "A new thread starts here with your first message.";
  const text = [
    inGroup,
    `Folder: ${draft.cwd} on ${place.name}`,
    `Asked for: ${formatInForce(draft.requested)}`,
    ...(old?.threadId === undefined
      ? []
      : [`Let go: thread ${old.threadId}; \`/cx resume ${old.threadId}\` brings it back.`]),
  ].join("\n");
  return openBinding(call, draft, { text, inGroup });
}
