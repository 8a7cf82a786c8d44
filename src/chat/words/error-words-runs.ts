// Words for what cannot be done with a run, a background session.
import { line, own } from "../../kit/blocks.ts";
import type { ErrorWords } from "./error-entry.ts";
import { asCode, asName, part, words } from "./error-entry.ts";

export const runWords = {
  "run-name-invalid": words(
    (d) => line`${asCode(d.name) ?? own("That")} is no name for a run.`,
    "Take letters, digits, `.`, `_` and `-`, 64 at most, beginning with a letter or digit; or leave the name out.",
  ),
  "run-name-taken": words(
    (d) => line`There is a run${part(" ", asCode(d.name))} already.`,
    "Take another name, or leave it out; deleting a run frees its name.",
  ),
  "run-none": words(
    (d) =>
      line`No run fits${part(" ", asCode(d.selector))}${d.numbered === true ? own(": here a name is wanted, because numbers move") : undefined}${part("; there are: ", d.candidates)}.`,
    "The list shows them all: `codex-threads list`, in a chat `/cx runs`.",
  ),
  "run-ambiguous": words(
    (d) => line`Several runs fit${part(" ", asCode(d.selector))}${part(": ", d.candidates)}.`,
    "Write more of the name.",
  ),
  "run-not-interactive": words(
    (d) =>
      line`The run${part(" ", asCode(d.name))} is one turn: it takes no lines, only answers to what it asks.`,
    "Start one that takes lines with `codex-threads create repl`, or go on with its thread in a chat: `/cx resume <name>`.",
  ),
  "run-idle": words(
    (d) => line`Nothing runs in ${asCode(d.name) ?? own("that run")}.`,
    "The list shows what runs: `codex-threads list`, in a chat `/cx runs`.",
  ),
  "run-not-here": words(
    (d) =>
      d.host === undefined
        ? own("No runs are kept here.")
        : line`That run is on ${asName(d.host)}, which is not reached from here.`,
    "Use the commands for runs in a chat of the gateway that started it: `/cx runs` there.",
  ),
} satisfies Record<string, ErrorWords>;
