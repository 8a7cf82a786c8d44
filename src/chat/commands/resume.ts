// `/cx resume`: finds the session that is meant and binds it here.
import { bindThread } from "../bind-thread.ts";
import type { CommandCall } from "../command-call.ts";
import { buildBad } from "../command-line.ts";
import { findSession } from "../find-session.ts";
import type { Reply } from "../reply.ts";

export async function runResume(call: CommandCall): Promise<Reply> {
  const { line } = call;
  const selector = line.words.join(" ").trim();
  if (selector === "") throw buildBad(line.command, "which one?");
  return bindThread(call, await findSession(call, selector, line.options.get("host")));
}
