// The files of gateways on this node: images for a turn, which Codex reads as it begins, and files that a thread may come
// back to, each thread's in a folder of its own.
import { join } from "node:path";
import type { Clock } from "../kit/clock.ts";
import { FileInbox } from "./file-inbox.ts";
import type { CarriedInput } from "./method-params.ts";

const dayMs = 24 * 60 * 60_000;

export class GatewayFiles {
  readonly #images: FileInbox;
  readonly #files: FileInbox;

  constructor(stateDirectory: string, clock: Clock, keepDays: number) {
    this.#images = new FileInbox({ folder: join(stateDirectory, "node-images"), keptMs: dayMs, clock });
    this.#files = new FileInbox({
      folder: join(stateDirectory, "node-files"),
      keptMs: keepDays * dayMs,
      clock,
    });
  }

  /** The input as the app-server takes it: images by the path of a file of ours. Throws `input-too-large`. */
  async unpack(input: CarriedInput): Promise<Record<string, unknown>[]> {
    const unpacked = [];
    for (const item of input) {
      unpacked.push(
        item.type === "text" ? item : { type: "localImage", path: await this.#images.keep(item) },
      );
    }
    return unpacked;
  }

  /** `threadId` must be one that the channel holds. The file's path. Throws `input-too-large`. */
  keep({ threadId, ...file }: { threadId: string; name: string; bytes: string }): Promise<string> {
    return this.#files.keep(file, threadId);
  }
}
