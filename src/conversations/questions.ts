// Open questions: written down, put to the conversation whose message led to them, answered once by whoever comes first.
// Never answered by a clock, never by default; only a run without a person is declined at once.
import type { CodexClient } from "../codex/codex-client.ts";
import { buildFieldsAnswer } from "../codex/question-fields.ts";
import { type Asked, buildDecline, type ChoiceName, noDynamicTools, readAsked } from "../codex/questions.ts";
import type { ServerRequest, ThreadFeed } from "../codex/thread-feed.ts";
import { BridgeError } from "../errors.ts";
import type { Clock } from "../kit/clock.ts";
import type { Store } from "../store/open-store.ts";
import type { Message, Question, QuestionState } from "../store/rows.ts";
import type { Outbox } from "./outbox.ts";
import type { Ending, Prompts } from "./prompts.ts";
import type { Voice } from "./voice.ts";

/** Where a question's answer goes. */
interface Line {
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

/** What the owner of a binding has to say yes to first. */
export interface Agreed {
  /** Another conversation holds the thread too. */
  shared?: boolean;
  /** The thread runs with full access, or never asks. */
  unguarded?: boolean;
}

/** Our own question, answered yes or no. */
export type ConfirmAction =
  | { type: "send-again"; messageId: number }
  | { type: "bind"; threadId: string; place: string; agreed: Agreed };

export interface QuestionsOptions {
  store: Store;
  outbox: Outbox;
  prompts: Prompts;
  voice: Voice;
  clock: Clock;
  /** False when nobody can be asked: piped input that ended, a run without a person. */
  isPersonThere(conversation: string): boolean;
}

/** After how long a question that could not be written down is tried again. */
const takeAgainMs = 5_000;

export class Questions {
  readonly #options: QuestionsOptions;
  readonly #lines = new Map<string, Line>();

  constructor(options: QuestionsOptions) {
    this.#options = options;
  }

