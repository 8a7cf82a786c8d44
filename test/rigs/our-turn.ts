// One turn of our own side, with everything it told kept, so that a test can wait for what comes and look back.
import { randomUUID } from "node:crypto";
import { type Asked, type ChoiceName, readAsked } from "../../src/codex/questions.ts";
import type { ServerRequest } from "../../src/codex/thread-feed.ts";
import type { ThreadHold } from "../../src/codex/threads.ts";
import type { TurnEvent } from "../../src/codex/turn-events.ts";
import { TurnInbox, type TurnOutcome } from "../../src/codex/turn-inbox.ts";
import { startTurn, stopTurn, type TurnRequest } from "../../src/codex/turns.ts";
import { formatScript, type Step } from "../../src/demo/script.ts";
import { BridgeError } from "../../src/errors.ts";
import type { Clock } from "../../src/kit/clock.ts";

export type TurnOptions = Partial<Omit<TurnRequest, "input">> & { images?: string[] };

type EventOf<T extends TurnEvent["type"]> = Extract<TurnEvent, { type: T }>;

export class OurTurn {
  readonly hold: ThreadHold;
  readonly inbox: TurnInbox;
  readonly clientId: string;
  readonly events: TurnEvent[] = [];
  readonly requests: ServerRequest[] = [];
  readonly #looks = new Set<() => void>();

  constructor(hold: ThreadHold, clock: Clock, clientId: string = randomUUID()) {
    this.hold = hold;
    this.clientId = clientId;
    this.inbox = new TurnInbox({ feed: hold.feed, clock, clientId });
    this.inbox.onEvent((event) => {
      this.events.push(event);
      this.#look();
    });
    this.inbox.onRequest((request) => {
      this.requests.push(request);
      this.#look();
    });
    hold.client.onClosed(({ reason }) => this.inbox.lose(new BridgeError("connection-lost", reason)));
  }

  /** Opens the inbox, then sends the words, or steps for the scripted model. */
  static async start(
    hold: ThreadHold,
    clock: Clock,
    said: string | Step[],
    { images = [], ...options }: TurnOptions = {},
  ): Promise<OurTurn> {
    const turn = new OurTurn(hold, clock, options.clientId);
    const text = typeof said === "string" ? said : formatScript(...said);
    await startTurn(hold, turn.inbox, {
      input: { text, images },
      settings: {},
      network: false,
      ...options,
      clientId: turn.clientId,
    });
    return turn;
  }

  get id(): string {
    return this.inbox.turnId ?? "";
  }

  get outcome(): Promise<TurnOutcome> {
    return this.inbox.outcome;
  }

  all<T extends TurnEvent["type"]>(type: T): EventOf<T>[] {
    return this.events.filter((event): event is EventOf<T> => event.type === type);
  }

  /** The first event of a type, past or future. */
  event<T extends TurnEvent["type"]>(type: T): Promise<EventOf<T>> {
    return this.#wait(() => this.all(type)[0]);
  }

  /** The server request number `at` of the turn, past or future. */
  request(at = 0): Promise<ServerRequest> {
    return this.#wait(() => this.requests[at]);
  }

  /** The same as our side reads it. */
  async question(at = 0): Promise<{ request: ServerRequest; asked: Asked }> {
    const request = await this.request(at);
    const asked = readAsked(request);
    if (!asked) throw new Error(`nobody is asked by ${request.method}`);
    return { request, asked };
  }

  /** Waits for question number `at` and takes one of the choices that Codex offers. */
  async choose(name: ChoiceName, at = 0): Promise<ServerRequest> {
    const { request, asked } = await this.question(at);
    const choice = asked.choices.find((each) => each.name === name);
    if (!choice) throw new Error(`${name} is not offered`);
    this.answer(request, choice.answer);
    return request;
  }

  answer(request: ServerRequest, result: unknown): void {
    this.hold.client.answer(this.hold.feed, request.id, result);
  }

  stop(): Promise<void> {
    return stopTurn(this.hold, this.inbox);
  }

  #wait<T>(find: () => T | undefined): Promise<T> {
    const found = find();
    if (found !== undefined) return Promise.resolve(found);
    const { promise, resolve } = Promise.withResolvers<T>();
    const look = () => {
      const now = find();
      if (now === undefined) return;
      this.#looks.delete(look);
      resolve(now);
    };
    this.#looks.add(look);
    return promise;
  }

  #look(): void {
    for (const look of [...this.#looks]) look();
  }
}
