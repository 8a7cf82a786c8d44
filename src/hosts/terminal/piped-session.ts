// A conversation over a pipe: commands finish before the next line is read, messages only enqueue; at the end of input
// it waits for what runs. It never prompts.
import { LineSplitter } from "../../rpc/line-splitter.ts";
import type { Session } from "./chat-command.ts";
import { Leaving } from "./leaving.ts";
import { receiveLine } from "./receive-line.ts";

/** 0 also when a turn failed; otherwise why it was left before its end. */
export async function runPiped(session: Session): Promise<number> {
  const { app, io } = session;
  const leaving = new Leaving(session);
  try {
    const ended = readAll(session, leaving.signal).then(async () => {
      session.leavePerson();
      await app.idle();
      return 0;
    });
    return await Promise.race([ended, leaving.left]);
  } finally {
    io.stdin.destroy();
    leaving.close();
  }
}

async function readAll(session: Session, signal: AbortSignal): Promise<void> {
  const splitter = new LineSplitter();
  for await (const chunk of session.io.stdin) {
    for (const line of splitter.push(Buffer.from(chunk))) {
      if (signal.aborted) return;
      await receiveLine(session, line, signal);
    }
  }
  await receiveLine(session, splitter.end() ?? "", signal);
}
