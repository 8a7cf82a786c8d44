// Our record of a binding is the truth; the host's books follow it. They hold the plugin's folder, which moves with each
// update, and on the bundled Telegram channel of 2026.9.6 a detached chat comes back with a restart of the channel, and
// a bound one is let go after a day without messages.

import * as z from "zod";
import type { Clock, Disposer } from "../../kit/clock.ts";
import { parseJson } from "../../kit/json.ts";
import { buildBoundKey } from "./address.ts";
import type { Gateway } from "./gateway.ts";
import type { ConversationRef, HostBinding } from "./sdk.ts";
import type { SessionBindingRecord } from "./sdk-modules.ts";

const recordSchema = z.looseObject({
  bindingId: z.string(),
  targetSessionKey: z.string(),
  targetKind: z.enum(["subagent", "session"]),
  conversation: z.looseObject({
    channel: z.string(),
    accountId: z.string(),
    conversationId: z.string(),
    parentConversationId: z.string().exactOptional(),
  }),
  metadata: z.record(z.string(), z.unknown()).exactOptional(),
});

/** A channel that starts anew reads its own books again; nobody tells us of it. */
const lookAgainMs = 30_000;
/** Channels bring their books some seconds after our start; what comes before we have looked is claimed as they say. */
const startMs = 120_000;
const startLookMs = 50;

/** From now on, until disposed: what we hold is in the books as ours, what we let go is not. */
export function keepBooks(gateway: Gateway, clock: Clock): Disposer {
  let isOver = false;
  let cancel: Disposer = () => {};
  const startedAt = clock.now();
  const look = async () => {
    const isDone = await reconcileBooks(gateway).catch((error) => {
      gateway.log.warn(`the host's books: ${String(error)}`);
      return false;
    });
    if (isOver) return;
    const isWaiting = !isDone && clock.now() - startedAt < startMs;
    cancel = clock.after(isWaiting ? startLookMs : lookAgainMs, () => void look());
  };
  void look();
  return () => {
    isOver = true;
    cancel();
  };
}

/** False while some channel has no books yet. */
export async function reconcileBooks(gateway: Gateway): Promise<boolean> {
  const { app, log } = gateway;
  let isDone = true;
  for (const { conversation, hostRecord } of app.bindings.all()) {
    const kept = parseRecord(hostRecord);
    if (!kept) continue;
    isDone &&= isReadable(gateway, kept);
    // It may have been let go while another one was written.
    const binding = app.bindings.findByConversation(conversation);
    if (!binding || !isReadable(gateway, kept)) continue;
    const found = findRecord(gateway, kept.conversation);
    if (found && !isOurs(gateway, found)) {
      log.warn("a conversation was given to somebody else; it is let go");
      app.binder.lose(binding);
    } else if (!found || !isCurrent(gateway, found)) {
      await writeRecord(gateway, found ?? kept);
    }
  }
  for (const { conversation, hostRecord } of app.released.all()) {
    const kept = parseRecord(hostRecord);
    if (!kept || app.bindings.findByConversation(conversation)) continue;
    isDone &&= isReadable(gateway, kept);
    const found = findRecord(gateway, kept.conversation);
    if (found && isOurs(gateway, found) && !isAwaited(gateway, found)) await removeRecord(gateway, found);
  }
  return isDone;
}

/** The plugin was updated since the conversation was bound. */
export async function healBinding(gateway: Gateway, { pluginRoot, ...ref }: HostBinding): Promise<void> {
  if (pluginRoot === gateway.api.rootDir) return;
  const found = findRecord(gateway, ref);
  if (found && isOurs(gateway, found)) await writeRecord(gateway, found);
}

/** A binding that we did not prepare, or let go before. */
export async function undoBinding(gateway: Gateway, binding: HostBinding): Promise<void> {
  const found = findRecord(gateway, binding);
  if (!found || !isOurs(gateway, found)) return;
  // What it leaves behind in the channel's own books is undone again when they are read anew.
  gateway.app.released.add(buildBoundKey(binding), JSON.stringify(found));
  await removeRecord(gateway, found);
}

function parseRecord(text: string | undefined): SessionBindingRecord | undefined {
  const parsed = recordSchema.safeParse(text === undefined ? undefined : parseJson(text));
  return parsed.success ? parsed.data : undefined;
}

/** A channel that keeps its own books brings them some time after the service starts. */
function isReadable({ modules }: Gateway, { conversation }: SessionBindingRecord): boolean {
  const { channel, accountId } = conversation;
  return modules.books.getSessionBindingService().getCapabilities({ channel, accountId }).adapterAvailable;
}

function findRecord({ modules }: Gateway, ref: ConversationRef): SessionBindingRecord | undefined {
  return modules.books.getSessionBindingService().resolveByConversation(ref) ?? undefined;
}

function isOurs({ api }: Gateway, { metadata }: SessionBindingRecord): boolean {
  return metadata?.pluginId === api.id;
}

function isCurrent({ api }: Gateway, { metadata = {} }: SessionBindingRecord): boolean {
  return (
    metadata.pluginRoot === api.rootDir &&
    Object.entries(withoutEnd).every(([name, value]) => metadata[name] === value)
  );
}

/** The host has just bound it and has not told us yet. */
function isAwaited({ app }: Gateway, { metadata }: SessionBindingRecord): boolean {
  const data = metadata?.data as { pendingId?: unknown } | undefined;
  return typeof data?.pendingId === "string" && app.pendingBindings.has(data.pendingId);
}

/** Read by channels with books of their own; 0 means never. */
const withoutEnd = { idleTimeoutMs: 0, maxAgeMs: 0 } as const;

/** Its calls may throw although they worked. */
async function writeRecord({ api, modules, log }: Gateway, record: SessionBindingRecord): Promise<void> {
  const { targetSessionKey, targetKind, conversation, metadata } = record;
  try {
    await modules.books.getSessionBindingService().bind({
      targetSessionKey,
      targetKind,
      conversation,
      placement: "current",
      metadata: { ...metadata, ...withoutEnd, pluginRoot: api.rootDir },
    });
  } catch (error) {
    log.info(`writing a binding into the host's books: ${String(error)}`);
  }
}

async function removeRecord({ modules, log }: Gateway, record: SessionBindingRecord): Promise<void> {
  const { channel, accountId } = record.conversation;
  log.info("a conversation that is not ours any more is taken out of the host's books");
  try {
    await modules.books
      .getSessionBindingService()
      .unbind({ bindingId: record.bindingId, scope: { channel, accountId }, reason: "detached" });
  } catch (error) {
    log.info(`removing a binding from the host's books: ${String(error)}`);
  }
}
