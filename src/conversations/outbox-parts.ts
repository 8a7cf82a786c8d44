// From what is said to the parts that are written down: who reads what, what is redacted, how it is cut, which buttons it
// has. It sends nothing.
import type { Block } from "../kit/blocks.ts";
import { mapOutside } from "../kit/blocks.ts";
import type { Clock } from "../kit/clock.ts";
import type { Redactor } from "../kit/redactor.ts";
import type { ButtonSpec } from "../store/buttons.ts";
import type { Store } from "../store/open-store.ts";
import type { Button, OutboxKind } from "../store/rows.ts";
import { digestShown } from "./answer-audit.ts";
import type { HostSender } from "./host-sender.ts";
import type { Said, Voice } from "./voice.ts";

export interface NewPart extends Said {
  conversation: string;
  kind: OutboxKind;
  /** The host's id of the message that this answers. */
  replyTo?: string;
  /** Same key, same part: written once. Without one the part is always new. */
  key?: string;
  messageId?: number;
  /** The token of the question that it puts: nothing of it is redacted. */
  question?: string;
  /** Buttons that are made already. */
  made?: Button[][];
  /** A notice may wait so long, and is not sent at all when its message is settled by then. */
  delayMs?: number;
}

export interface PartServices {
  store: Store;
  clock: Clock;
  sender: HostSender;
  redactor: Redactor;
  voice: Voice;
}

/** A notice that could not be sent for so long says nothing any more. */
const noticeLifeMs = 10 * 60_000;

/** All in one transaction. `key`: of the first part. */
export function writeParts(services: PartServices, part: NewPart, key: string): void {
  const { store } = services;
  const { conversation, inGroup, kind } = part;
  const ownerChat =
    inGroup === undefined ? undefined : store.bindings.findByConversation(conversation)?.ownerChat;
  store.transaction(() => {
    if (inGroup === undefined || ownerChat === undefined) {
      noteShown(services, part, writePart(services, part, part.blocks, key, conversation));
      return;
    }
    const { forGroup, forOwner, isHidden } = divide(services, part, inGroup);
    const isReachable = store.addresses.find(ownerChat) !== undefined;
    const waits = isHidden && !isReachable ? services.voice.say({ type: "owner-unreachable" }).blocks : [];
    noteShown(services, part, writePart(services, forGroup, [...inGroup, ...waits], key, conversation));
    if (kind === "notice" || !isReachable) return;
    // Who is shown more decides by that.
    noteShown(services, part, writePart(services, forOwner, part.blocks, `${key} for the owner`, ownerChat));
  });
}

/** Where others read along: what each side can do with it. */
function divide({ redactor }: PartServices, part: NewPart, inGroup: readonly Block[]) {
  const { conversation, kind, blocks, typed, buttons, question } = part;
  const isHidden = kind === "question" && (part.isForOwner === true || hasSecret(redactor, inGroup));
  const answers = { ...(typed ? { typed } : {}), ...(buttons ? { buttons } : {}) };
  const asked = question === undefined ? {} : { question };
  // Whether the owner's chat can be reached does not decide whether the message was answered.
  const forOwner: NewPart = { conversation, kind, blocks, ...answers, ...asked };
  const { typed: _, buttons: __, question: ___, ...bare } = part;
  // What the owner alone may decide is not asked by what the group reads.
  const forGroup: NewPart = isHidden ? { ...bare, kind: "notice" } : part;
  return { forGroup, forOwner, isHidden };
}

function hasSecret(redactor: Redactor, blocks: readonly Block[]): boolean {
  let found = false;
  mapOutside(blocks, (text) => {
    found ||= redactor.redact(text) !== text;
    return text;
  });
  return found;
}

/** What the audit is to keep of what people decide about. */
function noteShown(
  { store }: PartServices,
  { question }: NewPart,
  shown: readonly Block[] | undefined,
): void {
  if (question !== undefined && shown) store.questions.noteShown(question, digestShown(shown));
}

/**
 * `to`: where it is said; its buttons mean the conversation of the part. Returns what is shown there; undefined when it was
 * written before.
 */
function writePart(
  services: PartServices,
  part: NewPart,
  said: readonly Block[],
  key: string,
  to: string,
): readonly Block[] | undefined {
  const { store, sender } = services;
  const shared = buildShared(services, part, to);
  const blocks = prepareBlocks(services, part, said);
  const pieces = sender.split?.(blocks, store.addresses.find(to)) ?? [blocks];
  for (const [at, piece] of pieces.entries()) {
    const isLast = at === pieces.length - 1;
    const added = store.outbox.add({
      ...shared,
      key: at === 0 ? key : `${key} part ${at + 1}`,
      blocks: [...piece],
      // Whoever is called has all of it.
      isSilent: part.kind === "notice" || !isLast,
      replyTo: at === 0 ? part.replyTo : undefined,
      buttons: isLast ? makeButtons(services, part) : undefined,
      typed: isLast && part.typed ? [...part.typed] : undefined,
    });
    if (!added) return undefined;
  }
  return blocks;
}

function buildShared({ clock }: PartServices, part: NewPart, to: string) {
  const { kind, messageId, question, delayMs } = part;
  const now = clock.now();
  return {
    conversation: to,
    kind,
    messageId,
    question,
    expiresAt: kind === "notice" ? now + noticeLifeMs : undefined,
    notBefore: delayMs === undefined ? now : now + delayMs,
  };
}

/** What somebody decides about is never redacted: they are told what it holds. */
function prepareBlocks({ redactor, voice }: PartServices, { question }: NewPart, said: readonly Block[]) {
  if (question === undefined) return mapOutside(said, (text) => redactor.redact(text));
  return hasSecret(redactor, said) ? [...voice.say({ type: "holds-secret" }).blocks, ...said] : said;
}

function makeButtons(
  { store, sender, redactor }: PartServices,
  { buttons, made, conversation, kind, messageId }: NewPart,
) {
  if (made) return made;
  if (!buttons || !sender.hasButtons) return undefined;
  const redact = ({ label, line }: ButtonSpec) => ({
    label: kind === "question" ? label : redactor.redact(label),
    line,
  });
  const rows = buttons.map((row) => row.map(redact));
  // Those of a question outlive the turn's notices; the question itself knows when it is closed.
  return store.buttons.make(rows, { conversation, ...(kind === "notice" ? { messageId } : {}) });
}
