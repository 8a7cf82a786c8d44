// A question of Codex as it is written down.
import type { Asked } from "../../../src/codex/questions.ts";
import type { Question } from "../../../src/store/rows.ts";

export function buildQuestion(asked: Asked, params: Record<string, unknown>, item: unknown = null): Question {
  return {
    token: "k3b",
    kind: asked.kind,
    conversation: "c",
    asker: "ann",
    place: "here",
    serverInstance: "s",
    requestId: "0",
    payload: { params, item, folder: "/work", host: "box" },
    state: "open",
    createdAt: 0,
    reminders: 0,
  };
}
