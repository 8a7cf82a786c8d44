// A question of Codex as a person reads it: what is asked, where it would happen, and exactly what can be answered. What is
// decided about is shown to the letter: nothing of it is cut, flattened or left out.
import type { Field } from "../../codex/question-fields.ts";
import type { Asked } from "../../codex/questions.ts";
import type { Said } from "../../conversations/voice.ts";
import {
  type Block,
  code,
  emptyLine,
  joinLines,
  type Line,
  line,
  own,
  path,
  says,
} from "../../kit/blocks.ts";
import { cutText, oneLine } from "../../kit/text.ts";
import { countHidden } from "../../kit/visible.ts";
import type { Question } from "../../store/rows.ts";
import { formatChoiceNotes, formatChoices } from "../choices.ts";
import { formatChanges } from "./diff-text.ts";
import { formatFieldInputs, formatFields } from "./field-text.ts";
import { formatPermissions } from "./permission-text.ts";

type Params = Record<string, unknown>;

const titleChars = 80;

/** What is agreed to is a command, a diff, paths: where others read along only the owner is shown it, and answers. */
export function isForOwnerOnly(kind: Question["kind"]): boolean {
  return kind === "command" || kind === "file-change" || kind === "permissions" || kind === "mcp-tool";
}

/** A question that is put for the first time. `payload`: see conversations/questions.ts. */
export function formatQuestion(question: Question, asked: Asked): Said {
  const params = record(question.payload.params);
  const body = formatBody(asked.kind, params, question.payload.item, asked.fields);
  const isSecret = asked.fields.some((field) => field.secret);
  const blocks = [
    { say: line`Question ${code(question.token)}: ${formatSubject(asked.kind, params)}` },
    ...body,
    ...says(
      formatHidden(body),
      formatScene(question, params),
      isSecret ? own("Careful: what you type here stays readable in this chat.") : undefined,
    ),
    ...formatReason(params),
    ...formatChoiceNotes(asked),
  ];
  return {
    blocks,
    inGroup: formatQuestionInGroup(question, asked, body),
    typed: formatTyped(question, asked),
    ...(isForOwnerOnly(asked.kind) ? { isForOwner: true } : {}),
  };
}

/** Where others read along: what kind of question it is, and who was asked. */
function formatQuestionInGroup(
  { token, kind, threadId, payload }: Question,
  asked: Asked,
  body: Block[],
): Block[] {
  const params = record(payload.params);
  const isHidden = isForOwnerOnly(kind);
  const thread = threadId === undefined ? undefined : line`Thread ${code(threadId)}.`;
  return [
    {
      say: line`Question ${code(token)}: ${isHidden ? formatHiddenSubject(asked.kind) : formatSubject(asked.kind, params)}`,
    },
    ...(isHidden ? says(own("The owner is asked in their own chat with me.")) : body),
    ...says(thread),
  ];
}

/** How it is answered by typing, where there are no buttons. */
function formatTyped({ token }: Question, asked: Asked): Block[] {
  return [emptyLine, ...says(...formatChoices(asked, token), ...formatFieldInputs(asked.fields, token))];
}

/** An open question in one line. `full`: with the command that it asks for. */
export function formatOpenQuestion({ token, kind, payload }: Question, full: boolean): Line {
  const params = kind === "confirm" ? payload : record(payload.params);
  const isShown = full || (kind !== "command" && kind !== "mcp-tool");
  return line`${code(token)} (${isShown ? formatQuestionTitle(kind, params) : formatKind(kind)})`;
}

export function formatQueued(
  { ahead, question }: { ahead: number; question?: Question },
  full: boolean,
): Line {
  const waits =
    question === undefined
      ? []
      : line`; the turn before it waits for an answer to question ${formatOpenQuestion(question, full)}`;
  return line`Queued behind ${ahead}${waits}.`;
}

/** `full`: with what the open questions of the turn are about. */
export function formatFollowing(
  { isOurs, questions }: { isOurs: boolean; questions: readonly Question[] },
  full = true,
): Block[] {
  const open = questions.map((question) => formatOpenQuestion(question, full));
  const ends = isOurs ? line` ${code("/cx stop")} ends it.` : [];
  return says(
    line`The turn of your message from before still runs; its reply comes when it ends.${ends}`,
    open.length === 0 ? undefined : line`It waits for an answer: ${joinLines(open, "; ")}.`,
  );
}

/** What is asked, in a few words: a sign of which question it is, not the thing that is decided about. */
export function formatQuestionTitle(kind: Question["kind"], params: Params): Line {
  switch (kind) {
    case "command":
      return params.command
        ? line`run ${code(cutText(oneLine(readCommand(params)), titleChars))}`
        : formatSubject(kind, params);
    case "confirm":
      return own(formatConfirmTitle(params.type));
    case "mcp-tool":
    case "elicitation": {
      const asks = cutText(oneLine(text(params.message)), titleChars);
      return asks === "" ? own("a question of a tool") : line`${asks}`;
    }
    case "file-change":
    case "permissions":
    case "user-input":
      return formatKind(kind);
  }
}

