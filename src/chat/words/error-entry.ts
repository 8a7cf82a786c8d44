// What the tables of error texts are written with: one entry, and a detail that may be absent. A detail may come from
// outside, so it is never part of our own words.
import type { ErrorDetails } from "../../errors.ts";
import { type Inline, type Line, own } from "../../kit/blocks.ts";

export interface ErrorWords {
  /** What happened. Every detail may be absent. */
  says(details: ErrorDetails): Line;
  /** What to do next: a command, a setting, a program to install. */
  next: Line;
}

type Detail = ErrorDetails[string];
type Outside = Exclude<Inline, string>;
/** A bare detail is a name. */
type Shown = Detail | Outside | Line;

/** A detail with what stands around it; nothing at all when it is absent. */
export function part(before: string, detail: Shown, after: string | Line = ""): Inline[] {
  const shown = typeof detail === "object" ? detail : asName(detail);
  if (shown === undefined) return [];
  const all = [
    before,
    ...("length" in shown ? shown : [shown]),
    ...(typeof after === "string" ? [after] : after),
  ];
  return all.filter((inline) => inline !== "");
}

const wrap = (build: (text: string) => Outside) => (detail: Detail) =>
  detail === undefined || detail === "" ? undefined : build(String(detail));

export const asName = wrap((name) => ({ name }));
export const asCode = wrap((code) => ({ code }));
export const asPath = wrap((path) => ({ path }));
/** What a person types after `/cx`. */
export const asCommand = wrap((typed) => ({ code: `/cx ${typed}` }));

/** Rows below the sentence, which they end. */
export function rows(detail: Detail): Inline[] {
  if (detail === undefined || detail === "") return ["."];
  return [
    ":\n",
    ...String(detail)
      .split("\n")
      .flatMap((row): Inline[] => [{ name: row }, "\n"]),
  ];
}

/** The sentences are ours alone. */
export const words = (says: ErrorWords["says"] | string, next: string): ErrorWords => ({
  says: typeof says === "string" ? () => own(says) : says,
  next: own(next),
});

/** Why a folder or a file is not ours alone; anything else is the system's own word. */
const accessWords: ReadonlyMap<string, string> = new Map([
  ["missing", "nothing is there"],
  ["a-link", "it is a link"],
  ["not-a-directory", "it is not a folder"],
  ["not-a-socket", "it is not a socket"],
  ["other-owner", "it belongs to another user"],
  ["open-to-others", "other users can reach it"],
]);

export function access(reason: Detail): Shown {
  const ours = accessWords.get(String(reason));
  return ours === undefined ? reason : own(ours);
}

/** On which machine, and as whom. */
export const where = (details: ErrorDetails) => [
  ...part(" on the machine ", details.machine),
  ...part(" (user ", details.user, ")"),
];

/** What the failure itself said, after a colon. */
export const inWords = (details: ErrorDetails) => part(": ", details.message);

export const again = "Write your message again.";
export const doctor = "`/cx doctor` looks for the cause.";
export const report = "Write your message again; if it happens again, `/cx doctor` looks for the cause.";
