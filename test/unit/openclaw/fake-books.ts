// The host's books as a map, and our record beside them.
import { buildBoundKey } from "../../../src/hosts/openclaw/address.ts";
import type { Gateway } from "../../../src/hosts/openclaw/gateway.ts";
import type { SessionBindingRecord } from "../../../src/hosts/openclaw/sdk-modules.ts";
import { silentLog } from "../../../src/kit/log.ts";

export const ourRoot = "/plugins/ours";

const buildRef = (chat: string) => ({ channel: "telegram", accountId: "default", conversationId: chat });

export function buildRow(chat: string, metadata: Record<string, unknown> = {}): SessionBindingRecord {
  return {
    bindingId: `default:${chat}`,
    targetSessionKey: `plugin-binding:${chat}`,
    targetKind: "session",
    conversation: buildRef(chat),
    metadata: { pluginId: "codex-threads", pluginRoot: ourRoot, ...metadata },
  };
}

/** `pending`: id of a request that waits for its answer. */
export function openBooks({ pending }: { pending?: string } = {}) {
  const rows = new Map<string, SessionBindingRecord>();
  const books = { readable: true, throwsAfterwards: false };
  const ours = new Map<string, { id: string; conversation: string; hostRecord: string }>();
  const released: { conversation: string; hostRecord: string }[] = [];
  const end = () => {
    if (books.throwsAfterwards) throw new Error("runtime not initialized");
  };
  const service = {
    getCapabilities: () => ({ adapterAvailable: books.readable }),
    resolveByConversation: ({ conversationId }: { conversationId: string }) =>
      (books.readable ? rows.get(conversationId) : undefined) ?? null,
    async bind(record: Omit<SessionBindingRecord, "bindingId">) {
      const row = { ...record, bindingId: `default:${record.conversation.conversationId}` };
      rows.set(row.conversation.conversationId, row);
      end();
      return row;
    },
    async unbind({ bindingId }: { bindingId: string }) {
      rows.delete(bindingId.slice("default:".length));
      end();
      return [];
    },
  };
  const gateway = {
    api: { id: "codex-threads", rootDir: ourRoot },
    modules: { books: { getSessionBindingService: () => service } },
    log: silentLog,
    app: {
      bindings: {
        all: () => [...ours.values()],
        findByConversation: (conversation: string) => ours.get(conversation),
      },
      binder: { lose: ({ id }: { id: string }) => ours.delete(id) },
      released: { all: () => released },
      pendingBindings: { has: (id: string) => id === pending },
    },
  } as unknown as Gateway;
  const build = (chat: string, row: SessionBindingRecord) => {
    const conversation = buildBoundKey(buildRef(chat));
    return { id: conversation, conversation, hostRecord: JSON.stringify(row) };
  };
  return {
    gateway,
    rows,
    books,
    hold: (chat: string, row: SessionBindingRecord) => {
      const binding = build(chat, row);
      ours.set(binding.conversation, binding);
    },
    letGo: (chat: string, row: SessionBindingRecord) => released.push(build(chat, row)),
    held: () => [...ours.values()],
  };
}
