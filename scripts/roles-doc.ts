// Who may do what, out of the one function that decides it: the table of docs/security.md.
import { commands, readAction } from "../src/chat/command-table.ts";
import { type Action, type Actor, actions, type ChatKind, may } from "../src/conversations/may.ts";
import type { Binding } from "../src/store/rows.ts";

export const roles = {
  "owner of the binding": { id: "ann", isOwner: true },
  "another owner of the host": { id: "amy", isOwner: true },
  driver: { id: "bob", isOwner: false },
  "anybody else": { id: "eve", isOwner: false },
} satisfies Record<string, Actor>;
export type Role = keyof typeof roles;

export const kinds: readonly ChatKind[] = ["direct", "group"];

const bound: Binding = {
  ...{ id: "b", conversation: "c", place: "p", cwd: "/", requested: {}, inForce: {}, threadSeen: true },
  ceiling: { sandbox: "workspace-write", approvalPolicy: "on-request" },
  ...{ owner: "ann", drivers: [{ id: "bob", seenAt: 0, dayAt: 0, turns: 0 }], createdAt: 0, updatedAt: 0 },
};

export interface RoleCell {
  action: Action;
  role: Role;
  kind: ChatKind;
  is: boolean;
}

/** In a bound conversation. */
export function listRoleCells(): RoleCell[] {
  return listActions().flatMap((action) => listCellsOf(action));
}

/** Between two marks of docs/security.md. */
export function formatRoles(): string {
  const names = Object.keys(roles).filter((role) => role !== "anybody else");
  const heads = names.flatMap((role) => kinds.map((kind) => `${role}, ${kind}`));
  return `| what | commands | ${heads.join(" | ")} | anybody else |
| --- | --- | ${heads.map(() => "---").join(" | ")} | --- |
${listActions().map(formatRow).join("\n")}
`;
}

function listActions(): Action[] {
  return Object.keys(actions) as Action[];
}

function listCellsOf(action: Action): RoleCell[] {
  return (Object.keys(roles) as Role[]).flatMap((role) =>
    kinds.map((kind) => ({ action, role, kind, is: may(roles[role], action, bound, kind) })),
  );
}

function formatRow(action: Action): string {
  const cells = listCellsOf(action);
  const known = cells.filter(({ role }) => role !== "anybody else").map(({ is }) => (is ? "yes" : "no"));
  const others = cells.some(({ role, is }) => role === "anybody else" && is) ? "yes" : "no";
  const names = commands.filter((command) => readAction(command) === action).map(({ name }) => `\`${name}\``);
  return `| ${actions[action].means} | ${names.join(" ")} | ${known.join(" | ")} | ${others} |`;
}
