// After a start: every message that an earlier process left takes up its life where the ledger says it was.
import type { Store } from "../store/open-store.ts";
import { readStage } from "./message-stage.ts";
import type { Runner } from "./runner.ts";

/**
 * Puts open messages back into their lanes in the order of acceptance: what was not sent is sent, what was sent is
 * looked up in the thread's history first. Messages that wait for the person's decision stay as they are, and so do
 * those of conversations that this host does not serve.
 */
export function recoverMessages(
  store: Store,
  runner: Runner,
  serves: (conversation: string) => boolean,
): number {
  let taken = 0;
  for (const message of store.messages.open()) {
    if (!serves(message.conversation)) continue;
    const binding = store.bindings.findById(message.bindingId);
    if (message.state === "settled" || message.state === "interrupted" || message.state === "unknown")
      continue;
    if (!binding) {
      if (readStage(message.state) === "unsent") store.messages.move(message.id, message.state, "dropped");
      continue;
    }
    // The owner is asked.
    if (message.state === "held") continue;
    runner.enqueue(message, binding);
    taken += 1;
  }
  return taken;
}
