// What the operator of a machine reads at its command line about audit, lock and unlock.
import { code, type Line, line, own, path } from "../../kit/blocks.ts";
import type { Switched } from "../../store/switch-lockdown.ts";

/** In the host's own help. */
export const operatorHelp = {
  audit: "who did what, when and where: held, allowed, approved, refused …",
  since: "only from then on: how long ago (30m, 12h, 7d, 4w) or a date (2026-11-28, 2026-11-28T10:00)",
  json: "as a JSON array",
  lock: "stop all turns, decline what is asked, and refuse every chat until `unlock`",
  unlock: "hear the chats again",
} as const;

export function formatNoSince(given: string): Line {
  return line`--since wants how long ago, such as 7d, 12h or 30m, or a date, such as 2026-11-28 or 2026-11-28T10:00, not ${code(given)}.`;
}

export function formatNothingRecorded(directory: string, hasSince: boolean): Line {
  return line`Nothing is recorded${[hasSince ? " since then" : ""]} in ${path(directory)}.`;
}

export function formatPending(act: "lock" | "unlock", directory: string, waitMs: number): Line {
  return line`The process that holds ${path(directory)} has not answered within ${waitMs / 1000} s. ${code(act)} is written down and takes effect when it looks, or when it is started again.`;
}

export function formatSwitched(act: "lock" | "unlock", switched: Exclude<Switched, "pending">): Line {
  if (switched === "unchanged") return own(act === "lock" ? "It is locked already." : "It is not locked.");
  if (act === "unlock") return own("Unlocked: chats are heard again.");
  return switched === "done"
    ? own("Locked: turns are stopped, questions declined, chats refused.")
    : own(
        "Locked: nothing runs here now. A turn that Codex still runs without us is stopped at the next start, and chats are refused.",
      );
}
