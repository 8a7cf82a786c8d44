// Our words and buttons as OpenClaw shows them.
import type { ShownReply } from "../../chat/reply.ts";
import type { Button } from "../../store/rows.ts";
import type { ReplyPayload } from "./sdk.ts";

/** Before the token in a button's value. With it 15 bytes; Telegram drops buttons whose value is longer than 48. */
export const buttonNamespace = "cx";

export function buildPayload(text: string, buttons: readonly (readonly Button[])[] = []): ReplyPayload {
  const blocks = buttons
    .filter((row) => row.length > 0)
    .map((row) => ({
      type: "buttons" as const,
      buttons: row.map(({ label, token }) => ({
        label,
        action: { type: "callback" as const, value: `${buttonNamespace}:${token}` },
      })),
    }));
  return blocks.length === 0 ? { text } : { text, presentation: { blocks } };
}

/** The host's own prompt goes out as the host made it. */
export function buildReplyPayload({ text, buttons, prompt }: ShownReply): ReplyPayload {
  return prompt === undefined ? buildPayload(text, buttons) : (prompt as ReplyPayload);
}
