import { expect, test } from "vitest";
import { buildMessageStatesDiagram } from "../../../scripts/message-states-diagram.ts";
import { type MessageState, messageStates } from "../../../src/store/message-states.ts";

test("the diagram shows every state and exactly the moves of the table", () => {
  const diagram = buildMessageStatesDiagram();
  const moves = (Object.keys(messageStates) as MessageState[]).flatMap((state) => {
    const { next } = messageStates[state];
    return next.length === 0 ? [`${state} --> [*]`] : next.map((to) => `${state} --> ${to}`);
  });
  const lines = diagram.split("\n").map((line) => line.trim());
  expect(lines[0]).toBe("stateDiagram-v2");
  expect(lines.filter((line) => line.includes("-->"))).toEqual(["[*] --> accepted", ...moves]);
  // In Mermaid a semicolon would end the statement in the middle of a meaning.
  expect(diagram).not.toContain(";");
  for (const state of Object.keys(messageStates)) expect(diagram).toContain(`${state} : ${state}, `);
});
