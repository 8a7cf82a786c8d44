import { expect, test } from "vitest";
import { readOwnWords } from "../../../src/sessions/own-words.ts";
import { line, said } from "../../rigs/rollouts.ts";

const userItem = (kinds: string[] | undefined, ...texts: string[]) =>
  line("response_item", {
    type: "message",
    role: "user",
    content: texts.map((text) => ({ type: "input_text", text })),
    ...(kinds ? { internal_chat_message_metadata_passthrough: { content_item_kinds: kinds } } : {}),
  });

test.each([
  ["an item of history mode paginated", said(" fix\nit "), "fix\nit"],
  [
    "an event of history mode legacy",
    line("event_msg", { type: "user_message", message: "fix it", images: [] }),
    "fix it",
  ],
  [
    "text beside an image",
    line("event_msg", {
      type: "item_completed",
      item: {
        type: "UserMessage",
        content: [
          { type: "text", text: "look" },
          { type: "localImage", path: "/a.png" },
          { type: "text", text: "here" },
        ],
      },
    }),
    "look here",
  ],
  [
    "the marked parts of a response item",
    userItem(["environments.environment_context", "user.text"], "<env>", "go"),
    "go",
  ],
])("%s is the person's [LIST-6f]", (_, text, words) => {
  expect(readOwnWords(text)).toBe(words);
});

test.each([
  [
    "AGENTS.md and environment",
    userItem(["agents_md.instructions", "environments.environment_context"], "# AGENTS.md", "<env>"),
  ],
  [
    "a goal that goes on",
    userItem(["goal.internal_context"], '<codex_internal_context source="goal"> "user.text"'),
  ],
  ["a note of a sub-agent", userItem(["multi_agent.subagent_notification"], "<subagent_notification>")],
  ["a message of that role without marks", userItem(undefined, "# AGENTS.md and user.text")],
  [
    "an old event of injected words",
    line("event_msg", { type: "user_message", kind: "environment_context", message: "<env>" }),
  ],
  [
    "the reply",
    line("event_msg", {
      type: "item_completed",
      item: { type: "AgentMessage", content: [{ type: "Text", text: "UserMessage" }] },
    }),
  ],
  [
    "a command that prints such a line",
    line("response_item", { type: "function_call_output", output: said("not mine") }),
  ],
  [
    "the same words inside a compaction",
    line("compacted", { replacement_history: [JSON.parse(userItem(["user.text"], "old"))] }),
  ],
  ["white space", said(" \n")],
  ["a torn line", said("fix it").slice(0, -3)],
  ["no object", '["user_message"]'],
])("%s is not the person's [LIST-6f]", (_, text) => {
  expect(readOwnWords(text)).toBeUndefined();
});
