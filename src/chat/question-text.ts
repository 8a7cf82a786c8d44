// A question of Codex as a person reads it: what is asked, where it would happen, and exactly what can be answered.
import type { Field } from "../codex/question-fields.ts";
import type { Asked } from "../codex/questions.ts";
import { cutText, oneLine, stripControls } from "../kit/text.ts";
import type { Question } from "../store/rows.ts";
import { formatChoices } from "./choices.ts";
import { formatChanges } from "./diff-text.ts";
import { formatFieldInputs, formatFields } from "./field-text.ts";
import { formatPermissions } from "./permission-text.ts";

type Params = Record<string, unknown>;

const commandChars = 4_000;
const argumentChars = 1_000;

/** Turn the direction of writing: with them a command can look like another one. */
const bidiMarks = /[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** What is agreed to is a command, a diff, paths: where others read along only the owner is shown it, and answers. */
export function isForOwnerOnly(kind: Question["kind"]): boolean {
  return kind === "command" || kind === "file-change" || kind === "permissions" || kind === "mcp-tool";
}

/** Where others read along: what kind of question it is, and who was asked. */
export function formatQuestionInGroup(question: Question, asked: Asked): string {
  const { token, payload } = question;
  const params = record(payload.params);
  const isHidden = isForOwnerOnly(asked.kind);
  const choices = asked.choices.map(({ rule: _, ...choice }) => choice);
  const lines = [
    `Question ${token}: ${formatSubject(asked.kind, params)}`,
    ...(isHidden
      ? [
          "The owner is asked, and was sent the details in their own chat with me (write there once if nothing came).",
        ]
      : formatBody(asked.kind, params, payload.item, asked.fields)),
    "",
    ...formatChoices({ ...asked, choices }, token),
    ...formatFieldInputs(asked.fields, token),
  ];
  return stripControls(lines.join("\n")).replace(bidiMarks, "\ufffd");
}

/** A question that is put for the first time. `payload`: see conversations/questions.ts. */
export function formatQuestion(question: Question, asked: Asked): string {
  const { token, payload } = question;
  const params = record(payload.params);
  const secret = asked.fields.some((field) => field.secret);
  const lines = [
    `Question ${token}: ${formatSubject(asked.kind, params)}`,
    ...formatBody(asked.kind, params, payload.item, asked.fields),
    formatScene(params, payload),
    ...formatReason(params),
    ...(secret ? ["Careful: what you type here stays readable in this chat."] : []),
    "",
    ...formatChoices(asked, token),
    ...formatFieldInputs(asked.fields, token),
  ];
  return stripControls(lines.join("\n")).replace(bidiMarks, "\ufffd");
}

/** An open question in one line. `full`: with the command that it asks for. */
export function formatOpenQuestion({ token, kind, payload }: Question, full: boolean): string {
  const params = kind === "confirm" ? payload : record(payload.params);
  const title = full || kind !== "command" ? formatQuestionTitle(kind, params) : "run a command";
  return `${token} (${title})`;
}

/** `full`: with what the open questions of the turn are about. */
export function formatFollowing(
  { isOurs, questions }: { isOurs: boolean; questions: readonly Question[] },
  full = true,
): string {
  const open = questions.map((question) => formatOpenQuestion(question, full)).join("; ");
  const waits = open === "" ? "" : `\nIt waits for an answer: ${open}.`;
  const ends = isOurs ? " `/cx stop` ends it." : "";
  return `The turn of your message from before still runs; its reply comes when it ends.${ends}${waits}`;
}

/** What is asked, in a few words. */
export function formatQuestionTitle(kind: Question["kind"], params: Params): string {
  switch (kind) {
    case "command":
      return params.command
        ? `run \`${cutText(oneLine(readCommand(params)), 80)}\``
        : formatSubject(kind, params);
    case "confirm":
      return params.type === "bind" ? "bind a thread here" : "send a message again";
    case "file-change":
      return "change files";
    case "permissions":
      return "more permissions";
    case "mcp-tool":
    case "elicitation":
      return cutText(oneLine(text(params.message)), 80) || "a question of a tool";
    case "user-input":
      return "a question of Codex";
  }
}

function formatSubject(kind: Asked["kind"], params: Params): string {
  switch (kind) {
    case "command":
      return formatCommandSubject(params);
    case "file-change":
      return "Codex wants to change files.";
    case "permissions":
      return "Codex wants more permissions.";
    case "mcp-tool":
      return `a tool of ${text(params.serverName) || "an MCP server"} wants to run.`;
    case "user-input":
      return "Codex wants to know:";
    case "elicitation":
      return `${text(params.serverName) || "an MCP server"} asks:`;
  }
}

function formatCommandSubject(params: Params): string {
  const network = record(params.networkApprovalContext);
  if (text(network.host))
    return `a command wants to reach ${text(network.host)} over ${text(network.protocol) || "the network"}.`;
  return params.kind === "writeStdin"
    ? "Codex wants to type into a running command:"
    : "Codex wants to run a command:";
}

function formatBody(kind: Asked["kind"], params: Params, item: unknown, fields: readonly Field[]): string[] {
  switch (kind) {
    case "command":
      return params.command ? formatCommand(readCommand(params)) : [];
    case "file-change": {
      const root = text(params.grantRoot);
      return [
        formatChanges(item) ?? "What would change was not told.",
        ...(root ? [`A yes for the session also allows writing under ${root}.`] : []),
      ];
    }
    case "permissions":
      return formatPermissions(params.permissions);
    case "mcp-tool":
      return [text(params.message), ...formatArguments(params)].filter((line) => line !== "");
    case "user-input":
      return formatFields(fields);
    case "elicitation":
      return [text(params.message), text(params.url), ...formatFields(fields)].filter((line) => line !== "");
  }
}

/** Codex wraps what the model wants to run; without quotes inside, the wrapper can go and nothing is changed. */
const shellWrapper = /^\/(?:usr\/)?bin\/(?:ba|z|da)?sh -l?c '([^']*)'$/;

function readCommand(params: Params): string {
  return text(params.command).replace(shellWrapper, "$1");
}

/** Whoever agrees to a command is told when they do not see all of it. */
function formatCommand(command: string): string[] {
  const shown = cutText(command, commandChars);
  const isPlain = !/[`\n]/.test(shown);
  const left = command.length - shown.length;
  return [isPlain ? `\`${shown}\`` : shown, ...(left > 0 ? [`(${left} more characters not shown)`] : [])];
}

/** What the tool would be called with (`_meta.tool_params`). */
function formatArguments(params: Params): string[] {
  const given = record(params._meta).tool_params;
  return given === undefined || given === null
    ? []
    : [`with ${cutText(JSON.stringify(given), argumentChars)}`];
}

function formatScene(params: Params, payload: Params): string {
  return `in ${text(params.cwd) || text(payload.folder)} on ${text(payload.host)}`;
}

function formatReason(params: Params): string[] {
  const reason = oneLine(text(params.reason));
  return reason === "" ? [] : [`Reason given: ${cutText(reason, argumentChars)}`];
}

function record(value: unknown): Params {
  return typeof value === "object" && value !== null ? (value as Params) : {};
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
