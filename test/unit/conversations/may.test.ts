import { expect, test } from "vitest";
import { listRoleCells } from "../../../scripts/roles-doc.ts";
import { type Action, type Actor, type ChatKind, isSomebody, may } from "../../../src/conversations/may.ts";
import type { Binding } from "../../../src/store/rows.ts";

const bound: Binding = {
  ...{ id: "b1", conversation: "c1", place: "here", cwd: "/w", requested: {}, inForce: {}, threadSeen: true },
  ceiling: { sandbox: "workspace-write", approvalPolicy: "on-request" },
  ...{ owner: "ann", drivers: [{ id: "bob", seenAt: 0, dayAt: 0, turns: 0 }], createdAt: 0, updatedAt: 0 },
};

const roles = {
  "owner of the binding": { id: "ann", isOwner: true },
  "another owner of the host": { id: "amy", isOwner: true },
  "who bound it, no owner any more": { id: "ann", isOwner: false },
  driver: { id: "bob", isOwner: false },
  "authorised other": { id: "zoe", isOwner: false },
  stranger: { id: "eve", isOwner: false },
} satisfies Record<string, Actor>;

type Role = keyof typeof roles;

/** Whether something is bound there, and the kind of the chat. */
const chats = ["bound direct", "bound group", "free direct", "free group"] as const;

const everywhere: readonly string[] = chats;
const owners: Partial<Record<Role, readonly string[]>> = {
  "owner of the binding": everywhere,
  "another owner of the host": ["bound direct", "free direct", "free group"],
};
const ownersAndDrivers = { ...owners, driver: ["bound direct", "bound group"] };

/** Who may do it, and where. Whoever is not named may not. */
const rules: Record<Action, Partial<Record<Role, readonly string[]>>> = {
  decide: owners,
  approve: owners,
  "make-rule": owners,
  "stop-any": owners,
  "steer-any": owners,
  "answer-any": owners,
  write: ownersAndDrivers,
  "stop-own": ownersAndDrivers,
  "steer-own": ownersAndDrivers,
  "see-own-changes": ownersAndDrivers,
  "answer-own": ownersAndDrivers,
  look: ownersAndDrivers,
};

const cells = Object.entries(rules).flatMap(([action, allowed]) =>
  (Object.keys(roles) as Role[]).flatMap((role) =>
    chats.map((chat) => ({
      action: action as Action,
      role,
      chat,
      is: allowed[role]?.includes(chat) === true,
    })),
  ),
);

test.each(cells)("$action by $role in a $chat chat: $is [GATE-8a CONV-14c]", ({ action, role, chat, is }) => {
  const [state, kind] = chat.split(" ") as ["bound" | "free", ChatKind];
  expect(may(roles[role], action, state === "bound" ? bound : undefined, kind)).toBe(is);
});

/** As docs/security.md shows it. */
test.each(listRoleCells())(
  "the document says of $action by $role in a $kind chat: $is [GATE-8j]",
  ({ action, role, kind, is }) => {
    const named: Role = role === "anybody else" ? "stranger" : role;
    expect(is).toBe(rules[action][named]?.includes(`bound ${kind}`) === true);
  },
);

test("only owners and drivers are answered at all [GATE-8b]", () => {
  const answered = (of: Binding | undefined) =>
    (Object.keys(roles) as Role[]).filter((role) => isSomebody(roles[role], of));
  expect(answered(bound)).toEqual(["owner of the binding", "another owner of the host", "driver"]);
  expect(answered(undefined)).toEqual(["owner of the binding", "another owner of the host"]);
});
