// Images that a gateway sends for a turn, as files that only this user can read. Codex reads them as the turn begins.
import { mkdir, readdir, rm, stat, writeFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { nanoid } from "nanoid";
import type { Clock } from "../kit/clock.ts";
import type { CarriedInput } from "./method-params.ts";

const keptMs = 24 * 60 * 60_000;

export class ImageInbox {
  readonly #folder: string;
  readonly #clock: Clock;

  constructor(stateDirectory: string, clock: Clock) {
    this.#folder = join(stateDirectory, "node-images");
    this.#clock = clock;
  }

  /** The input as the app-server takes it: images by the path of a file of ours. */
  async unpack(input: CarriedInput): Promise<Record<string, unknown>[]> {
    if (input.some((item) => item.type === "localImage")) await this.#prepare();
    return Promise.all(
      input.map(async (item) => {
        if (item.type === "text") return item;
        // Only the ending is the gateway's: Codex may go by it.
        const ending = extname(item.name).replace(/[^.a-zA-Z0-9]/g, "");
        const path = join(this.#folder, `${nanoid()}${ending}`);
        await writeFile(path, Buffer.from(item.bytes, "base64"), { mode: 0o600, flag: "wx" });
        return { type: "localImage", path };
      }),
    );
  }

  /** Removes what is a day old. */
  async #prepare(): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    for (const name of await readdir(this.#folder)) {
      const path = join(this.#folder, name);
      const found = await stat(path).catch(() => undefined);
      if (found && found.mtimeMs < this.#clock.now() - keptMs) await rm(path, { force: true });
    }
  }
}
