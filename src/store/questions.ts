// Questions put to people, and the one answer each may get. A closed one keeps its row without its payload.
import { randomInt } from "node:crypto";
import type { Clock } from "../kit/clock.ts";
import { type Command, type Connection, insertSql, type Query, type Row, readColumns } from "./connection.ts";
import { readJson, readRecord } from "./json-columns.ts";
import type { Question, QuestionState } from "./rows.ts";

export type NewQuestion = Omit<
  Question,
  | "token"
  | "state"
  | "answer"
  | "answeredBy"
  | "digest"
  | "rule"
  | "createdAt"
  | "closedAt"
  | "closedAfter"
  | "reminders"
>;

const columns = [
  "token",
  "kind",
  "conversation",
  "asker",
  "place",
  "serverInstance",
  "requestId",
  "threadId",
  "turnId",
  "payload",
  "state",
  "reminders",
  "createdAt",
] as const satisfies readonly (keyof Question)[];

/** Lower case, no vowels and no y (no words come out), nothing that looks like something else. */
const alphabet = "bcdfghjkmnpqrstvwxz23456789";
const shortestToken = 3;
/** So many tokens of one length may be taken before a longer one is tried. */
const triesPerLength = 8;

/** `size` characters that make a token. */
export type RandomText = (size: number) => string;

const randomText: RandomText = (size) =>
  Array.from({ length: size }, () => alphabet[randomInt(alphabet.length)]).join("");

export class Questions {
  readonly #clock: Clock;
  readonly #random: RandomText;
  readonly #insert: Command;
  readonly #close: Command;
  readonly #byToken: Query<Question>;
  readonly #ofConversation: Query<Question>;
  readonly #ofTurn: Query<Question>;
  readonly #shown: Command;
  readonly #forget: Command;
  readonly #byRequest: Query<Question>;
  readonly #anywhere: Query<Question>;
  readonly #open: Query<Question>;
  readonly #closedAfter: Query<Question>;
  readonly #remind: Command;
  readonly #ruled: Command;
  readonly #rulesOf: Query<Question>;
  readonly #forgetRule: Command;

  constructor(connection: Connection, clock: Clock, random: RandomText = randomText) {
    this.#clock = clock;
    this.#random = random;
    this.#insert = connection.command(insertSql("questions", columns, "ON CONFLICT (token) DO NOTHING"));
    this.#close = connection.command(
      `UPDATE questions SET state = @state, answer = @answer, answeredBy = @by, closedAt = @now, payload = '{}',
         closedAfter = coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'outbox'), 0)
       WHERE token = @token AND state = 'open'`,
    );
    const select = (rest: string) => connection.query(`SELECT * FROM questions WHERE ${rest}`, readQuestion);
    this.#byToken = select("conversation = @conversation AND token = @token");
    this.#ofConversation = select(
      "conversation = @conversation AND state = 'open' ORDER BY createdAt, rowid",
    );
    this.#ofTurn = select("turnId = @turnId AND state = 'open' ORDER BY createdAt, rowid");
    this.#anywhere = select("token = @token");
    this.#open = select("state = 'open' ORDER BY rowid");
    this.#closedAfter = select(
      "conversation = @conversation AND closedAfter >= @part ORDER BY closedAfter DESC, rowid DESC LIMIT 1",
    );
    this.#remind = connection.command(
      "UPDATE questions SET reminders = reminders + 1 WHERE token = @token AND state = 'open'",
    );
    this.#shown = connection.command("UPDATE questions SET digest = @digest WHERE token = @token");
    this.#forget = connection.command(
      "UPDATE questions SET answer = NULL WHERE turnId = @turnId AND state <> 'open'",
    );
    this.#ruled = connection.command("UPDATE questions SET rule = 'session' WHERE token = @token");
    this.#rulesOf = select(
      "conversation = @conversation AND answeredBy = @by AND rule = 'session' ORDER BY rowid",
    );
    this.#forgetRule = connection.command(
      "UPDATE questions SET rule = NULL, answer = NULL WHERE token = @token",
    );
    this.#byRequest = select(
      "serverInstance = @serverInstance AND requestId = @requestId ORDER BY rowid DESC LIMIT 1",
    );
  }

  /**
   * Writes the question down under a new token. No token is used again while a row keeps it, closed ones too:
   * a late answer must never meet another question.
   */
  open(question: NewQuestion): Question {
    for (let tries = 0; ; tries++) {
      const token = this.#random(shortestToken + Math.floor(tries / triesPerLength));
      // Only digits could be the number of a choice, only letters a word of the answer.
      if (!/\d/.test(token) || !/[a-z]/.test(token)) continue;
      const row: Question = { ...question, token, state: "open", reminders: 0, createdAt: this.#clock.now() };
      if (this.#insert(Object.fromEntries(columns.map((name) => [name, row[name]]))) > 0) return row;
    }
  }

  /** The first answer wins: false when the question is closed or unknown. */
  close(token: string, state: Exclude<QuestionState, "open">, answer?: unknown, by?: string): boolean {
    const json = answer === undefined ? undefined : JSON.stringify(answer);
    return this.#close({ token, state, answer: json, by, now: this.#clock.now() }) > 0;
  }

  /** `digest`: of exactly what the person is shown who decides. */
  noteShown(token: string, digest: string): void {
    this.#shown({ token, digest });
  }

  /** Its answer holds for the like of it, until the thread is unloaded; also when the answer is forgotten. */
  noteSessionRule(token: string): void {
    this.#ruled({ token });
  }

  /** What somebody allowed there for the session. */
  sessionRulesOf(conversation: string, by: string): Question[] {
    return this.#rulesOf.list({ conversation, by });
  }

  /** It holds no more: a server that asks the same again gets no answer from the row. */
  forgetSessionRule(token: string): void {
    this.#forgetRule({ token });
  }

  /** The turn is over: its server asks for no answer again. */
  forgetAnswers(turnId: string): void {
    this.#forget({ turnId });
  }

  /** In any state, so that a late answer can be told who was first. */
  findByToken(conversation: string, token: string): Question | undefined {
    return this.#byToken.find({ conversation, token });
  }

  /** In any state; a server that reconnects us shows its open requests again. */
  findByRequest(serverInstance: string, requestId: string): Question | undefined {
    return this.#byRequest.find({ serverInstance, requestId });
  }

  /** Oldest first. */
  openOfConversation(conversation: string): Question[] {
    return this.#ofConversation.list({ conversation });
  }

  /** Of any conversation. */
  findAnywhere(token: string): Question | undefined {
    return this.#anywhere.find({ token });
  }

  /** Of all conversations, oldest first. */
  allOpen(): Question[] {
    return this.#open.list();
  }

  /** The last question of the conversation that was closed when this part of the outbox was there already. */
  findClosedAfter(conversation: string, part: number): Question | undefined {
    return this.#closedAfter.find({ conversation, part });
  }

  /** False when it is closed. */
  countReminder(token: string): boolean {
    return this.#remind({ token }) > 0;
  }

  /** Oldest first. */
  openOfTurn(turnId: string): Question[] {
    return this.#ofTurn.list({ turnId });
  }
}

function readQuestion(row: Row): Question {
  const { answer, ...stored } = readColumns<
    Omit<Question, "payload" | "answer"> & { payload: string; answer?: string }
  >(row);
  return {
    ...stored,
    payload: readRecord(stored.payload, "questions.payload"),
    ...(answer === undefined ? {} : { answer: readJson(answer, "questions.answer") }),
  };
}
