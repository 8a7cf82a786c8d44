// `codex exec resume` on a node whose operator allows it, where no app-server can be had: for the unary command only.

import type { ServerContext } from "../../codex/server-context.ts";
import type { Settings } from "../../config/settings.ts";
import { checkFolder } from "../../conversations/folder.ts";
import { BridgeError } from "../../errors.ts";
import { ExecRunner } from "../../exec/exec-runner.ts";
import { readStoredThread } from "../../exec/stored-thread.ts";
import type { ResumeParams } from "../../nodes/command-params.ts";
import { checkNodeFolder, type NodeRules } from "../../nodes/node-rules.ts";

type ResumeByExec = (params: ResumeParams, signal: AbortSignal) => Promise<string>;

/** It throws `thread-gone`, `exec-settings-differ`, `backend-timeout`, folder, setup and turn errors. */
export function buildNodeExec(
  { nodeSandbox, nodeNetwork }: Pick<Settings, "nodeSandbox" | "nodeNetwork">,
  { codexHome, clock, log, findCodex, buildEnv }: ServerContext,
  rules: NodeRules,
): ResumeByExec {
  const policy = { sandbox: nodeSandbox, network: nodeNetwork, bypass: false, args: [], models: {} };
  const runner = new ExecRunner({ codexHome, policy, clock, log, findCodex, buildEnv });
  return async ({ sessionId: threadId, prompt: text, cwd: asked, timeoutMs }, signal) => {
    const stored = await readStoredThread(codexHome, threadId, signal);
    if (!stored) throw new BridgeError("thread-gone", `no session ${threadId}`, { threadId });
    const cwd =
      asked === undefined ? await checkFolder(stored.cwd ?? "") : await checkNodeFolder(asked, rules);
    const late = new AbortController();
    const cancelTimer = clock.after(timeoutMs, () => late.abort());
    try {
      const request = { input: { text, images: [] }, cwd, threadId };
      const { outcome } = await runner.run(request, {}, AbortSignal.any([signal, late.signal]));
      switch (outcome.status) {
        case "answered":
          return outcome.text;
        case "empty":
          return "";
        case "failed":
        case "lost":
          throw outcome.error;
        case "interrupted":
          if (!late.signal.aborted) throw new BridgeError("cancelled", "the call was cancelled");
          throw new BridgeError("backend-timeout", `the turn took more than ${timeoutMs} ms`, {
            deadlineMs: timeoutMs,
          });
      }
    } finally {
      cancelTimer();
    }
  };
}
