// Asks OpenClaw to bind a conversation. Its calls may throw although they worked (the bundled Telegram channel of
// 2026.9.6 does, with "Telegram runtime not initialized"), so what counts is what its books say afterwards.
import { openClawText } from "../../chat/words/openclaw-text.ts";
import type { BindingGate, GateAnswer, GateRequest } from "../../conversations/binding-gate.ts";
import { buildBoundKey } from "./address.ts";
import { hasButtons } from "./buttons.ts";
import type { Gateway } from "./gateway.ts";
import { renderPlainLine } from "./render/plain.ts";
import type { BindingHelpers, ConversationRef, HostBinding } from "./sdk.ts";
import type { BooksModule } from "./sdk-modules.ts";

export function buildBindingGate(
  { api, modules }: Pick<Gateway, "api" | "modules">,
  channel: string,
  helpers: BindingHelpers,
): BindingGate {
  const { books } = modules;
  const { detachHint } = openClawText;
  const find = () => helpers.getCurrentConversationBinding().catch(() => null);
  return {
    async request({ pendingId, summary }: GateRequest): Promise<GateAnswer> {
      // The host takes the request there or not, depending on how it comes; its answer cannot be given in any case.
      if (channel === "webchat") return { status: "closed", reason: openClawText.webChat };
      const words = { summary: renderPlainLine(summary) };
      try {
        const answer = await helpers.requestConversationBinding({
          ...words,
          detachHint,
          data: { pendingId },
        });
        switch (answer.status) {
          case "pending":
            // The host takes a click for an answer and nothing else (2026.9.6).
            if (!(await hasButtons(api, channel)))
              return { status: "closed", reason: openClawText.noButtons(channel) };
            return { status: "pending", prompt: answer.reply };
          case "bound":
            return buildOpen(answer.binding, books);
          case "error":
            return { status: "closed", reason: answer.message };
        }
      } catch (error) {
        const binding = await find();
        if (binding?.data?.pendingId === pendingId) return buildOpen(binding, books);
        return { status: "closed", reason: error instanceof Error ? error.message : String(error) };
      }
    },
    async release(): Promise<void> {
      // What it leaves behind in the host's books is undone again (books.ts).
      await helpers.detachConversationBinding().catch(() => undefined);
    },
  };
}

/** What a command has in its context, for an entrance that knows the conversation. */
export function buildHelpers(
  { api, modules }: Pick<Gateway, "api" | "modules">,
  conversation: ConversationRef & { threadId?: string | number },
  senderId: string | undefined,
): BindingHelpers {
  return modules.commands.createInteractiveConversationBindingHelpers({
    registration: { pluginId: api.id, pluginName: api.name, pluginRoot: api.rootDir ?? "" },
    conversation,
    ...(senderId === undefined ? {} : { senderId }),
  });
}

function buildOpen(binding: HostBinding, books: BooksModule): GateAnswer {
  return { status: "open", conversation: buildBoundKey(binding), record: readRecord(binding, books) };
}

/** The row of the host's books, as JSON: what is needed to write it there again. */
export function readRecord(
  { channel, accountId, conversationId, parentConversationId }: HostBinding,
  books: BooksModule,
): string {
  const ref = {
    channel,
    accountId,
    conversationId,
    ...(parentConversationId ? { parentConversationId } : {}),
  };
  const record = books.getSessionBindingService().resolveByConversation(ref);
  return JSON.stringify(record ?? { conversation: ref });
}
