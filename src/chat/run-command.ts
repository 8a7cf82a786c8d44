// From a parsed line to the command that runs it, after the one question whether the person may.
import { assertAllowed, type Caller, type RunCommand } from "./command-call.ts";
import { parseCommandLine } from "./command-line.ts";
import { type CommandName, readAction } from "./command-table.ts";
import { runAllow, runDisallow } from "./commands/allow.ts";
import { runAnswer } from "./commands/answer.ts";
import { runDelete } from "./commands/delete.ts";
import { runDetach } from "./commands/detach.ts";
import { runDoctor } from "./commands/doctor.ts";
import { runEffort } from "./commands/effort.ts";
import { runHelp } from "./commands/help.ts";
import { runLogs } from "./commands/logs.ts";
import { runModel } from "./commands/model.ts";
import { runNew } from "./commands/new.ts";
import { runNo } from "./commands/no.ts";
import { runNodes } from "./commands/nodes.ts";
import { runQueue } from "./commands/queue.ts";
import { runResume } from "./commands/resume.ts";
import { runRun } from "./commands/run.ts";
import { runRuns } from "./commands/runs.ts";
import { runSend } from "./commands/send.ts";
import { runSessions } from "./commands/sessions.ts";
import { runStatus } from "./commands/status.ts";
import { runSteer } from "./commands/steer.ts";
import { runStop } from "./commands/stop.ts";
import { runYes } from "./commands/yes.ts";
import { buildReply, type Reply } from "./reply.ts";

const runs: Record<CommandName, RunCommand> = {
  status: runStatus,
  help: runHelp,
  sessions: runSessions,
  nodes: runNodes,
  new: runNew,
  resume: runResume,
  detach: runDetach,
  stop: runStop,
  run: runRun,
  runs: runRuns,
  logs: runLogs,
  delete: runDelete,
  steer: runSteer,
  send: runSend,
  queue: runQueue,
  model: runModel,
  effort: runEffort,
  allow: runAllow,
  disallow: runDisallow,
  yes: runYes,
  no: runNo,
  answer: runAnswer,
  doctor: runDoctor,
};

/** `text`: what follows `/cx`. Returns the reply, if there is one to give; throws BridgeError. */
export async function runCommand(caller: Caller, text: string): Promise<Reply | undefined> {
  const line = parseCommandLine(text);
  assertAllowed(caller, line.status === "bad" ? "look" : readAction(line.command));
  if (line.status === "bad") throw line.error;
  const answer = await runs[line.command.name]({ ...caller, line });
  return answer && buildReply(answer);
}
