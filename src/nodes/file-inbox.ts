// What gateways send to this node, as files that only this user can read, named by us. The old ones go as new ones come.
import { lstat, mkdir, readdir, rm, stat, writeFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { nanoid } from "nanoid";
import { BridgeError } from "../errors.ts";
import type { Clock } from "../kit/clock.ts";

/** As large as what a gateway takes of a message. */
const mostFileBytes = 20 * 1024 * 1024;
/** Beyond it the oldest go, so that no gateway fills the disk. */
const mostInboxBytes = 1024 * 1024 * 1024;

export interface FileInboxOptions {
  folder: string;
  keptMs: number;
  clock: Clock;
}

export class FileInbox {
  readonly #options: FileInboxOptions;

  constructor(options: FileInboxOptions) {
    this.#options = options;
  }

  /** `name`: only its ending is kept; Codex may go by it. Throws `input-too-large` {bytes, maxBytes}, `folder-replaced`. */
  async keep({ name, bytes: base64 }: { name: string; bytes: string }, subfolder = ""): Promise<string> {
    const bytes = Buffer.from(base64, "base64");
    if (bytes.length > mostFileBytes) {
      const details = { bytes: bytes.length, maxBytes: mostFileBytes };
      throw new BridgeError("input-too-large", `a file of ${bytes.length} bytes`, details);
    }
    await this.#makeRoom(mostInboxBytes - bytes.length);
    const folder = join(this.#options.folder, subfolder);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    for (const path of [this.#options.folder, folder]) {
      if (!(await lstat(path)).isDirectory())
        throw new BridgeError("folder-replaced", "a link", { folder: path });
    }
    const ending = /^\.[a-z0-9]{1,10}$/i.exec(extname(name))?.[0] ?? "";
    const path = join(folder, `${nanoid()}${ending}`);
    await writeFile(path, bytes, { mode: 0o600, flag: "wx" });
    return path;
  }

  async #makeRoom(mostBytes: number): Promise<void> {
    const { folder, keptMs, clock } = this.#options;
    const names = await readdir(folder, { recursive: true }).catch(() => []);
    const found = await Promise.all(names.map((name) => readFileFacts(join(folder, name))));
    let left = mostBytes;
    for (const file of found.flat().toSorted((a, b) => b.mtimeMs - a.mtimeMs)) {
      left -= file.size;
      if (left < 0 || file.mtimeMs < clock.now() - keptMs) await rm(file.path, { force: true });
    }
  }
}

async function readFileFacts(path: string): Promise<{ path: string; size: number; mtimeMs: number }[]> {
  const found = await stat(path).catch(() => undefined);
  return found?.isFile() ? [{ path, size: found.size, mtimeMs: found.mtimeMs }] : [];
}
