import { expect, test } from "vitest";
import { type Action, type ChatKind, may } from "../../../src/conversations/may.ts";
import type { Binding } from "../../../src/store/rows.ts";

const actions: Action[] = [
  "decide",
  "write",
  "stop-own",
  "stop-any",
  "answer-own",
  "answer-any",
  "make-rule",
  "look",
];
const bound: Binding = {
  ...{ id: "b1", conversation: "c1", place: "here", cwd: "/w", requested: {}, inForce: {}, threadSeen: true },
  ceiling: { sandbox: "workspace-write", approvalPolicy: "on-request" },
  ...{ owner: "ann", drivers: ["bob"], createdAt: 0, updatedAt: 0 },
};

const allowed = (id: string, isOwner: boolean, of: Binding | undefined, kind: ChatKind) =>
  actions.filter((action) => may({ id, isOwner }, action, of, kind));

test.each<[string, string, boolean, Binding | undefined, ChatKind, Action[]]>([
  ["the owner, nothing bound yet", "ann", true, undefined, "group", actions],
  ["the owner of the binding, in a group", "ann", true, bound, "group", actions],
  ["another owner of the host, in a group", "eve", true, bound, "group", []],
  ["another owner of the host, in a direct chat", "eve", true, bound, "direct", actions],
  ["a driver", "bob", false, bound, "group", ["write", "stop-own", "answer-own", "look"]],
  ["a driver, nothing bound", "bob", false, undefined, "direct", []],
  ["somebody else, in a group", "eve", false, bound, "group", []],
  ["somebody else, in a direct chat", "eve", false, bound, "direct", []],
  ["the one who bound it, no owner any more", "ann", false, bound, "direct", []],
])("%s [CONV-14c]", (_, id, isOwner, of, kind, expected) => {
  expect(allowed(id, isOwner, of, kind)).toEqual(expected);
});
