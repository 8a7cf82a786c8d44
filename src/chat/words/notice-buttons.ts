// The buttons below a notice. Each does what a typed command does; the words name that command too.

import { type Asked, type ChoiceMeaning, type ChoiceName, readMeaning } from "../../codex/questions.ts";
import type { Notice, Said } from "../../conversations/voice.ts";
import type { ButtonSpec } from "../../store/buttons.ts";
import { formatLabel, mostButtons } from "../button-rows.ts";
import { listChoices } from "../choices.ts";

const stop: ButtonSpec = { label: "Stop", line: "stop" };

export function buildNoticeButtons(notice: Notice): Pick<Said, "buttons"> {
  switch (notice.type) {
    case "started":
      return { buttons: [[stop]] };
    case "following":
    case "still-working":
      return notice.isOurs ? { buttons: [[stop]] } : {};
    case "question":
      return { buttons: buildQuestionButtons(notice.asked, notice.question.token) };
    case "cut-off":
    case "unknown-fate":
    case "over-limit":
      return { buttons: [buildYesNo(notice.token)] };
    default:
      return {};
  }
}

export function buildYesNo(token: string): ButtonSpec[] {
  return [
    { label: "Yes", line: `yes ${token}` },
    { label: "No", line: `no ${token}` },
  ];
}

const labels: Record<ChoiceMeaning, string> = {
  yes: "Yes, this once",
  session: "Yes, for the session",
  always: "Always (a rule)",
  no: "No, go on without it",
  cancel: "No, and end the turn",
};
/** Of a tool's own question: there the turn goes on. */
const dismiss = "Dismiss the question";

function formatChoiceLabel(name: ChoiceName, kind: Asked["kind"]): string {
  const meaning = readMeaning(name);
  const isTool = kind === "elicitation" || kind === "mcp-tool";
  return meaning === "cancel" && isTool ? dismiss : labels[meaning] + name.slice(meaning.length);
}

/** By number, as `/cx answer <token> <number>` takes them; several fields, and several answers, are typed. */
function buildQuestionButtons(asked: Asked, token: string): ButtonSpec[][] {
  const [field, ...others] = asked.fields;
  if (field === undefined) {
    return listChoices(asked).map(({ name }, at) => [
      {
        label: formatChoiceLabel(name, asked.kind),
        line: `answer ${token} ${at + 1}`,
      },
    ]);
  }
  if (others.length > 0 || field.type === "choices" || field.options.length > mostButtons) return [];
  const words = field.type === "boolean" ? ["yes", "no"] : field.options.map((_, at) => String(at + 1));
  const names =
    field.type === "boolean" ? ["Yes", "No"] : field.options.map(({ label }) => formatLabel(label));
  return names.map((label, at) => [{ label, line: `answer ${token} ${words[at]}` }]);
}
