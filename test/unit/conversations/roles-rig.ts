// Roles over a conversation rig, and messages as chat/take-message.ts takes them.
import { Roles } from "../../../src/conversations/roles.ts";
import { silentLog } from "../../../src/kit/log.ts";
import type { Message } from "../../../src/store/rows.ts";
import type { ConversationRig } from "../../rigs/conversation-rig.ts";

export function openRoles({
  store,
  runner,
  questions,
  places,
  outbox,
  clock,
}: Pick<ConversationRig, "store" | "runner" | "questions" | "places" | "outbox" | "clock">): Roles {
  const voice = { say: () => ({ blocks: [{ model: "{}" }] }) };
  const settings = { driverDays: 30, driverTurnsPerDay: 50 };
  return new Roles({
    ...{ store, runner, questions, places, outbox, clock, voice, settings, log: silentLog },
  });
}

export function write(
  { store, runner }: ConversationRig,
  roles: Roles,
  text: string,
  actor = "bob",
): Message {
  const accepted = store.messages.accept({
    ...{ conversation: "c1", hostMessageId: text, bindingId: "b1", actor, text, images: [], clientId: text },
  });
  if (accepted === "seen") throw new Error("seen");
  const taken = store.transaction(() => roles.admit(accepted, "b1", {}));
  const binding = store.bindings.findById("b1");
  if (typeof taken === "object" && binding) runner.enqueue(taken, binding);
  return accepted;
}
