// Questions of sub-agents that outlive the turn which started them: asked in the conversation of that turn.
import type { ThreadHold } from "../codex/threads.ts";
import type { QuestionContext } from "./question-line.ts";
import type { Questions } from "./questions.ts";

/** To be called when the turn has ended; ends by itself when no sub-agent of the thread runs any more. */
export function askForSubAgents(
  questions: Questions,
  { client, feed }: Pick<ThreadHold, "client" | "feed">,
  turnId: string,
  context: QuestionContext,
): void {
  if (!feed.hasSubAgent) return;
  const end = () => {
    for (const dispose of disposers) dispose();
    questions.withdraw(turnId);
  };
  const disposers = [
    feed.onRequest((request) => {
      if (request.params.turnId === turnId) questions.take(request, client, feed, context);
    }),
    feed.onEvent(({ body }) => {
      if (body.type === "question-resolved") questions.resolved(client.instance, body.requestId);
    }),
    feed.onQuiet(end),
    feed.onClosed(end),
    client.onClosed(end),
  ];
}
