// The life of a message as a Mermaid diagram, drawn from the table that the code obeys. It writes no file.
import { type MessageState, messageStates } from "../src/store/message-states.ts";

/** Text of a `stateDiagram-v2` without its fence; every state with what it means, every move, start and ends. */
export function buildMessageStatesDiagram(): string {
  const states = Object.keys(messageStates) as MessageState[];
  // A colon ends the name of a state, a semicolon ends a statement.
  const meaning = (state: MessageState) => messageStates[state].means.replaceAll(";", ",");
  const lines = states.flatMap((state) => {
    const { next } = messageStates[state];
    const ends = next.length === 0 ? [`${state} --> [*]`] : next.map((to) => `${state} --> ${to}`);
    return [`${state} : ${state}, ${meaning(state)}`, ...ends];
  });
  return ["stateDiagram-v2", "[*] --> accepted", ...lines].join("\n    ").concat("\n");
}
