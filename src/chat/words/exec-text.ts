// What is said to people about turns that run by `codex exec`, besides replies and failures.

import { type Block, type Line, line, own, says } from "../../kit/blocks.ts";

export const execText = {
  first:
    "Turns run by `codex exec` here: Codex cannot ask you anything, so what the sandbox forbids fails, and words cannot be added to a turn that runs.",
  bypass: "Dangerous: `codex exec` runs without sandbox and without approvals (setting `execBypass`).",
} as const;

/** Before the first such turn of a conversation. */
export function formatByExec(bypass: boolean): Block[] {
  return says(own(execText.first), bypass ? own(execText.bypass) : undefined);
}

/** `resumed`: the thread was remembered for the folder. */
export function formatExecThread(threadId: string, resumed: boolean): Line {
  return line`${own(resumed ? "Going on with thread" : "New thread")} ${threadId}.`;
}
