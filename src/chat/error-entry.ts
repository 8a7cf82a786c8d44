// What the tables of error texts are written with: one entry, and a detail that may be absent.
import type { ErrorDetails } from "../errors.ts";

export interface ErrorWords {
  /** What happened. Every detail may be absent. */
  says(details: ErrorDetails): string;
  /** What to do next: a command, a setting, a program to install. */
  next: string;
}

type Detail = ErrorDetails[string];

/** A detail with what stands around it; nothing at all when it is absent. */
export function part(before: string, detail: Detail, after = ""): string {
  return detail === undefined || detail === "" ? "" : `${before}${detail}${after}`;
}

export const words = (says: ErrorWords["says"] | string, next: string): ErrorWords => ({
  says: typeof says === "string" ? () => says : says,
  next,
});

/** Why a folder or a file is not ours alone; anything else is the system's own word. */
const accessWords: Readonly<Record<string, string>> = {
  missing: "nothing is there",
  "not-a-directory": "it is not a folder",
  "not-a-socket": "it is not a socket",
  "other-owner": "it belongs to another user",
  "open-to-others": "other users can reach it",
};

export function access(reason: Detail): Detail {
  return accessWords[String(reason)] ?? reason;
}

/** On which machine, and as whom. */
export const where = (details: ErrorDetails) =>
  `${part(" on the machine ", details.machine)}${part(" (user ", details.user, ")")}`;

/** What the failure itself said, after a colon. */
export const inWords = (details: ErrorDetails) => part(": ", details.message);

export const again = "Write your message again.";
export const doctor = "`/cx doctor` looks for the cause.";
export const report = "Write your message again; if it happens again, `/cx doctor` looks for the cause.";
