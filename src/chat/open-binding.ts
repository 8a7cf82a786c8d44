// From a prepared binding to one in force: at once, or after the host has asked the person.
import type { Draft } from "../conversations/binder.ts";
import { BridgeError } from "../errors.ts";
import { code, type Line, line, own, path, says } from "../kit/blocks.ts";
import type { Caller } from "./command-call.ts";
import { buildPrivateKey } from "./inbound-message.ts";
import type { Reply } from "./reply.ts";
import { formatInForce } from "./words/in-force.ts";

/** `bound`: what the person reads once it is bound. Throws `already-bound`, `not-bindable` {reason}. */
export async function openBinding(
  caller: Caller,
  prepared: Draft,
  bound: Pick<Reply, "blocks" | "inGroup">,
): Promise<Reply> {
  const draft = { ...prepared, ...findOwnerChat(caller) };
  const { services, message, binding } = caller;
  const { gate } = message;
  // What is bound to us in the host's books stays so; only our own record changes.
  if (!gate || binding) {
    const hostRecord = binding?.hostRecord;
    services.binder.bind({ ...draft, ...(hostRecord === undefined ? {} : { hostRecord }) });
    return bound;
  }
  const pendingId = services.pendingBindings.add(draft, bound.blocks);
  try {
    const answer = await gate.request({ pendingId, summary: summarize(caller, draft) });
    switch (answer.status) {
      case "open":
        services.pendingBindings.approve(pendingId, answer.conversation, answer.record);
        return { blocks: [] };
      case "pending":
        return { blocks: says(summarize(caller, draft)), prompt: answer.prompt };
      case "closed":
        throw new BridgeError("not-bindable", answer.reason, { reason: answer.reason });
    }
  } catch (error) {
    services.pendingBindings.drop(pendingId);
    throw error;
  }
}

/** In a group: where the owner reads what is not for the others. */
function findOwnerChat({ services, message, conversation }: Caller): Pick<Draft, "ownerChat"> {
  if (message.chatKind === "direct") return {};
  const ownerChat = buildPrivateKey(conversation, message.actor.id);
  const { privateAddress } = message;
  if (privateAddress !== undefined) services.store.addresses.remember(ownerChat, privateAddress);
  return { ownerChat };
}

/** What the person agrees to; in a group the folder's name must do. */
function summarize({ services, message }: Caller, { threadId, place, cwd, inForce, requested }: Draft): Line {
  const thread = threadId === undefined ? own("a new Codex thread") : line`Codex thread ${code(threadId)}`;
  const rights = formatInForce(threadId === undefined ? requested : inForce);
  const folder = message.chatKind === "group" ? (cwd.split(/[\\/]/).at(-1) ?? "") : cwd;
  return line`Hold ${thread} in ${path(folder)} on ${services.places.get(place).name} (${rights}). Plain messages here become its turns; until you allow it they go to OpenClaw's own agent.`;
}
