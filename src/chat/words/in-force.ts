// What is in force in a thread, in one line.
import { joinLines, type Line, own } from "../../kit/blocks.ts";
import type { InForce, TurnSettings } from "../../store/rows.ts";

/** Codex's own words; what it did not report is left out. */
export function formatInForce({ model, effort, sandbox, approvalPolicy }: InForce | TurnSettings): Line {
  const given: readonly [string, string | undefined][] = [
    ["model", model],
    ["effort", effort],
    ["sandbox", sandbox],
    ["approvals", approvalPolicy],
  ];
  const parts = given.flatMap(([name, value]): Line[] =>
    value === undefined ? [] : [[`${name} `, { name: value }]],
  );
  return parts.length === 0 ? own("what Codex's own configuration says") : joinLines(parts, ", ");
}
