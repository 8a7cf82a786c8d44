// The person's answer to "Send it again?": the question and its message move together or not at all.
import { nanoid } from "nanoid";
import { BridgeError } from "../errors.ts";
import type { Store } from "../store/open-store.ts";
import type { Binding, Message, Question } from "../store/rows.ts";
import type { Questions } from "./questions.ts";

export type Decision =
  | { type: "sending"; message: Message; binding: Binding }
  | { type: "dropped" }
  /** The conversation does not hold the thread any more: the message is dropped. */
  | { type: "unbound" }
  /** Its turn has ended by now: nothing was changed. */
  | { type: "ended" };

/** Throws `question-closed` when somebody was faster. */
export function decideFate(
  { store, questions }: { store: Store; questions: Questions },
  question: Question,
  sendAgain: boolean,
  by: string,
): Decision {
  return store.transaction((): Decision => {
    const action = questions.closeConfirm(question, sendAgain, by);
    if (!action) throw new BridgeError("question-closed", "somebody was faster", { token: question.token });
    const message = action.type === "send-again" ? store.messages.findById(action.messageId) : undefined;
    if (message?.state !== "interrupted" && message?.state !== "unknown") return { type: "ended" };
    const binding = sendAgain ? findHolding(store, message, question) : undefined;
    if (!binding) {
      store.messages.move(message.id, message.state, "dropped");
      return { type: sendAgain ? "unbound" : "dropped" };
    }
    // A new id: the old one names the turn that was cut off.
    const fields = { clientId: nanoid(), bindingId: binding.id };
    const moved = store.messages.move(message.id, message.state, "accepted", fields);
    return moved ? { type: "sending", message: moved, binding } : { type: "ended" };
  });
}

/** The binding that took the message, or the one by which its conversation holds the same thread now. */
function findHolding(store: Store, message: Message, { place, threadId }: Question): Binding | undefined {
  const own = store.bindings.findById(message.bindingId);
  if (own) return own;
  const now = store.bindings.findByConversation(message.conversation);
  return threadId !== undefined && now?.place === place && now.threadId === threadId ? now : undefined;
}
