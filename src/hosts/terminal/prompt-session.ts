// A conversation at a terminal: a prompt, replies above it, and one live line while a turn runs.
import { formatLive, terminalText } from "../../chat/words/terminal-text.ts";
import { line, mapOutside, says } from "../../kit/blocks.ts";
import type { Session } from "./chat-command.ts";
import { Leaving } from "./leaving.ts";
import { PromptLine } from "./prompt-line.ts";
import { receiveLine } from "./receive-line.ts";
import { renderText } from "./render.ts";

/** Resolves with the exit code when the person leaves. */
export async function runPrompt(session: Session): Promise<number> {
  const { app, screen, io } = session;
  const leaving = new Leaving(session);
  let work = Promise.resolve();
  screen.note(terminalText.hint);
  const prompt = new PromptLine(io, {
    line: (text) => {
      leaving.reset();
      work = work
        .then(() => receiveLine(session, text, leaving.signal))
        .catch((error) => screen.note(line`${app.redact(String(error))}`));
    },
    interrupt: leaving.interrupt,
    end: () => leaving.leave(0),
  });
  screen.prompt = prompt;
  prompt.draw();
  const stopListening = app.runner.onEvent(({ conversation, event }) => {
    const live = conversation === session.conversation ? formatLive(event) : undefined;
    if (live !== undefined) prompt.live(renderText(mapOutside(says(live), app.redact)));
  });
  // A turn that was cut off does not say that it has ended.
  const stopResting = app.runner.onRest((conversation) => {
    if (conversation === session.conversation) prompt.live("");
  });
  const code = await leaving.left;
  stopListening();
  stopResting();
  prompt.close();
  await Promise.race([work, leaving.hurried]);
  leaving.close();
  return code;
}
