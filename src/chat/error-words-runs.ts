// Words for what cannot be done with a run, a background session.
import type { ErrorWords } from "./error-entry.ts";
import { part, words } from "./error-entry.ts";

export const runWords = {
  "run-name-invalid": words(
    (d) => `${d.name === undefined || d.name === "" ? "That" : `\`${d.name}\``} is no name for a run.`,
    "Take letters, digits, `.`, `_` and `-`, 64 at most, beginning with a letter or digit; or leave the name out.",
  ),
  "run-name-taken": words(
    (d) => `There is a run${part(" `", d.name, "`")} already.`,
    "Take another name, or leave it out; deleting a run frees its name.",
  ),
  "run-none": words(
    (d) =>
      `No run fits${part(" `", d.selector, "`")}${d.numbered === true ? ": here a name is wanted, because numbers move" : ""}${part("; there are: ", d.candidates)}.`,
    "The list shows them all: `codex-threads list`, in a chat `/cx runs`.",
  ),
  "run-ambiguous": words(
    (d) => `Several runs fit${part(" `", d.selector, "`")}${part(": ", d.candidates)}.`,
    "Write more of the name.",
  ),
  "run-not-interactive": words(
    (d) => `The run${part(" `", d.name, "`")} is one turn: it takes no lines, only answers to what it asks.`,
    "Start one that takes lines with `codex-threads create repl`, or go on with its thread in a chat: `/cx resume <name>`.",
  ),
  "run-idle": words(
    (d) => `Nothing runs in${part(" `", d.name, "`") || " that run"}.`,
    "The list shows what runs: `codex-threads list`, in a chat `/cx runs`.",
  ),
  "run-not-here": words(
    (d) =>
      d.host === undefined
        ? "No runs are kept here."
        : `That run is on ${d.host}, which is not reached from here.`,
    "Use the commands for runs in a chat of the gateway that started it: `/cx runs` there.",
  ),
} satisfies Record<string, ErrorWords>;
