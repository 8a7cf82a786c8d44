// People, threads and questions to start from.

import { buildConversationKey } from "../../../src/chat/inbound.ts";
import type { Field } from "../../../src/codex/question-fields.ts";
import type { Asked, Choice, ChoiceName } from "../../../src/codex/questions.ts";
import type { ThreadInfo } from "../../../src/codex/schemas.ts";
import type { Actor } from "../../../src/conversations/may.ts";

export const owner: Actor = { id: "ann", isOwner: true };
export const driver: Actor = { id: "bob", isOwner: false };
export const stranger: Actor = { id: "eve", isOwner: false };

export const route = { channel: "terminal", account: "me", chat: "main" };
export const here = buildConversationKey(route);
export const threadId = "019a0000-1111-7222-8333-444444444444";

export function thread(id: string, change: Partial<ThreadInfo> = {}): ThreadInfo {
  return {
    id,
    cwd: "/home/ann/work/shop",
    preview: `first words of ${id}`,
    status: { type: "notLoaded" },
    source: "cli",
    originator: "codex-tui",
    updatedAt: Date.UTC(2026, 0, 1) / 1000,
    ...change,
  };
}

export const choice = (name: ChoiceName, change: Partial<Choice> = {}): Choice => ({
  name,
  answer: name,
  ownerOnly: false,
  ...change,
});

export const field = (id: string, change: Partial<Field> = {}): Field => ({
  id,
  title: id,
  question: "",
  type: "text",
  options: [],
  open: true,
  required: true,
  secret: false,
  ...change,
});

export const commandAsked: Asked = {
  kind: "command",
  choices: [
    choice("yes"),
    choice("session"),
    choice("no"),
    choice("always", { ownerOnly: true, rule: "npm test" }),
  ],
  fields: [],
};
