// The turns that gateways started on this node: only these may be steered, stopped and answered over a channel.
// They outlive a channel and a restart of the node, as the turns do.

import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { parseJson } from "../kit/json.ts";
import type { Log } from "../kit/log.ts";
import { readRegularFileSync } from "../kit/regular-file.ts";
import { ensurePrivateDirectory } from "../store/private-files.ts";

/** The oldest are forgotten: a turn that old has ended. */
const keptTurns = 500;

const recordSchema = z.array(
  z.strictObject({ threadId: z.string(), turnId: z.string(), commands: z.array(z.string()) }),
);

interface OwnTurn {
  threadId: string;
  /** Item ids of its commands. */
  commands: Set<string>;
}

export class OwnTurns {
  readonly #file: string;
  readonly #log: Log;
  readonly #turns = new Map<string, OwnTurn>();

  /** Throws `state-unusable`. A file that cannot be read is as good as none. */
  constructor(stateDirectory: string, log: Log) {
    ensurePrivateDirectory(stateDirectory);
    this.#file = join(stateDirectory, "node-turns.json");
    this.#log = log;
    for (const { turnId, threadId, commands } of this.#read()) {
      this.#turns.set(turnId, { threadId, commands: new Set(commands) });
    }
  }

  has(threadId: string, turnId: string): boolean {
    return this.#turns.get(turnId)?.threadId === threadId;
  }

  hasCommand(threadId: string, itemId: string): boolean {
    return [...this.#turns.values()].some((turn) => turn.threadId === threadId && turn.commands.has(itemId));
  }

  add(threadId: string, turnId: string): void {
    if (this.#turns.has(turnId)) return;
    this.#turns.set(turnId, { threadId, commands: new Set() });
    for (const oldest of this.#turns.keys()) {
      if (this.#turns.size <= keptTurns) break;
      this.#turns.delete(oldest);
    }
    this.#write();
  }

  addCommand(turnId: string, itemId: string): void {
    const turn = this.#turns.get(turnId);
    if (!turn || turn.commands.has(itemId)) return;
    turn.commands.add(itemId);
    this.#write();
  }

  remove(turnId: string): void {
    if (this.#turns.delete(turnId)) this.#write();
  }

  #read(): z.infer<typeof recordSchema> {
    try {
      return recordSchema.parse(parseJson(readRegularFileSync(this.#file)));
    } catch (error) {
      const isAbsent = error instanceof Error && "code" in error && error.code === "ENOENT";
      if (!isAbsent) this.#log.warn(`the record of gateways' turns cannot be read: ${String(error)}`);
      return [];
    }
  }

  #write(): void {
    const record = [...this.#turns].map(([turnId, { threadId, commands }]) => ({
      threadId,
      turnId,
      commands: [...commands],
    }));
    try {
      writeFileSync(`${this.#file}.new`, JSON.stringify(record), { mode: 0o600 });
      renameSync(`${this.#file}.new`, this.#file);
    } catch (error) {
      this.#log.warn(`the record of gateways' turns cannot be written: ${String(error)}`);
    }
  }
}
