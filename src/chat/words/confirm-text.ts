// Questions of our own, answered yes or no.
import type { PrepareResult } from "../../conversations/binder.ts";
import { type Block, code, type Line, line, own, path, says } from "../../kit/blocks.ts";
import { formatInForce } from "./in-force.ts";

export function formatTokenInputs(token: string): Line {
  return line`${code(`/cx yes ${token}`)} or ${code(`/cx no ${token}`)}`;
}

/** Why binding needs a yes first. In a group the folder is not named. */
export function formatBindConfirm(
  result: Extract<PrepareResult, { status: "confirm" }>,
  threadId: string,
  where: "here" | "in a group" = "here",
): Block[] {
  const folder = where === "here" ? line` in ${path(result.cwd)}` : [];
  return says(
    line`Question ${code(result.token)}: ${[formatWhy(result.why)]}`,
    line`Thread ${code(threadId)}${folder}: ${formatInForce(result.inForce)}.`,
    own("Bind it here?"),
  );
}

function formatWhy(why: "shared" | "unguarded"): string {
  switch (why) {
    case "shared":
      return "another conversation holds this thread too. Both would write into it; replies go to whoever asked.";
    case "unguarded":
      return "this thread runs with full access, or never asks: its commands reach whatever your user can reach.";
  }
}
