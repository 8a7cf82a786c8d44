// Puts a message whose turn was cut off, or of which nobody can tell whether it ran, before the person.
import type { Store } from "../store/open-store.ts";
import type { Message } from "../store/rows.ts";
import type { Outbox } from "./outbox.ts";
import type { Questions } from "./questions.ts";
import type { Voice } from "./voice.ts";

export interface FateQuestionServices {
  store: Store;
  outbox: Outbox;
  questions: Questions;
  voice: Voice;
}

/** From here on nobody follows its turn: what that turn asked cannot be answered through us any more. */
export function askFate(
  services: FateQuestionServices,
  messageId: number,
  place: string,
  state: "interrupted" | "unknown",
): void {
  const { store, outbox, questions } = services;
  store.transaction(() => {
    const message = store.messages.findById(messageId);
    if (!message || !store.messages.move(messageId, message.state, state)) return;
    if (message.turnId) questions.withdraw(message.turnId);
    outbox.add(buildPart(services, message, place, state));
  });
  outbox.kick();
}

function buildPart(
  { store, voice }: FateQuestionServices,
  message: Message,
  place: string,
  state: "interrupted" | "unknown",
) {
  const { conversation, actor, id, clientId, text = "", bindingId } = message;
  // The binding may be gone when the answer comes; the thread is what the message was for.
  const threadId = store.bindings.findById(bindingId)?.threadId;
  const { token } = store.questions.open({
    kind: "confirm",
    conversation,
    asker: actor,
    place,
    serverInstance: "",
    requestId: "",
    ...(threadId === undefined ? {} : { threadId }),
    payload: { type: "send-again", messageId: id },
  });
  const type = state === "interrupted" ? "cut-off" : "unknown-fate";
  const key = `decide ${id} ${clientId}`;
  return {
    conversation,
    kind: "question",
    ...voice.say({ type, token, message: text }),
    key,
    question: token,
  } as const;
}
