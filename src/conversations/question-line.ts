// Where the answer to a question of Codex goes, for as long as its server waits for it; and what the question is about.
import type { CodexClient } from "../codex/codex-client.ts";
import type { Asked } from "../codex/questions.ts";
import type { ServerRequest, ThreadFeed } from "../codex/thread-feed.ts";
import type { NewQuestion } from "../store/questions.ts";
import type { Message } from "../store/rows.ts";

/** Where a question's answer goes. */
export interface QuestionLine {
  client: CodexClient;
  feed: ThreadFeed;
  request: ServerRequest;
  asked: Asked;
}

/** What a turn's question is about, besides the request itself. */
export interface QuestionContext {
  message: Pick<Message, "conversation" | "actor">;
  place: string;
  placeName: string;
  cwd: string;
  /** What the item of the question said, e.g. the changes of a patch. */
  findItem(itemId: string): unknown;
}

export function buildQuestion(line: QuestionLine, requestId: string, context: QuestionContext): NewQuestion {
  const { params } = line.request;
  const item = typeof params.itemId === "string" ? context.findItem(params.itemId) : undefined;
  return {
    kind: line.asked.kind,
    conversation: context.message.conversation,
    asker: context.message.actor,
    place: context.place,
    serverInstance: line.client.instance,
    requestId,
    threadId: line.feed.threadId,
    ...(typeof params.turnId === "string" ? { turnId: params.turnId } : {}),
    payload: { params, item: item ?? null, folder: context.cwd, host: context.placeName },
  };
}

export function isWaiting({ client, feed, request }: Omit<QuestionLine, "asked">): boolean {
  return client.isOpen && feed.openRequests.some(({ id }) => id === request.id);
}

/** It may still wait when the turn that it is a question of has ended. */
export function isOfSubAgent({ feed, request }: QuestionLine): boolean {
  const { threadId } = request.params;
  return typeof threadId === "string" && threadId !== feed.threadId;
}
