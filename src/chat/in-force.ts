// What is in force in a thread, in one line.
import type { InForce, TurnSettings } from "../store/rows.ts";

/** Codex's own words; what it did not report is left out. */
export function formatInForce({ model, effort, sandbox, approvalPolicy }: InForce | TurnSettings): string {
  const parts = [
    ["model", model],
    ["effort", effort],
    ["sandbox", sandbox],
    ["approvals", approvalPolicy],
  ].flatMap(([name, value]) => (value === undefined ? [] : [`${name} ${value}`]));
  return parts.length === 0 ? "what Codex's own configuration says" : parts.join(", ");
}