  /**
   * Takes a request of one of our own turns; a replayed one finds its old token again. Throws `state-full` and the like
   * when it cannot be written down: then it is tried again for as long as the request is open.
   */
  take(request: ServerRequest, client: CodexClient, feed: ThreadFeed, context: QuestionContext): void {
    try {
      this.#take(request, client, feed, context);
    } catch (error) {
      this.#options.clock.after(takeAgainMs, () => {
        if (!isWaiting({ client, feed, request })) return;
        try {
          this.take(request, client, feed, context);
        } catch {} // It was told the first time, and is tried again.
      });
      throw error;
    }
  }

  #take(request: ServerRequest, client: CodexClient, feed: ThreadFeed, context: QuestionContext): void {
    const asked = readAsked(request);
    if (!asked) {
      if (request.method === "item/tool/call") client.answer(feed, request.id, noDynamicTools);
      else client.refuse(feed, request);
      return;
    }
    const { store, outbox, voice, prompts } = this.#options;
    const line: Line = { client, feed, request, asked };
    const requestId = JSON.stringify(request.id);
    const known = this.#findReplayed(line, requestId);
    if (known?.state === "open") {
      this.#lines.set(known.token, line);
      if (!this.#options.isPersonThere(known.conversation)) this.#decline(known, line);
      return;
    }
    if (known?.state === "answered" && known.answer !== undefined) {
      client.answer(feed, request.id, known.answer);
      return;
    }
    const { conversation } = context.message;
    if (!this.#options.isPersonThere(conversation)) {
      client.answer(feed, request.id, buildDecline(asked));
      outbox.post({
        conversation,
        kind: "notice",
        ...voice.say({ type: "declined", asked, params: request.params }),
      });
      return;
    }
    store.transaction(() => {
      const question = this.#record(line, requestId, context);
      this.#lines.set(question.token, line);
      prompts.put(question, asked);
    });
    outbox.kick();
  }

  /** Request ids count from 0 in every server, and process ids come again: only the turn tells a request apart. */
  #findReplayed({ client, feed, request }: Line, requestId: string): Question | undefined {
    const known = this.#options.store.questions.findByRequest(client.instance, requestId);
    const isSame = known?.threadId === feed.threadId && known.turnId === request.params.turnId;
    return isSame ? known : undefined;
  }

  #record(line: Line, requestId: string, context: QuestionContext): Question {
    const { params } = line.request;
    const item = typeof params.itemId === "string" ? context.findItem(params.itemId) : undefined;
    return this.#options.store.questions.open({
      kind: line.asked.kind,
      conversation: context.message.conversation,
      asker: context.message.actor,
      place: context.place,
      serverInstance: line.client.instance,
      requestId,
      threadId: line.feed.threadId,
      ...(typeof params.turnId === "string" ? { turnId: params.turnId } : {}),
      payload: { params, item: item ?? null, folder: context.cwd, host: context.placeName },
    });
  }

  /** Asks something of our own. Returns the token. */
  confirm(conversation: string, asker: string, place: string, action: ConfirmAction): string {
    const { store } = this.#options;
    for (const open of store.questions.openOfConversation(conversation)) {
      if (open.kind === "confirm" && open.payload.type === action.type && action.type !== "send-again") {
        this.#close(open, "withdrawn", "over");
      }
    }
    const payload = { ...action };
    return store.questions.open({
      kind: "confirm",
      conversation,
      asker,
      place,
      serverInstance: "",
      requestId: "",
      payload,
    }).token;
  }

  /** Puts the question to people once more. Throws `connection-lost`; our own questions are left alone. */
  putAgain(question: Question): void {
    const asked = this.asked(question);
    if (asked) this.#options.prompts.putAgain(question, asked);
  }

  open(conversation: string): Question[] {
    return this.#options.store.questions.openOfConversation(conversation);
  }

  /** The question meant: by token, or the only open one. Throws `question-none`, `question-several`, `question-closed`. */
  get(conversation: string, token: string | undefined): Question {
    if (token !== undefined) {
      const found = this.#options.store.questions.findByToken(conversation, token);
      if (!found) throw new BridgeError("question-none", "no such question", { token });
      if (found.state !== "open")
        throw new BridgeError("question-closed", "already closed", { token, by: found.answeredBy });
      return found;
    }
    const open = this.open(conversation);
    const [only] = open;
    if (!only) throw new BridgeError("question-none", "nothing is open");
    if (open.length > 1) {
      throw new BridgeError("question-several", "several are open", {
        tokens: open.map((each) => each.token).join(", "),
      });
    }
    return only;
  }

  /** What may be answered; undefined for our own questions. Throws `connection-lost` while the server is away. */
  asked(question: Question): Asked | undefined {
    if (question.kind === "confirm") return undefined;
    return this.#line(question).asked;
  }

  /** Answers by a choice that Codex offered. Throws `choice-not-offered`, `question-closed`, `connection-lost`. */
  choose(question: Question, name: ChoiceName, by: string): void {
    const line = this.#line(question);
    const choice = line.asked.choices.find((candidate) => candidate.name === name);
    if (!choice) {
      const offered = line.asked.choices.map((candidate) => candidate.name).join(", ");
      throw new BridgeError("choice-not-offered", "not offered", {
        choice: name,
        offered,
        token: question.token,
      });
    }
    this.#answer(question, line, choice.answer, by, { choice: name });
  }

  /** Answers with words. Throws `bad-arguments` when they do not fit, `choice-not-offered` when no words are wanted. */
  fill(question: Question, words: string, by: string): void {
    const line = this.#line(question);
    const { kind, fields } = line.asked;
    if (fields.length === 0 || (kind !== "user-input" && kind !== "elicitation")) {
      const offered = line.asked.choices.map((candidate) => candidate.name).join(", ");
      throw new BridgeError("choice-not-offered", "wants no words", {
        choice: words,
        offered,
        token: question.token,
      });
    }
    this.#answer(question, line, buildFieldsAnswer(kind, fields, words), by, "words");
  }

  /** Closes one of our own questions; false when somebody was faster. */
  closeConfirm(question: Question, yes: boolean, by: string): ConfirmAction | undefined {
    const done = this.#close(question, "answered", { choice: yes ? "yes" : "no" }, yes, by);
    return done ? (question.payload as ConfirmAction) : undefined;
  }

  /** Somebody else answered, e.g. in the terminal. */
  resolved(instance: string, requestId: string | number): void {
    const question = this.#options.store.questions.findByRequest(instance, JSON.stringify(requestId));
    if (question?.state !== "open") return;
    this.#lines.delete(question.token);
    if (!this.#close(question, "elsewhere", "elsewhere")) return;
    const said = this.#options.voice.say({ type: "question-elsewhere", question });
    this.#options.outbox.post({ conversation: question.conversation, kind: "notice", ...said });
  }

  /** The turn is over: what it asked has no answer any more. What its sub-agents asked still has. */
  withdraw(turnId: string): void {
    for (const question of this.#options.store.questions.openOfTurn(turnId)) {
      const line = this.#lines.get(question.token);
      if (line && isOfSubAgent(line) && isWaiting(line)) continue;
      this.#lines.delete(question.token);
      this.#close(question, "withdrawn", "over");
    }
  }

  isOpen(turnId: string): boolean {
    return this.#options.store.questions.openOfTurn(turnId).length > 0;
  }

  /** Nobody is there any more: declines what is open, saying so. */
  declineAll(conversation: string): void {
    for (const question of this.open(conversation)) {
      const line = this.#lines.get(question.token);
      if (line?.client.isOpen) this.#decline(question, line);
    }
  }

  #decline(question: Question, line: Line): void {
    const { asked, request } = line;
    this.#answer(question, line, buildDecline(asked), "nobody", "nobody");
    const said = this.#options.voice.say({ type: "declined", asked, params: request.params });
    this.#options.outbox.post({ conversation: question.conversation, kind: "notice", ...said });
  }

  #line(question: Question): Line {
    const line = this.#lines.get(question.token);
    if (line?.client.isOpen) return line;
    throw new BridgeError("connection-lost", "the server that asked is away", { token: question.token });
  }

  /** False when it was closed already. */
  #close(
    question: Question,
    state: Exclude<QuestionState, "open">,
    ending: Ending,
    answer?: unknown,
    by?: string,
  ): boolean {
    const { store, prompts } = this.#options;
    return store.transaction(() => {
      if (!store.questions.close(question.token, state, answer, by)) return false;
      prompts.close(question, ending, by);
      return true;
    });
  }

  #answer(question: Question, line: Line, answer: unknown, by: string, ending: Ending): void {
    if (!this.#close(question, "answered", ending, answer, by)) {
      throw new BridgeError("question-closed", "somebody was faster", { token: question.token });
    }
    this.#lines.delete(question.token);
    line.client.answer(line.feed, line.request.id, answer);
  }
}

function isWaiting({ client, feed, request }: Omit<Line, "asked">): boolean {
  return client.isOpen && feed.openRequests.some(({ id }) => id === request.id);
}

/** It may still wait when the turn that it is a question of has ended. */
function isOfSubAgent({ feed, request }: Line): boolean {
  const { threadId } = request.params;
  return typeof threadId === "string" && threadId !== feed.threadId;
}
