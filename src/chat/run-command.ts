// From a parsed line to the command that runs it, after the one question whether the person may.
import { assertAllowed, type Caller, type RunCommand } from "./command-call.ts";
import { parseCommandLine } from "./command-line.ts";
import type { CommandName } from "./command-table.ts";
import { runAnswer } from "./commands/answer.ts";
import { runDetach } from "./commands/detach.ts";
import { runDoctor } from "./commands/doctor.ts";
import { runEffort } from "./commands/effort.ts";
import { runHelp } from "./commands/help.ts";
import { runModel } from "./commands/model.ts";
import { runNew } from "./commands/new.ts";
import { runNo } from "./commands/no.ts";
import { runQueue } from "./commands/queue.ts";
import { runResume } from "./commands/resume.ts";
import { runSessions } from "./commands/sessions.ts";
import { runStatus } from "./commands/status.ts";
import { runSteer } from "./commands/steer.ts";
import { runStop } from "./commands/stop.ts";
import { runYes } from "./commands/yes.ts";

const runs: Record<CommandName, RunCommand> = {
  status: runStatus,
  help: runHelp,
  sessions: runSessions,
  new: runNew,
  resume: runResume,
  detach: runDetach,
  stop: runStop,
  steer: runSteer,
  queue: runQueue,
  model: runModel,
  effort: runEffort,
  yes: runYes,
  no: runNo,
  answer: runAnswer,
  doctor: runDoctor,
};

/** `text`: what follows `/cx`. Returns the reply, if there is one to give; throws BridgeError. */
export async function runCommand(caller: Caller, text: string): Promise<string | undefined> {
  const line = parseCommandLine(text);
  assertAllowed(caller, line.status === "bad" ? "look" : line.command.action);
  if (line.status === "bad") throw line.error;
  return runs[line.command.name]({ ...caller, line });
}
