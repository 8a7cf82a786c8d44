// One turn of ours on a held thread: start, steer, stop. It starts nothing by itself and answers no question.
import { stat } from "node:fs/promises";
import * as z from "zod";
import { BridgeError, isBridgeError } from "../errors.ts";
import type { TurnSettings } from "../store/rows.ts";
import { backgroundTerminals, turnStarted } from "./schemas.ts";
import type { ThreadHold } from "./threads.ts";
import type { TurnInbox } from "./turn-inbox.ts";

export interface TurnInput {
  text: string;
  /** Absolute paths of image files. */
  images: readonly string[];
}

export interface TurnRequest {
  input: TurnInput;
  /** Our id of the message: comes back as `userMessage.clientId`; Codex does not de-duplicate by it. */
  clientId: string;
  /** Absent: the thread's own folder. */
  cwd?: string;
  settings: TurnSettings;
  network: boolean;
}

/** Codex's own limit of one input, in characters. */
export const maxInputChars = 1_048_576;

/**
 * Sends turn/start; the inbox was opened before and knows the turn afterwards.
 * Throws `input-too-large`, `image-unreadable`, thread and wire errors; after a wire error whether the turn started is unknown.
 */
export async function startTurn(
  hold: ThreadHold,
  inbox: TurnInbox,
  request: TurnRequest,
  signal?: AbortSignal,
): Promise<string> {
  const { activeTurnId } = hold.feed;
  const answer = await hold.client.request(
    "turn/start",
    buildTurnStart(hold.threadId, request),
    turnStarted,
    { signal },
  );
  // On a thread that is busy after all, Codex puts the message into the running turn and answers with that one's id.
  inbox.adopt(answer.turn.id, { joined: answer.turn.id === activeTurnId });
  return answer.turn.id;
}

/** Everything that can be wrong with the input before anything is sent. */
export async function checkInput(input: TurnInput): Promise<void> {
  if (input.text.length > maxInputChars) {
    throw new BridgeError("input-too-large", "text over the limit of one turn", {
      chars: input.text.length,
      limit: maxInputChars,
    });
  }
  for (const path of input.images) {
    const found = await stat(path).catch(() => undefined);
    if (!found?.isFile()) throw new BridgeError("image-unreadable", "image file cannot be read", { path });
  }
}

/** Policies travel with every turn: what thread/start got would be written into the person's config.toml as trust. */
export function buildTurnStart(threadId: string, request: TurnRequest): Record<string, unknown> {
  const { settings, input } = request;
  return {
    threadId,
    clientUserMessageId: request.clientId,
    input: buildInput(input),
    ...(request.cwd ? { cwd: request.cwd } : {}),
    ...(settings.model ? { model: settings.model } : {}),
    ...(settings.effort ? { effort: settings.effort } : {}),
    ...(settings.approvalPolicy ? { approvalPolicy: settings.approvalPolicy } : {}),
    ...(settings.sandbox ? buildSandbox(settings.sandbox, request.network) : {}),
  };
}

function buildInput(input: TurnInput): Record<string, unknown>[] {
  const text = input.text === "" ? [] : [{ type: "text", text: input.text, text_elements: [] }];
  return [...text, ...input.images.map((path) => ({ type: "localImage", path }))];
}

/**
 * A named profile is kept with the thread, so that a terminal or a later resume finds the same policy; it writes no trust
 * into config.toml (0.154, 0.169). None of them has the network: that takes a policy, which is not kept.
 */
function buildSandbox(mode: NonNullable<TurnSettings["sandbox"]>, network: boolean): Record<string, unknown> {
  switch (mode) {
    case "read-only":
      return network
        ? { sandboxPolicy: { type: "readOnly", networkAccess: true } }
        : { permissions: ":read-only" };
    case "workspace-write":
      return network
        ? { sandboxPolicy: { type: "workspaceWrite", networkAccess: true } }
        : { permissions: ":workspace" };
    case "danger-full-access":
      return { permissions: ":danger-full-access" };
  }
}

/** Adds words to the turn that runs. Throws `no-turn-running` or `turn-id-mismatch` when it is over. */
export async function steerTurn(
  hold: ThreadHold,
  turnId: string,
  text: string,
  clientId: string,
  signal?: AbortSignal,
) {
  const params = {
    threadId: hold.threadId,
    expectedTurnId: turnId,
    clientUserMessageId: clientId,
    input: buildInput({ text, images: [] }),
  };
  await hold.client.request("turn/steer", params, z.unknown(), { signal });
}

/**
 * Interrupts our turn by its id, however young it is: Codex refuses until `turn/started`, so it is sent again then.
 * Afterwards ends the commands that this turn left running, and only those. Never blank ids: the server may be shared.
 */
export async function stopTurn(hold: ThreadHold, inbox: TurnInbox, signal?: AbortSignal): Promise<void> {
  const turnId = inbox.turnId;
  if (turnId === undefined) throw new BridgeError("no-turn-running", "the turn has no id yet");
  const started = Promise.withResolvers<void>();
  const dispose = inbox.onEvent((event) => {
    if (event.type === "turn-started") started.resolve();
  });
  try {
    const tooEarly = await sendInterrupt(hold, turnId, signal);
    if (tooEarly && hold.feed.activeTurnId !== turnId) {
      await Promise.race([started.promise, inbox.outcome]);
    }
    if (tooEarly) await sendInterrupt(hold, turnId, signal);
    await inbox.outcome;
  } finally {
    dispose();
  }
  await endCommands(hold, inbox.commandItems, signal);
}

/** True when Codex said that no turn runs. */
async function sendInterrupt(hold: ThreadHold, turnId: string, signal?: AbortSignal): Promise<boolean> {
  try {
    await hold.client.request("turn/interrupt", { threadId: hold.threadId, turnId }, z.unknown(), { signal });
    return false;
  } catch (error) {
    if (isBridgeError(error, "no-turn-running")) return true;
    if (isBridgeError(error, "turn-id-mismatch", "thread-not-loaded")) return false;
    throw error;
  }
}

async function endCommands(
  hold: ThreadHold,
  items: ReadonlySet<string>,
  signal?: AbortSignal,
): Promise<void> {
  if (items.size === 0 || !hold.client.isOpen) return;
  const { threadId } = hold;
  const left = await hold.client.request(
    "thread/backgroundTerminals/list",
    { threadId },
    backgroundTerminals,
    { signal },
  );
  for (const terminal of left.data) {
    if (!items.has(terminal.itemId)) continue;
    const params = { threadId, processId: terminal.processId };
    await hold.client.request("thread/backgroundTerminals/terminate", params, z.unknown(), { signal });
  }
}
