// What a message's turn is started with: its words and images, its files where Codex can read them, in a folder that is there.
import { checkInput, type TurnInput } from "../codex/turns.ts";
import { isBridgeError } from "../errors.ts";
import type { Message } from "../store/rows.ts";
import { placeFiles } from "./file-paths.ts";
import { checkTurnFolder } from "./folder.ts";
import { isConnectionTrouble, type Opened } from "./thread-opener.ts";

/**
 * Undefined when the connection went meanwhile: the next round does it. Throws what is wrong with the message or with the
 * folder.
 */
export async function findTurnInput(
  message: Message,
  { place, hold, binding }: Opened,
  signal: AbortSignal,
): Promise<TurnInput | undefined> {
  try {
    const text = await placeFiles(message, place, hold.threadId, signal);
    const input = { text, images: message.images };
    await checkInput(input);
    await checkTurnFolder(place, binding, hold.feed.inForce.cwd);
    return input;
  } catch (error) {
    if (isConnectionTrouble(error) || isBridgeError(error, "thread-not-loaded")) return undefined;
    throw error;
  }
}
