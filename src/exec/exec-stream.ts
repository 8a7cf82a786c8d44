// What one exec says on stdout, as the numbered events of a turn, and what can be told of its end.
import { nanoid } from "nanoid";
import type { TurnEvent, TurnEventBody, Usage } from "../codex/turn-events.ts";
import { buildReply, type ReplyPart } from "../codex/turn-reply.ts";
import { BridgeError } from "../errors.ts";
import type { Log } from "../kit/log.ts";
import { cutText, oneLine } from "../kit/text.ts";
import { parseExecLine } from "./exec-lines.ts";
import { subtractUsage } from "./subtract-usage.ts";

export interface ExecListener {
  /** All was checked: from here on it may run. */
  onStarting?(): void;
  /** The thread is known: a new one's id has to be kept from here on. */
  onThread?(threadId: string): void;
  onEvent?(event: TurnEvent): void;
}

export interface ExecStreamOptions extends ExecListener {
  log: Log;
  /** The thread that is to be resumed. */
  threadId?: string;
  /** Running total of the thread before this turn; absent: not known. */
  totalBefore?: Usage;
}

/** How much of a line that cannot be read is logged, in characters. */
const shownChars = 120;

export class ExecStream {
  /** Exec tells no id of its turn. */
  readonly turnId = `exec-${nanoid()}`;
  threadId: string | undefined;
  hasBegun = false;
  /** The thread's total after the turn: `turn.completed` was heard. */
  total: Usage | undefined;
  /** What this turn used, where the total before it is known. */
  usage: Usage | undefined;
  /** The end that Codex told. */
  failure: BridgeError | undefined;
  /** Said with an `error` that was no retry; final only when the exec ends so. */
  failing: BridgeError | undefined;
  readonly #options: ExecStreamOptions;
  readonly #parts: ReplyPart[] = [];
  #seq = 0;

  constructor(options: ExecStreamOptions) {
    this.#options = options;
  }

  /** Throws `thread-other-opened` {asked, opened} when this is not the thread that was to be resumed. */
  take(raw: string): void {
    const { log } = this.#options;
    const line = parseExecLine(raw);
    switch (line?.type) {
      case undefined:
        log.warn(`exec: a line is no event: ${cutText(oneLine(raw), shownChars)}`);
        return;
      case "unknown":
        log.debug(`exec: unknown event ${cutText(oneLine(line.name), shownChars)}`);
        this.#emit({ type: "other", method: line.name });
        return;
      case "thread":
        this.#takeThread(line.threadId);
        return;
      case "event":
        this.#takeEvent(line.body);
        return;
      case "completed":
        this.#takeTotal(line.total);
        return;
      case "failed":
        this.failure ??= line.error;
        this.emitFailing(line.error);
        return;
    }
  }

  /** Exec has no phases: the last message is the answer, those before it were on the way. Empty when nothing was said. */
  buildReply(): string {
    return buildReply({ id: this.turnId, status: "completed", items: [] }, this.#parts);
  }

  get askedId(): string | undefined {
    return this.#options.threadId;
  }

  /** One error for a turn: an `error` before `turn.failed` has told the same. */
  emitFailing(error: BridgeError): void {
    if (this.failing === undefined) this.#emit({ type: "failing", error });
    this.failing ??= error;
  }

  /** In the words of the app-server: `completed`, `failed` or `interrupted`. */
  emitEnd(status: string): void {
    this.#emit({ type: "turn-ended", turn: { id: this.turnId, status, items: [] } });
  }

  #takeThread(opened: string): void {
    const asked = this.#options.threadId;
    if (asked !== undefined && asked.toLowerCase() !== opened.toLowerCase()) {
      throw new BridgeError("thread-other-opened", "exec opened another thread", { asked, opened });
    }
    this.threadId = opened;
    this.#options.onThread?.(opened);
  }

  #takeEvent(body: TurnEventBody): void {
    if (body.type === "turn-started") this.hasBegun = true;
    if (body.type === "message") this.#parts.push({ kind: "message", text: body.text });
    if (body.type === "failing") this.emitFailing(body.error);
    else this.#emit(body);
  }

  #takeTotal(total: Usage): void {
    this.total = total;
    const { totalBefore } = this.#options;
    this.usage = totalBefore && subtractUsage(total, totalBefore);
    if (this.usage) this.#emit({ type: "usage", last: this.usage, total });
  }

  #emit(body: TurnEventBody): void {
    this.#options.onEvent?.({ ...body, seq: ++this.#seq, turnId: this.turnId });
  }
}
