// The questions that carry attacks: what the scripted model has to do for each, and how the attacks have to be seen in it.
import { join } from "node:path";
import type { Step } from "../../src/demo/script.ts";
import { type Attack, isLine } from "./attacks.ts";
import { asDiff, asJson, asLiteral, asName, asStrict, type Shows } from "./what-is-seen.ts";

export interface Asked {
  surface: string;
  steps: Step[];
  attacks: readonly Attack[];
  shows: Shows;
}

/** Nothing may be written there without a yes, which is never given. */
const outside = "/opt/lab_app";
const after: Step = { text: "went on" };
const elicit = { namespace: "mcp__elicit" };

export const escalated = (justification: string) => ({
  sandbox_permissions: "require_escalated",
  justification,
});

export function buildQuestions(all: readonly Attack[]): Asked[] {
  // Codex quotes a command that holds one of these in a way of its own; a zero would end it.
  const plain = all.filter(({ text }) => !/['\0]/.test(text) && text.isWellFormed());
  const lines = plain.filter(
    (attack) => isLine(attack) && attack.text === attack.text.trim() && attack.text.length < 150,
  );
  const patch = (files: string) => ({ patch: `*** Begin Patch\n${files}*** End Patch` });
  return [
    ...fitParts(
      plain.filter(({ text }) => !/[\\^]/.test(text)),
      700,
    ).map((attacks) => ({
      ...{ surface: "approvals of commands", attacks, shows: asStrict },
      steps: [{ shell: `true ${joinTexts(attacks)}`, extra: escalated("to see") }, after],
    })),
    ...fitParts(plain).map((attacks) => ({
      ...{ surface: "reasons given for a command", attacks, shows: asLiteral },
      steps: [{ shell: "touch there", extra: escalated(`so:\n${joinTexts(attacks)}\n.`) }, after],
    })),
    ...fitParts(plain.filter(({ text }) => !text.includes("\r"))).map((attacks) => ({
      ...{ surface: "approvals of changes, the diff", attacks, shows: asDiff },
      steps: [
        patch(`*** Add File: ${outside}/new.txt\n+${joinTexts(attacks).replaceAll("\n", "\n+")}\n`),
        after,
      ],
    })),
    // Of two slashes in a path Codex takes one away.
    ...fitParts(
      lines.filter(({ text }) => !text.includes("//")),
      1_000,
    ).map((attacks) => ({
      ...{ surface: "approvals of changes, names of files", attacks, shows: asStrict },
      steps: [
        patch(attacks.map(({ text }) => `*** Add File: ${join(outside, "x")}${text}\n+x\n`).join("")),
        after,
      ],
    })),
    ...fitParts(plain).map((attacks) => ({
      ...{ surface: "approvals of MCP tools, arguments", attacks, shows: asJson },
      steps: [{ call: "wipe", ...elicit, args: { path: joinTexts(attacks) } }, after],
    })),
    ...fitParts(plain).map((attacks) => ({
      ...{ surface: "questions of MCP servers", attacks, shows: asLiteral },
      steps: [
        { call: "ask_given", ...elicit, args: buildForm(`so:\n${joinTexts(attacks)}\n.`, ["a", "b"]) },
        after,
      ],
    })),
    ...cutInto(lines, 8).map((attacks) => ({
      ...{ surface: "choices of MCP servers, their buttons too", attacks, shows: asName },
      steps: [
        {
          call: "ask_given",
          ...elicit,
          args: buildForm("Which?", [...new Set(attacks.map(({ text }) => text))]),
        },
        after,
      ],
    })),
    ...fitParts(lines, 900).map((attacks) => ({
      ...{ surface: "questions of Codex", attacks, shows: asName },
      steps: [{ call: "request_user_input", args: { questions: [buildQuestion(attacks)] } }, after],
    })),
  ];
}

function buildForm(message: string, choices: readonly string[]) {
  const pick = { type: "string", title: "Pick", enum: choices };
  return { message, requestedSchema: { type: "object", properties: { pick }, required: ["pick"] } };
}

function buildQuestion(attacks: readonly Attack[]) {
  const options = ["Red", "Blue"].map((label) => ({ label, description: "a colour" }));
  return { id: "q", header: "Which", question: joinTexts(attacks, " ; "), options };
}

const joinTexts = (attacks: readonly Attack[], between = "\n") =>
  attacks.map(({ text }) => text).join(between);

/** So many that a message holds them, with room for what escapes take. */
export function fitParts(all: readonly Attack[], most = 1_500): Attack[][] {
  const parts: Attack[][] = [[]];
  let used = 0;
  for (const attack of all) {
    const size = measure(attack.text);
    if (used + size > most && used > 0) {
      parts.push([]);
      used = 0;
    }
    parts.at(-1)?.push(attack);
    used += size;
  }
  return parts.filter((part) => part.length > 0);
}

/** As HTML, its hidden characters as escapes. */
function measure(text: string): number {
  return [...text].reduce(
    (sum, char) => sum + (/[\w ]/.test(char) ? 1 : /[\x20-\x7e`]/.test(char) ? 2 : 9),
    2,
  );
}

export function cutInto<T>(all: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, at) =>
    all.slice(at * size, (at + 1) * size),
  );
}
