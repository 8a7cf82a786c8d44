// What the tests of questions share: a turn of ours that runs, and a request of the server.
import { type ConversationRig, openRig } from "../../rigs/conversation-rig.ts";

export const command = { itemId: "i1", command: "touch x", availableDecisions: ["accept", "cancel"] };
export const approval = "item/commandExecution/requestApproval";

/** A turn of ours that runs. */
export async function openTurn(rig: ConversationRig = openRig()): Promise<ConversationRig> {
  rig.bindTo("t1");
  rig.send("one");
  await rig.settle();
  return rig;
}

export async function ask(
  rig: ConversationRig,
  method = approval,
  params: Record<string, unknown> = command,
) {
  const id = rig.server.ask(method, params);
  await rig.settle();
  return id;
}
