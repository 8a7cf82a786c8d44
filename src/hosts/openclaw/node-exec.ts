// `codex exec resume` on a node whose operator allows it, where no app-server can be had: for the unary command only.

import type { ServerContext } from "../../codex/server-context.ts";
import type { Settings } from "../../config/settings.ts";
import { BridgeError } from "../../errors.ts";
import { ExecRunner } from "../../exec/exec-runner.ts";
import { readStoredThread } from "../../exec/stored-thread.ts";
import type { SessionExec } from "../../nodes/resume-session-command.ts";

/** It runs with the node's settings, and so only sessions that have them already: exec would change the others. */
export function buildNodeExec(
  { nodeSandbox, nodeNetwork }: Pick<Settings, "nodeSandbox" | "nodeNetwork">,
  {
    codexHome,
    clock,
    log,
    findCodex,
    buildEnv,
  }: Pick<ServerContext, "codexHome" | "clock" | "log" | "findCodex" | "buildEnv">,
): SessionExec {
  const policy = { sandbox: nodeSandbox, network: nodeNetwork, bypass: false, args: [], models: {} };
  const runner = new ExecRunner({ codexHome, policy, clock, log, findCodex, buildEnv });
  return {
    async findFolder(threadId, signal) {
      const stored = await readStoredThread(codexHome, threadId, signal);
      if (!stored) throw new BridgeError("thread-gone", `no session ${threadId}`, { threadId });
      return stored.cwd;
    },
    async run({ threadId, text, cwd }, signal) {
      return (await runner.run({ input: { text, images: [] }, cwd, threadId }, {}, signal)).outcome;
    },
  };
}
