// What the operator of a machine asks at its command line, the same for both hosts: the audit, the lock and its end. It
// runs in a process of its own beside the one that holds the state.
import { toBridgeError } from "../errors.ts";
import { type Block, type Line, says } from "../kit/blocks.ts";
import type { Clock } from "../kit/clock.ts";
import { parseSince } from "../kit/since.ts";
import { readThisMachine } from "../process/this-machine.ts";
import { readAudit } from "../store/read-audit.ts";
import { switchLockdown } from "../store/switch-lockdown.ts";
import { buildAuditRows, formatAuditTable } from "./words/audit-text.ts";
import { formatError } from "./words/error-text.ts";
import {
  formatNoSince,
  formatNothingRecorded,
  formatPending,
  formatSwitched,
} from "./words/operator-text.ts";

export interface OperatorIo {
  /** The state directory. */
  directory: string;
  clock: Clock;
  /** On stdout. */
  print(blocks: readonly Block[]): void;
  printJson(value: unknown): void;
  /** On stderr. */
  complain(line: Line): void;
}

const exitFailed = 1;
const exitUsage = 2;
/** Longer than stopping turns may take. */
const waitMs = 20_000;

/** Returns the exit code. */
export function runAudit(
  { since, json }: { since?: string | undefined; json: boolean },
  { directory, clock, print, printJson, complain }: OperatorIo,
): number {
  const from = since === undefined ? 0 : parseSince(since, clock.now());
  if (from === undefined) {
    complain(formatNoSince(since ?? ""));
    return exitUsage;
  }
  try {
    const entries = readAudit(directory, from);
    if (json) printJson(buildAuditRows(entries));
    else if (entries.length > 0) print([formatAuditTable(entries)]);
    if (entries.length === 0) complain(formatNothingRecorded(directory, since !== undefined));
    return 0;
  } catch (thrown) {
    complain(formatError(toBridgeError(thrown)));
    return exitFailed;
  }
}

/** Returns the exit code; 0 only when it is in force. */
export async function runLock(
  act: "lock" | "unlock",
  { directory, clock, print, complain }: OperatorIo,
): Promise<number> {
  try {
    const by = `operator:${readThisMachine().user}`;
    const switched = await switchLockdown({ directory, act, by, clock, waitMs });
    if (switched === "pending") {
      complain(formatPending(act, directory, waitMs));
      return exitFailed;
    }
    print(says(formatSwitched(act, switched)));
    return 0;
  } catch (thrown) {
    complain(formatError(toBridgeError(thrown)));
    return exitFailed;
  }
}
