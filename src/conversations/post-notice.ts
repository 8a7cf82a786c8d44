// A sign of life of one message, to the conversation it came from.
import type { Log } from "../kit/log.ts";
import type { Message } from "../store/rows.ts";
import type { Outbox } from "./outbox.ts";
import type { Notice, Voice } from "./voice.ts";

export interface NoticeServices {
  outbox: Outbox;
  voice: Voice;
  log: Log;
}

/** A turn that has ended by then is not said to have started: a chat service takes one message a second. */
const startedDelayMs = 2_000;

/** Never throws: that a sign cannot be written down is no reason to end what it speaks of. */
export function postNotice(
  { outbox, voice, log }: NoticeServices,
  { id, conversation }: Message,
  notice: Notice,
): void {
  try {
    const wait = notice.type === "started" ? { delayMs: startedDelayMs } : {};
    outbox.post({ conversation, kind: "notice", ...voice.say(notice), messageId: id, ...wait });
  } catch (error) {
    log.warn(`a notice was not written down: ${String(error)}`);
  }
}
