// `/cx new`: prepares a thread that exists from its first message.
import { code, line, own, path, says } from "../../kit/blocks.ts";
import type { CommandCall } from "../command-call.ts";
import { findHost } from "../find-host.ts";
import { openBinding } from "../open-binding.ts";
import type { Reply } from "../reply.ts";
import { formatInForce } from "../words/in-force.ts";

export async function runNew(call: CommandCall): Promise<Reply> {
  const { services, conversation, message, binding: old } = call;
  const [folder, model, host] = ["cwd", "model", "host"].map((name) => call.line.options.get(name));
  const draft = await services.binder.prepareNew({
    conversation,
    actor: message.actor.id,
    ...(folder === undefined ? {} : { folder }),
    ...(model === undefined ? {} : { model }),
    ...(host === undefined ? {} : { host: (await findHost(call, host)).id }),
  });
  const place = services.places.get(draft.place);
  const begin = own("A new thread starts here with your first message.");
  const oldId = old?.threadId;
  const blocks = says(
    begin,
    line`Folder: ${path(draft.cwd)} on ${place.name}`,
    line`Asked for: ${formatInForce(draft.requested)}`,
    oldId === undefined
      ? undefined
      : line`Let go: thread ${code(oldId)}; ${code(`/cx resume ${oldId}`)} brings it back.`,
  );
  return openBinding(call, draft, { blocks, inGroup: says(begin) });
}
