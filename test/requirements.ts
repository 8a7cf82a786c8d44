// What this project promises, sentence by sentence: requirements.txt. Tests cite the ids in their titles, as in "… [SRV-3a]"
// or "… [SRV-3a SRV-3b]"; architecture/requirements.test.ts fails for a promise that no test cites.
import { readFileSync } from "node:fs";
import { join } from "node:path";

export interface Requirement {
  id: string;
  sentence: string;
}

export const requirements: readonly Requirement[] = readRequirements(
  readFileSync(join(import.meta.dirname, "requirements.txt"), "utf8"),
);

function readRequirements(text: string): Requirement[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const at = line.indexOf(" ");
      return { id: line.slice(0, at), sentence: line.slice(at + 1) };
    });
}
