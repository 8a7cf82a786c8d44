// Questions of the turns that gateways started: passed on without the choices that would outlast the session, and
// answered only as Codex offered it. Questions of other turns never leave the node.
import { isDeepStrictEqual } from "node:util";
import * as z from "zod";
import type { CodexClient } from "../codex/codex-client.ts";
import { type Asked, buildDecline, noDynamicTools, readAsked } from "../codex/questions.ts";
import type { ServerRequest } from "../codex/thread-feed.ts";
import type { Log } from "../kit/log.ts";
import type { HeldThread } from "./held-thread.ts";

interface OpenQuestion {
  request: ServerRequest;
  asked: Asked;
  held: HeldThread;
}

export interface NodeQuestionsOptions {
  client: CodexClient;
  log: Log;
  /** The held thread that a thread is, or whose sub-agent it is. */
  findHeld(threadId: string): HeldThread | undefined;
  /** Hands a question to the gateway under the id that the server gave it. */
  pass(request: ServerRequest): void;
}

/** Words for a form or for the model's own questions; without the `_meta` that makes a yes permanent. */
const writtenAnswers = {
  "user-input": z.strictObject({ answers: z.record(z.string(), z.unknown()) }),
  elicitation: z.strictObject({
    action: z.enum(["accept", "decline", "cancel"]),
    content: z.record(z.string(), z.unknown()).nullish(),
  }),
};

export class NodeQuestions {
  readonly #options: NodeQuestionsOptions;
  readonly #open = new Map<string | number, OpenQuestion>();

  constructor(options: NodeQuestionsOptions) {
    this.#options = options;
  }

  async take(given: ServerRequest): Promise<void> {
    const { client, pass, findHeld } = this.#options;
    const threadId = String(given.params.threadId ?? "");
    const held = findHeld(threadId);
    if (!held || !(await isOfOwnTurn(held, threadId, given.params.turnId))) return;
    if (given.method === "item/tool/call") {
      client.answer(held.feed, given.id, noDynamicTools);
      return;
    }
    const request = withoutPermanentChoices(given);
    const asked = readAsked(request);
    if (!asked) {
      client.refuse(held.feed, given);
      return;
    }
    this.#open.set(given.id, { request, asked, held });
    pass(request);
  }

  /** The gateway's answer. One that was not offered counts as no. */
  answer(id: string | number, result: unknown): void {
    const open = this.#open.get(id);
    if (!open) return;
    this.#open.delete(id);
    const { asked, held } = open;
    const isOffered = isAnswerOffered(asked, result);
    if (!isOffered)
      this.#options.log.warn(`a gateway answered what was not offered; declined (${asked.kind})`);
    this.#options.client.answer(held.feed, id, isOffered ? result : buildDecline(asked));
  }

  /** Answered elsewhere, or its turn is over. */
  resolve(id: unknown): void {
    if (typeof id === "string" || typeof id === "number") this.#open.delete(id);
  }
}

async function isOfOwnTurn(held: HeldThread, threadId: string, turnId: unknown): Promise<boolean> {
  if (threadId === held.threadId && typeof turnId === "string") return held.isOwn(turnId);
  // A sub-agent's question, or one that names no turn, belongs to the turn that runs in the held thread.
  const active = await held.findActiveTurn();
  return active !== undefined && held.isOwn(active);
}

function isAnswerOffered(asked: Asked, result: unknown): boolean {
  if (asked.choices.some((choice) => isDeepStrictEqual(choice.answer, result))) return true;
  switch (asked.kind) {
    case "user-input":
    case "elicitation":
      return writtenAnswers[asked.kind].safeParse(result).success;
    case "command":
    case "file-change":
    case "permissions":
    case "mcp-tool":
      return false;
  }
}

/** Permanent rules would hold for this machine's own terminal too: they are for the person at it to make. */
function withoutPermanentChoices({ id, method, params }: ServerRequest): ServerRequest {
  const { availableDecisions, _meta, proposedExecpolicyAmendment: _, ...rest } = params;
  const words = Array.isArray(availableDecisions)
    ? { availableDecisions: availableDecisions.filter((decision) => typeof decision === "string") }
    : {};
  const isMeta = typeof _meta === "object" && _meta !== null;
  const meta = isMeta
    ? { _meta: { ..._meta, persist: keepSession((_meta as { persist?: unknown }).persist) } }
    : {};
  return { id, method, params: { ...rest, ...words, ...meta } };
}

function keepSession(persist: unknown): string[] {
  const listed = Array.isArray(persist) ? persist : [persist];
  return listed.filter((word) => word === "session");
}
