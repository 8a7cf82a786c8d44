// What is said to people about turns that run by `codex exec`, besides replies and failures.

export const execText = {
  first:
    "Turns run by `codex exec` here: Codex cannot ask you anything, so what the sandbox forbids fails, and words cannot be added to a turn that runs.",
  bypass: "Dangerous: `codex exec` runs without sandbox and without approvals (setting `execBypass`).",
} as const;

/** Before the first such turn of a conversation. */
export function formatByExec(bypass: boolean): string {
  return bypass ? `${execText.first}\n${execText.bypass}` : execText.first;
}

/** `resumed`: the thread was remembered for the folder. */
export function formatExecThread(threadId: string, resumed: boolean): string {
  return `${resumed ? "Going on with thread" : "New thread"} ${threadId}.`;
}
