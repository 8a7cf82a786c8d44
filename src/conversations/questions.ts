// Open questions: written down, put to the conversation whose message led to them, answered once by whoever comes first.
// Never answered by a clock, never by default; only a run without a person is declined at once.
import type { CodexClient } from "../codex/codex-client.ts";
import { buildFieldsAnswer } from "../codex/question-fields.ts";
import { type Asked, buildDecline, type ChoiceName, noDynamicTools, readAsked } from "../codex/questions.ts";
import type { ServerRequest, ThreadFeed } from "../codex/thread-feed.ts";
import { BridgeError } from "../errors.ts";
import type { Clock } from "../kit/clock.ts";
import { auditActors } from "../store/audit.ts";
import type { Store } from "../store/open-store.ts";
import type { Question, QuestionState } from "../store/rows.ts";
import { noteAnswer } from "./answer-audit.ts";
import type { ConfirmAction } from "./confirm-action.ts";
import type { Outbox } from "./outbox.ts";
import type { Ending, Prompts } from "./prompts.ts";
import {
  buildQuestion,
  isOfSubAgent,
  isWaiting,
  type QuestionContext,
  type QuestionLine,
} from "./question-line.ts";
import type { Said, Voice } from "./voice.ts";

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
  readonly #lines = new Map<string, QuestionLine>();

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
    const { store, outbox, prompts } = this.#options;
    const line: QuestionLine = { client, feed, request, asked };
    const requestId = JSON.stringify(request.id);
    const known = this.#findReplayed(line, requestId);
    if (known?.state === "open") {
      this.#lines.set(known.token, line);
      if (!this.#mayAsk(known.conversation)) this.#decline(known, line);
      return;
    }
    if (known?.state === "answered" && known.answer !== undefined) {
      client.answer(feed, request.id, known.answer);
      return;
    }
    const { conversation } = context.message;
    if (!this.#mayAsk(conversation)) {
      store.transaction(() => {
        const where = { conversation, place: context.place, threadId: feed.threadId };
        store.audit.write({ act: "declined", actor: this.#decliner(), ...where });
        outbox.add({ conversation, kind: "notice", ...this.#sayDeclined(asked, request.params) });
      });
      client.answer(feed, request.id, buildDecline(asked));
      outbox.kick();
      return;
    }
    store.transaction(() => {
      const question = store.questions.open(buildQuestion(line, requestId, context));
      this.#lines.set(question.token, line);
      prompts.put(question, asked);
    });
    outbox.kick();
  }

  /** Request ids count from 0 in every server, and process ids come again: only the turn tells a request apart. */
  #findReplayed({ client, feed, request }: QuestionLine, requestId: string): Question | undefined {
    const known = this.#options.store.questions.findByRequest(client.instance, requestId);
    const isSame = known?.threadId === feed.threadId && known.turnId === request.params.turnId;
    return isSame ? known : undefined;
  }

  /** Asks something of our own. Returns the token. */
  confirm(conversation: string, asker: string, place: string, action: ConfirmAction): string {
    const { store } = this.#options;
    for (const open of store.questions.openOfConversation(conversation)) {
      if (open.kind === "confirm" && open.payload.type === "bind" && action.type === "bind") {
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
    this.#options.store.questions.forgetAnswers(turnId);
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

  /** What Codex asks is declined; whose server is away is asked again by it, and answered then as things stand then. */
  declineEverywhere(): void {
    for (const question of this.#options.store.questions.allOpen()) {
      if (question.kind === "confirm") continue;
      const line = this.#lines.get(question.token);
      if (line?.client.isOpen) this.#decline(question, line);
      else this.#close(question, "withdrawn", "over");
    }
  }

  /** Whoever it was asked for has no say any more: declined, or withdrawn where nobody takes an answer. */
  end(question: Question): void {
    const line = this.#lines.get(question.token);
    if (line?.client.isOpen)
      this.#answer(question, line, buildDecline(line.asked), auditActors.nobody, "nobody");
    else this.#close(question, "withdrawn", "over");
  }

  #decline(question: Question, line: QuestionLine): void {
    const { asked, request } = line;
    const ending = this.#isLocked() ? "locked" : "nobody";
    this.#answer(question, line, buildDecline(asked), this.#decliner(), ending);
    const said = this.#sayDeclined(asked, request.params);
    this.#options.outbox.post({ conversation: question.conversation, kind: "notice", ...said });
  }

  #sayDeclined(asked: Asked, params: Record<string, unknown>): Said {
    const locked = this.#isLocked() ? ({ isLocked: true } as const) : {};
    return this.#options.voice.say({ type: "declined", asked, params, ...locked });
  }

  #isLocked(): boolean {
    return this.#options.store.lockdown.find() !== undefined;
  }

  #mayAsk(conversation: string): boolean {
    return !this.#isLocked() && this.#options.isPersonThere(conversation);
  }

  #decliner(): string {
    return this.#options.store.lockdown.find()?.by ?? auditActors.nobody;
  }

  #line(question: Question): QuestionLine {
    const line = this.#lines.get(question.token);
    if (line?.client.isOpen) return line;
    throw new BridgeError("connection-lost", "the server that asked is away", { token: question.token });
  }

  /** Written down with who decided it, where somebody did. False when it was closed already. */
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
      if (by !== undefined) noteAnswer(store, question, by, ending);
      if (typeof ending === "object" && ending.choice === "session")
        store.questions.noteSessionRule(question.token);
      prompts.close(question, ending, by);
      return true;
    });
  }

  #answer(question: Question, line: QuestionLine, answer: unknown, by: string, ending: Ending): void {
    if (!this.#close(question, "answered", ending, answer, by)) {
      throw new BridgeError("question-closed", "somebody was faster", { token: question.token });
    }
    this.#lines.delete(question.token);
    line.client.answer(line.feed, line.request.id, answer);
  }
}