function formatConfirmTitle(type: unknown): string {
  if (type === "let-run") return "let a message over a driver's limit run";
  return type === "bind" ? "bind a thread here" : "send a message again";
}

export function formatKind(kind: Question["kind"]): Line {
  switch (kind) {
    case "command":
      return own("run a command");
    case "file-change":
      return own("change files");
    case "permissions":
      return own("more permissions");
    case "mcp-tool":
    case "elicitation":
      return own("a question of a tool");
    case "user-input":
      return own("a question of Codex");
    case "confirm":
      return own("a question of mine");
  }
}

function formatHiddenSubject(kind: Asked["kind"]): Line {
  switch (kind) {
    case "command":
      return own("Codex wants to run a command.");
    case "file-change":
      return own("Codex wants to change files.");
    case "permissions":
      return own("Codex wants more permissions.");
    case "mcp-tool":
      return own("a tool wants to run.");
    case "user-input":
    case "elicitation":
      return own("a question.");
  }
}

function formatSubject(kind: Asked["kind"], params: Params): Line {
  const server = text(params.serverName);
  switch (kind) {
    case "command":
      return formatCommandSubject(params);
    case "file-change":
      return own("Codex wants to change files.");
    case "permissions":
      return own("Codex wants more permissions.");
    case "mcp-tool":
      return server === ""
        ? own("a tool of an MCP server wants to run.")
        : line`a tool of ${code(server)} wants to run.`;
    case "user-input":
      return own("Codex wants to know:");
    case "elicitation":
      return server === "" ? own("an MCP server asks:") : line`${code(server)} asks:`;
  }
}

function formatCommandSubject(params: Params): Line {
  const { host, protocol } = record(params.networkApprovalContext);
  if (text(host) !== "") {
    const over = text(protocol) === "" ? ["the network"] : [code(text(protocol))];
    return line`a command wants to reach ${code(text(host))} over ${over}.`;
  }
  return own(
    params.kind === "writeStdin"
      ? "Codex wants to type into a running command:"
      : "Codex wants to run a command:",
  );
}

function formatBody(kind: Asked["kind"], params: Params, item: unknown, fields: readonly Field[]): Block[] {
  switch (kind) {
    case "command":
      return params.command ? [{ literal: readCommand(params), as: "command" }] : [];
    case "file-change": {
      const root = text(params.grantRoot);
      return [
        ...(formatChanges(item) ?? says(own("What would change was not told."))),
        ...says(
          root === "" ? undefined : line`A yes for the session also allows writing under ${path(root)}.`,
        ),
      ];
    }
    case "permissions":
      return formatPermissions(params.permissions);
    case "mcp-tool":
      return [...formatWords(text(params.message)), ...formatArguments(params)];
    case "user-input":
      return formatFields(fields);
    case "elicitation":
      return [
        ...formatWords(text(params.message)),
        ...says(text(params.url) === "" ? undefined : line`${code(text(params.url))}`),
        ...formatFields(fields),
      ];
  }
}

/** Codex wraps what the model wants to run; without quotes inside, the wrapper can go and nothing is changed. */
const shellWrapper = /^\/(?:usr\/)?bin\/(?:ba|z|da)?sh -l?c '([^']*)'$/;

function readCommand(params: Params): string {
  return text(params.command).replace(shellWrapper, "$1");
}

/** What the tool would be called with (`_meta.tool_params`). */
function formatArguments(params: Params): Block[] {
  const given = record(params._meta).tool_params;
  return given === undefined || given === null
    ? []
    : [...says(own("with")), { literal: JSON.stringify(given, undefined, 2), as: "command" }];
}

/** Words of a tool or a model, in lines of their own. */
function formatWords(words: string): Block[] {
  return words === "" ? [] : [{ literal: words, as: "text" }];
}

/** Whoever decides knows how much of it nobody would have seen. */
function formatHidden(body: readonly Block[]): Line | undefined {
  const count = body.reduce(
    (sum, block) =>
      "literal" in block ? sum + countHidden(block.literal, hiddenIn(block.as === "command")) : sum,
    0,
  );
  if (count === 0) return undefined;
  return count === 1
    ? own("1 character in it cannot be seen; it is written as `\\x…` or `\\u…`.")
    : line`${count} characters in it cannot be seen; they are written as ${code("\\x…")} or ${code("\\u…")}.`;
}

function hiddenIn(isCommand: boolean) {
  return isCommand
    ? ({ mode: "strict", keep: "\n\t" } as const)
    : ({ mode: "words", keep: "\n\t\r" } as const);
}

function formatScene({ threadId, payload }: Question, params: Params): Line {
  const thread = threadId === undefined ? [] : line`, thread ${code(threadId)}`;
  return line`in ${path(text(params.cwd) || text(payload.folder))} on ${text(payload.host)}${thread}`;
}

function formatReason(params: Params): Block[] {
  const reason = text(params.reason).trim();
  if (reason === "") return [];
  return reason.includes("\n")
    ? [...says(own("Reason given:")), { literal: reason, as: "text" }]
    : says(line`Reason given: ${reason}`);
}

function record(value: unknown): Params {
  return typeof value === "object" && value !== null ? (value as Params) : {};
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
