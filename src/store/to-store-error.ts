// What an SQLite failure means for people. Recognised by result code (https://sqlite.org/rescode.html), never by text.
import { BridgeError, type ErrorCode } from "../errors.ts";

/** A column holds JSON that cannot be what we wrote. */
export class TornColumn extends Error {
  readonly column: string;

  constructor(column: string, cause?: unknown) {
    super(`${column} cannot be read`, { cause });
    this.column = column;
  }
}

/** Any failure of the store as a BridgeError `state-damaged`, `state-full` or `state-unusable`, naming the file. */
export function toStoreError(thrown: unknown, file: string): BridgeError {
  if (thrown instanceof BridgeError) return thrown;
  if (thrown instanceof TornColumn) {
    return new BridgeError(
      "state-damaged",
      `${file}: ${thrown.message}`,
      { file, column: thrown.column },
      thrown,
    );
  }
  const reason = thrown instanceof Error ? thrown.message : String(thrown);
  return new BridgeError(codeOf(primaryCode(thrown)), `${file}: ${reason}`, { file, reason }, thrown);
}

export function isBusy(thrown: unknown): boolean {
  return primaryCode(thrown) === 5;
}

/** The file is sound, but a read-only connection cannot finish what a crash left behind. */
export function needsWriter(thrown: unknown): boolean {
  return primaryCode(thrown) === 8;
}

function codeOf(primary: number | undefined): ErrorCode {
  if (primary === 11 || primary === 26) return "state-damaged";
  return primary === 13 ? "state-full" : "state-unusable";
}

/** SQLite's own code (BUSY 5, READONLY 8, CORRUPT 11, FULL 13, NOTADB 26): the low byte of the extended one. */
function primaryCode(thrown: unknown): number | undefined {
  const cause = thrown instanceof BridgeError ? thrown.cause : thrown;
  if (!(cause instanceof Error) || !("errcode" in cause)) return undefined;
  return typeof cause.errcode === "number" ? cause.errcode & 0xff : undefined;
}
