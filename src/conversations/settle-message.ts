// The end of a message's turn: its outcome and its reply in the outbox, in one transaction.
import type { TurnOutcome } from "../codex/turn-inbox.ts";
import type { Store } from "../store/open-store.ts";
import type { OnPoint } from "./host-sender.ts";
import type { Outbox } from "./outbox.ts";
import { buildOutcomeNotice } from "./outcome-notice.ts";
import type { Voice } from "./voice.ts";

export interface SettleServices {
  store: Store;
  outbox: Outbox;
  voice: Voice;
  onPoint: OnPoint;
}

/** `bornAt`: when this process started; what was accepted earlier is told late. */
export function settleMessage(
  { store, outbox, voice, onPoint }: SettleServices,
  messageId: number,
  outcome: TurnOutcome,
  bornAt: number,
): void {
  onPoint("ended");
  store.transaction(() => {
    const message = store.messages.findById(messageId);
    if (!message) return;
    const { conversation, state, acceptedAt, hostMessageId } = message;
    const said = voice.say(buildOutcomeNotice(outcome, acceptedAt < bornAt));
    store.messages.move(messageId, state, "settled");
    outbox.add({
      conversation,
      kind: "final",
      ...said,
      messageId,
      replyTo: hostMessageId,
      key: `final ${messageId}`,
    });
  });
  onPoint("settled");
  outbox.kick();
}
