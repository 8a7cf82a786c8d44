import { expect, test } from "vitest";
import type { TurnInfo } from "../../../src/codex/schemas.ts";
import { buildReply, type ReplyPart } from "../../../src/codex/turn-reply.ts";

const turn = (items: TurnInfo["items"] = [], itemsView = "notLoaded"): TurnInfo => ({
  id: "u",
  status: "completed",
  items,
  itemsView,
});
const message = (text: string, phase?: string): ReplyPart => ({
  kind: "message",
  text,
  ...(phase ? { phase } : {}),
});
const item = (text: string, phase?: string) => ({
  type: "agentMessage",
  id: text,
  text,
  ...(phase ? { phase } : {}),
});
const plan = (text: string): ReplyPart => ({ kind: "plan", text });

test.each<[string, TurnInfo, ReplyPart[], string]>([
  [
    "the summary of turn/completed",
    turn([item("sum", "final_answer")], "summary"),
    [message("other", "final_answer")],
    "sum",
  ],
  ["else the last final answer", turn(), [message("a", "final_answer"), message("b", "final_answer")], "b"],
  [
    "final, then commentary: the final one",
    turn(),
    [message("done", "final_answer"), message("by the way", "commentary")],
    "done",
  ],
  ["else the last without a phase", turn(), [message("a"), message("b"), message("c", "commentary")], "b"],
  ["else commentary", turn(), [message("a", "commentary"), message("b", "commentary")], "b"],
  [
    "a plan alone is the reply, commentary is not put above it",
    turn(),
    [message("thinking", "commentary"), plan("1. x")],
    "1. x",
  ],
  [
    "a plan stands below the words",
    turn([item("here:", "final_answer")], "summary"),
    [plan("1. x")],
    "here:\n\n1. x",
  ],
  ["the newest plan", turn(), [plan("old"), plan("new")], "new"],
  [
    "a plan that says the words again is said once",
    turn(),
    [message("1. x", "final_answer"), plan("1. x")],
    "1. x",
  ],
  [
    "blank messages say nothing",
    turn([item(" \n")], "summary"),
    [message("  "), message("real", "commentary")],
    "real",
  ],
  ["nothing was said", turn(), [], ""],
  [
    "read from history: all items",
    turn([item("c", "commentary"), item("f", "final_answer"), { type: "plan", id: "p", text: "P" }], "full"),
    [],
    "f\n\nP",
  ],
])("S1-D16 S2-D8 %s [TURN-9a TURN-9c]", (_, of, parts, reply) => {
  expect(buildReply(of, parts)).toBe(reply);
});
