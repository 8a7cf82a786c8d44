// Questions of our own, answered yes or no.
import type { PrepareResult } from "../conversations/binder.ts";
import { formatInForce } from "./in-force.ts";

export function formatTokenInputs(token: string): string {
  return `\`/cx yes ${token}\` or \`/cx no ${token}\``;
}

/** Why binding needs a yes first. In a group the folder is not named. */
export function formatBindConfirm(
  result: Extract<PrepareResult, { status: "confirm" }>,
  threadId: string,
  where: "here" | "in a group" = "here",
): string {
  const folder = where === "here" ? ` in ${result.cwd}` : "";
  return [
    `Question ${result.token}: ${formatWhy(result.why)}`,
    `Thread ${threadId}${folder}: ${formatInForce(result.inForce)}.`,
    "Bind it here?",
    formatTokenInputs(result.token),
  ].join("\n");
}

function formatWhy(why: "shared" | "unguarded"): string {
  switch (why) {
    case "shared":
      return "another conversation holds this thread too. Both would write into it; replies go to whoever asked.";
    case "unguarded":
      return "this thread runs with full access, or never asks: its commands reach whatever your user can reach.";
  }
}
